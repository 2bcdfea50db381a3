"""hold_those: the prunes of a slice that were held are stored, those that were done take the place of older ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from hub.entities.readings.writing import PruneResult as ReadingPruneResult
from hub.entities.readings.writing import ReadingCode
from hub.entities.store import Member, PruneResult, ResultCode
from hub.json_types import JSONObject
from inbound.mapping.result import PruneScope, ReadingPrune
from inbound.models import HeldPrune
from inbound.process.lease import Lease
from inbound.process.results import Results
from inbound.process.slices import Queued
from inbound.prunes.hold import Done, Held, Scope, hold

if TYPE_CHECKING:
    from inbound.process.mapped import PendingSlice

Kind = HeldPrune.Kind
READINGS = "meter_reading"
"""What a held prune calls the schema of readings."""
HELD = frozenset({ResultCode.PRUNE_HELD, ReadingCode.HELD})
DONE = frozenset({ResultCode.PRUNED, ReadingCode.PRUNED})


def hold_those(lease: Lease, pending: PendingSlice, ended: Sequence[tuple[Queued, Results]], at: datetime) -> None:
    """ended are the events that have ended, in order, with what became of their wishes."""
    held: list[Held] = []
    done: list[Done] = []
    for event, results in ended:
        for scope, pruned in _pruned(event, results):
            if pruned.code in HELD:
                held.append(_held(lease, pending, event, scope, pruned))
            elif pruned.code in DONE:
                done.append(Done(scope, lease.organization_id, event.order))
    if held or done:
        hold(held, done, at)


def _pruned(event: Queued, results: Results) -> Iterator[tuple[Scope, PruneResult | ReadingPruneResult]]:
    """The event's prunes with their scopes."""
    if results.more is not None:
        for scope, pruned in results.more.prunes:
            yield _entities(event, scope), pruned
        for prune, result in results.more.reading_prunes:
            yield _readings(event, prune), result


def _entities(event: Queued, scope: PruneScope) -> Scope:
    anchor = scope.anchor_schema if scope.kind == "relations" else ""
    terms: JSONObject = dict(scope.terms)
    described: JSONObject = {"anchor_schema": anchor, "terms": terms}
    return Scope(event.use_case_id, Kind.ENTITIES, scope.schema, described)


def _readings(event: Queued, prune: ReadingPrune) -> Scope:
    counter: JSONObject | None = None if prune.counter is None else dict(prune.counter)
    meter: JSONObject = dict(prune.meter)
    described: JSONObject = {"meter": meter, "counter": counter, "source": prune.source}
    return Scope(event.use_case_id, Kind.READINGS, READINGS, described)


def _held(
    lease: Lease, pending: PendingSlice, event: Queued, scope: Scope, pruned: PruneResult | ReadingPruneResult
) -> Held:
    return Held(
        scope=scope,
        organization_id=lease.organization_id,
        integration_id=lease.integration_id,
        use_case_version=pending.version_of(event),
        event_id=event.event_id,
        lane_id=lease.lane_id,
        event_order=event.order,
        is_purge=_is_purge(scope, pruned),
        scope_count=pruned.scope if isinstance(pruned, PruneResult) else pruned.scope_size,
        members=_members(pruned),
    )


def _is_purge(scope: Scope, pruned: PruneResult | ReadingPruneResult) -> bool:
    """Readings have no recycle bin."""
    return scope.kind == Kind.READINGS or (isinstance(pruned, PruneResult) and pruned.is_purge)


def _members(pruned: PruneResult | ReadingPruneResult) -> Sequence[Member]:
    if isinstance(pruned, PruneResult):
        return pruned.members
    return [_reading(one) for one in pruned.reading_ids]


def _reading(reading_id: UUID) -> Member:
    return Member(reading_id, 0)
