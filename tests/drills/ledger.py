"""Effects: what events did to the database, counted past the hub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from hub.ids import to_text
from inbound.events import EVENT_PREFIX
from tests.drills.erp import as_json, without_repeats
from tools.running import Hub, rows

OUTCOMES = "SELECT status, code, count(*) FROM inbound_inboundoutcome WHERE status <> 'skipped' GROUP BY status, code"
SPANS = "SELECT count(*) FROM monitoring_monitoringevent WHERE level <> 'info'"
COUNTED_ROWS = """
    SELECT use_case_id, events, status FROM monitoring_bucketdelta
    UNION ALL SELECT use_case_id, events, status FROM monitoring_bucket WHERE width_minutes = 5"""
"""What charts add up: deltas of slices, and those that were folded already."""
COUNTED = f"SELECT coalesce(sum(events), 0) FROM ({COUNTED_ROWS}) counted WHERE status <> 'skipped'"
CHANGES = """
    SELECT owner.value, entity.id, entity.version, change.version, event.id, event.lane_id, event.sequence,
        change.changes, change.snapshot
    FROM entities_entitychange change
    JOIN entities_entity entity ON entity.id = change.entity_id
    JOIN entities_entitykey owner ON owner.entity_id = entity.id AND owner.attribute = 'customer_number'
    JOIN inbound_inboundevent event ON event.id = change.event_id
    ORDER BY owner.value, entity.id, change.version"""


class Change(NamedTuple):
    """One row of history with the event behind it."""

    customer: str
    entity_id: object
    entity_version: int
    version: int
    event_id: object
    lane_id: int
    sequence: int
    changes: Any
    """JSON, as the driver hands it out; like snapshot."""
    snapshot: Any

    def value_of(self, attribute: str) -> str | None:
        """What the attribute became by it; None when it was left alone."""
        if self.version == 1:
            value: str | None = as_json(self.snapshot).get(attribute)
            return value
        change = as_json(self.changes).get(attribute)
        return change["new"] if change else None


@dataclass(frozen=True)
class Faults:
    """What must not be found, by customer or event; all empty where every event counted once and in order."""

    waiting: int = 0
    doubled_customers: list[str] = field(default_factory=list)
    applied_twice: list[object] = field(default_factory=list)
    gaps_in_versions: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Effects:
    """What events did; those that were skipped as duplicates do not count."""

    outcomes: dict[str, int]
    spans: int
    counted: int
    """By the counters that charts read."""
    histories: dict[str, list[str]]
    """Customer → the values of one attribute, one per version that changed it."""
    faults: Faults = field(default_factory=Faults)


def once_each(promised: Mapping[str, Sequence[str]]) -> Effects:
    """What must be found when every promised event was applied once and in order."""
    events = sum(map(len, promised.values()))
    values = {customer: without_repeats(values) for customer, values in promised.items()}
    return Effects(outcomes={"success": events}, spans=events, counted=events, histories=values)


def effects(hub: Hub, attribute: str = "last_name") -> Effects:
    """What is found."""
    changes = [Change._make(row) for row in rows(hub.database_url, CHANGES)]
    return Effects(
        outcomes={f"{status} {code}".strip(): count for status, code, count in rows(hub.database_url, OUTCOMES)},
        spans=number(hub, SPANS),
        counted=number(hub, COUNTED),
        histories=histories(changes, attribute),
        faults=Faults(
            waiting=waiting(hub),
            doubled_customers=_doubled(changes),
            applied_twice=_applied_twice(changes),
            gaps_in_versions=_gaps(changes),
            out_of_order=_out_of_order(changes),
        ),
    )


def applied_ids(hub: Hub) -> set[str]:
    """Public ids of the events that were applied."""
    found = rows(hub.database_url, "SELECT event_id FROM inbound_inboundoutcome WHERE status = 'success'")
    return {to_text(EVENT_PREFIX, UUID(str(event_id))) for (event_id,) in found}


def number(hub: Hub, statement: str) -> int:
    """The one number that a statement finds."""
    return int(rows(hub.database_url, statement)[0][0])


def waiting(hub: Hub) -> int:
    """Accepted events without an outcome."""
    return number(hub, "SELECT count(*) FROM inbound_queuedevent")


def settled(hub: Hub) -> int:
    """Events with an outcome."""
    return number(hub, "SELECT count(*) FROM inbound_inboundoutcome")


def histories(changes: Sequence[Change], attribute: str) -> dict[str, list[str]]:
    """Customer → the values of the attribute, one per version that changed it."""
    found: dict[str, list[str]] = {}
    for change in changes:
        value = change.value_of(attribute)
        if value is not None:
            found.setdefault(change.customer, []).append(value)
    return found


def _doubled(changes: Sequence[Change]) -> list[str]:
    counted = Counter(customer for customer, _ in {(change.customer, change.entity_id) for change in changes})
    return [customer for customer, count in counted.items() if count > 1]


def _applied_twice(changes: Sequence[Change]) -> list[object]:
    counted = Counter((change.event_id, change.entity_id) for change in changes)
    return [event_id for (event_id, _), count in counted.items() if count > 1]


def _gaps(changes: Sequence[Change]) -> list[str]:
    """Customers whose versions are not 1, 2, 3, … up to the entity's own."""
    versions: dict[tuple[str, int], list[int]] = {}
    for change in changes:
        versions.setdefault((change.customer, change.entity_version), []).append(change.version)
    return [customer for (customer, last), seen in versions.items() if seen != list(range(1, last + 1))]


def _out_of_order(changes: Sequence[Change]) -> list[str]:
    """Customers with a change by an event that was accepted before that of the change below it, in the same lane."""
    latest: dict[tuple[object, int], int] = {}
    found: dict[str, None] = {}
    for change in changes:
        place = (change.entity_id, change.lane_id)
        if change.sequence < latest.get(place, 0):
            found[change.customer] = None
        latest[place] = change.sequence
    return list(found)
