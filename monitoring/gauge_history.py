"""record_gauges: gauges as they are now, and of some the highest that they were; read_highest: over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hub import database
from hub.accounts.models import Organization
from monitoring import gauges
from monitoring.charting import FINE, HOURLY, Slots
from monitoring.counters import window_of
from monitoring.counting.sql import statements
from monitoring.models import GaugeBucket, MonitoringGauge

WHOLE: Final = UUID(int=0)
"""The scope of the organization as a whole."""
KEPT: Final[Mapping[str, Callable[[Iterable[float]], float]]] = {
    gauges.QUEUE_AGE: max,
    gauges.POLL_QUEUE_AGE: max,
    gauges.POLL_AGE: max,
    gauges.UNACKNOWLEDGED_AGE: max,
    gauges.CIRCUIT_OPEN: sum,
}
"""Gauges that have a history → what many of them are together. When something ends needs none."""

Place: TypeAlias = tuple[str, UUID]
"""Name and scope."""


@transaction.atomic
def record_gauges(organization: Organization, at: datetime) -> int:
    """Write gauges and, of those in KEPT, what they were; how many gauges there are. Whoever calls it has the turn of
    the organization: two at a time might lose the higher value."""
    rows = gauges.write_gauges(organization, at)
    highest = _by_place(rows)
    buckets = list(_buckets(organization, highest, _before(organization, at), at))
    GaugeBucket.objects.bulk_create(
        buckets,
        update_conflicts=True,
        unique_fields=["organization_id", "name", "width_minutes", "scope_id", "starts_at"],
        update_fields=["highest"],
    )
    return len(rows)


def read_highest(
    organization: Organization, name: str, slots: Slots, scope_ids: Sequence[UUID] = ()
) -> list[float | None]:
    """The highest of a gauge in KEPT for each slot, of the scopes or of all; 0 where nothing was found and None where
    nobody looked. One statement, whose answer has at most one row per slot."""
    words = statements()
    first, seconds = int(slots.first.timestamp()), int(slots.step.total_seconds())
    place = words.PLACE.format(moment="starts_at", first=first, seconds=seconds)
    # That somebody looked stands in the row of the whole, whose value is not that of the scopes.
    value = f"CASE WHEN scope_id = {words.MARK} THEN 0 ELSE highest END" if scope_ids else "highest"
    marks = ", ".join([words.MARK] * (1 + len(scope_ids)))
    rows = database.rows(
        f"SELECT {place} AS place, max({value}) FROM monitoring_gaugebucket"  # noqa: S608 -- names of ours
        f" WHERE organization_id = {words.MARK} AND name = {words.MARK} AND width_minutes = {words.MARK}"
        f" AND scope_id IN ({marks}) AND starts_at >= {words.MARK} AND starts_at < {words.MARK} GROUP BY 1",
        [
            *([WHOLE] if scope_ids else []),
            *(organization.pk, name, slots.width_minutes, WHOLE, *scope_ids, slots.first, slots.end),
        ],
    )
    found: list[float | None] = [None] * slots.number
    for position, highest in rows:
        found[int(position)] = float(highest)
    return found


def _by_place(rows: Iterable[MonitoringGauge]) -> dict[Place, float]:
    """Of each integration, each use case and the whole, which is there also where nothing was found."""
    values: dict[Place, list[float]] = {(name, WHOLE): [] for name in KEPT}
    for row in rows:
        if row.name in KEPT:
            # What a use case has waiting waits for its integration as well.
            scopes = [row.use_case_id] if row.use_case_id else [row.integration_id, WHOLE]
            for scope_id in filter(None, scopes):
                values.setdefault((row.name, scope_id), []).append(row.value)
    return {(name, scope_id): KEPT[name](found or [0.0]) for (name, scope_id), found in values.items()}


def _windows(at: datetime) -> Iterator[tuple[int, datetime]]:
    """Width and start of the windows that at falls into."""
    yield FINE, window_of(at)
    yield HOURLY, window_of(at).replace(minute=0)


def _before(organization: Organization, at: datetime) -> dict[tuple[object, ...], float]:
    """What the windows of now hold already. One query."""
    now = Q()
    for width, starts_at in _windows(at):
        now |= Q(width_minutes=width, starts_at=starts_at)
    rows = GaugeBucket.objects.of(organization).filter(now, name__in=KEPT)
    return {tuple(key): highest for *key, highest in rows.values_list("name", "scope_id", "width_minutes", "highest")}


def _buckets(
    organization: Organization, highest: Mapping[Place, float], before: Mapping[tuple[object, ...], float], at: datetime
) -> Iterator[GaugeBucket]:
    """Those that rise or are new, in the order of their unique constraint."""
    for (name, scope_id), value in sorted(highest.items()):
        for width, starts_at in _windows(at):
            known = before.get((name, scope_id, width))
            if known is None or value > known:
                yield GaugeBucket(
                    organization_id=organization.pk,
                    scope_id=scope_id,
                    name=name,
                    width_minutes=width,
                    starts_at=starts_at,
                    highest=value,
                )
