"""The spans of one event: what became of each operation, of its relations, and what was warned of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from hub.entities import store
from hub.entities.store import OperationResult
from hub.json_types import JSONObject, JSONValue
from inbound.mapping.result import EntityUpdate, MappingWarning
from inbound.outcomes import elapsed_ms
from inbound.process.lease import Lease
from inbound.process.slices import Queued
from inbound.process.versions import PinnedVersion
from monitoring.codes import Category, Level, get_code
from monitoring.record import MESSAGE_CHARACTERS, Span

# Members of an enumeration cost a search each time they are named; these are named once per event.
_SUCCESS: Final = Level.SUCCESS
_ERROR: Final = Level.ERROR
_CONFIGURATION: Final = Category.CONFIGURATION
_FAILED: Final = store.Outcome.FAILED

MOST_WARNINGS_SHOWN = 20
"""Different warnings of one code whose text a span keeps; the count tells of all."""


class EventFacts:
    """What every span of one event says alike."""

    __slots__ = ("at", "duration_ms", "event", "is_again", "lease", "object_type", "sync_type", "version")

    def __init__(self, lease: Lease, event: Queued, version: PinnedVersion, at: datetime) -> None:
        self.lease = lease
        self.event = event
        self.version = version
        self.at = at
        self.object_type = event.event_name or event.use_case_slug
        self.duration_ms = elapsed_ms(event.received_at, at)
        self.is_again = event.origin_id != event.event_id
        self.sync_type = "entity"

    def of_readings(self) -> EventFacts:
        """The same for what concerns its readings."""
        facts = EventFacts(self.lease, self.event, self.version, self.at)
        facts.sync_type = "meter_reading"
        return facts

    def span(
        self,
        level: Level,
        code: str,
        message: str = "",
        *,
        entity_id: UUID | None = None,
        attributes: Sequence[str] | None = None,
        detail: JSONValue = None,
    ) -> Span:
        """One span; attributes None beside an entity says that it was about the entity as a whole."""
        event = self.event
        return Span(
            self.lease.organization_id,
            self.lease.integration_id,
            self.sync_type,
            level,
            event.received_at,
            self.at,
            code,
            get_code(code).category if level is _ERROR else "",
            message[:MESSAGE_CHARACTERS],
            self.version.use_case_id,
            event.event_id,
            event.event_type,
            self.object_type,
            event.correlation_id,
            self.duration_ms,
            self.lease.lane_id,
            event.order,
            entity_id,
            attributes,
            detail,
            self.version.version,
            self.is_again,
        )


def operation_spans(
    facts: EventFacts, updates: Sequence[EntityUpdate], results: Sequence[OperationResult]
) -> Iterable[Span]:
    """At least one span per operation; results are those of the updates that have their identifiers."""
    written = iter(results)
    for update in updates:
        if update.missing:
            yield _missing_span(facts, update)
            continue
        result = next(written)
        yield _result_span(facts, update, result)
        if result.notes or result.related:
            yield from _link_spans(facts, update, result)


def _missing_span(facts: EventFacts, update: EntityUpdate) -> Span:
    names = ", ".join(update.missing)
    message = f"{update.schema}: the identifier {names} is empty"
    return facts.span(
        Level.ERROR,
        "MISSING_UNIQUE_IDENTIFIERS",
        message,
        detail={"schema": update.schema, "missing": list(update.missing)},
    )


def _result_span(facts: EventFacts, update: EntityUpdate, result: OperationResult) -> Span:
    detail: JSONObject = {"schema": update.schema, "identifiers": update.identifiers}  # type: ignore[dict-item]  # texts
    if result.changed:
        detail["changed"] = list(result.changed)
    is_upsert = update.mode == "upsert"
    if not is_upsert:
        detail["mode"] = update.mode
    is_failed = result.outcome is _FAILED
    span = facts.span(
        _ERROR if is_failed else _SUCCESS,
        result.code,
        result.message,
        entity_id=result.entity_id,
        attributes=_brought(update, result) if is_upsert else None,
        detail=detail,
    )
    return replace(span, category=_CONFIGURATION) if is_failed and _is_unpaired(update, result) else span


def _is_unpaired(update: EntityUpdate, result: OperationResult) -> bool:
    """Whether items and data of a pricing do not pair, which is the configuration's mistake (mapping.md 12.2)."""
    return result.code == store.ResultCode.NOT_PRICED and bool(update.pricing and update.pricing["problem"])


def _brought(update: EntityUpdate, result: OperationResult) -> list[str]:
    """The attributes that the operation has brought: those that it noted something about it has not."""
    if not result.notes:
        return list(update.attributes)
    left = {note.attribute for note in result.notes}
    return [name for name in update.attributes if name not in left]


def _link_spans(facts: EventFacts, update: EntityUpdate, result: OperationResult) -> Iterable[Span]:
    """What relations and references had written elsewhere, and those that could not be followed."""
    for one in result.related:
        detail: JSONObject = {"schema": one.schema, "identifiers": dict(one.identifiers), "related_to": update.schema}
        names = list(one.changed or one.identifiers)
        yield facts.span(_SUCCESS, one.code, entity_id=one.entity_id, attributes=names, detail=detail)
    for note in result.notes:
        place: JSONObject = {"schema": update.schema, "attribute": note.attribute}
        names = [note.attribute]
        yield facts.span(_ERROR, note.code, note.message, entity_id=result.entity_id, attributes=names, detail=place)


def store_warnings(updates: Sequence[EntityUpdate], results: Sequence[OperationResult]) -> Iterable[MappingWarning]:
    """What the store had to remark, in the form of the mapping's own warnings."""
    written = (update for update in updates if not update.missing)
    for update, result in zip(written, results, strict=True):
        for one in result.warnings:
            yield MappingWarning(update.schema, one.attribute, one.message, one.code)


def warning_spans(facts: EventFacts, warnings: Sequence[MappingWarning]) -> Iterable[Span]:
    """One span per code, with how often and where; what many items have alike is told once, with its count."""
    by_code: dict[str, list[MappingWarning]] = {}
    for warning in warnings:
        by_code.setdefault(warning.code, []).append(warning)
    for code, same in by_code.items():
        shown: list[JSONValue] = [
            {"schema": one.entity_schema, "field": one.field, "message": one.message, "count": count}
            for one, count in islice(Counter(same).items(), MOST_WARNINGS_SHOWN)
        ]
        yield facts.span(Level.WARNING, code, same[0].message, detail={"count": len(same), "warnings": shown})
