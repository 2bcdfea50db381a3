"""hold: what a slice does with the prunes of its events, inside its transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter
from uuid import UUID

import orjson

from hub.bulk import insert_rows
from hub.entities.models import MeterReading
from hub.entities.store import Member
from hub.ids import new_id
from hub.json_types import JSONObject
from inbound.models import HeldPrune, HeldPruneMember

State = HeldPrune.State

_MEMBER_COLUMNS = (("prune_id", "uuid"), ("record_id", "uuid"), ("version", "integer"), ("moment", "timestamptz"))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a prune is about; two with the same key are about the same."""

    use_case_id: UUID
    kind: HeldPrune.Kind
    schema: str
    described: JSONObject

    @property
    def key(self) -> str:
        """64 hexadecimal digits."""
        parts = [str(self.use_case_id), self.kind, self.schema, self.described]
        return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """A prune that was held: what event it is of, and whom it would remove."""

    scope: Scope
    organization_id: int
    integration_id: UUID
    use_case_version: int
    event_id: UUID
    lane_id: int
    event_order: int
    is_purge: bool
    scope_count: int
    members: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Done:
    """A prune that was carried out."""

    scope: Scope
    organization_id: int
    event_order: int


def hold(held: Sequence[Held], done: Sequence[Done], at: datetime) -> list[HeldPrune]:
    """Store the held prunes that have the last word on their scope, by the order of their events.

    Whatever waits for an older event about the scope of any of these is superseded: the newer one has listed it anew.
    """
    said: list[Held | Done] = [*held, *done]
    last = {one.scope.key: one for one in sorted(said, key=attrgetter("event_order"))}
    _supersede(last, at)
    kept = [one for one in last.values() if isinstance(one, Held)]
    rows = HeldPrune.objects.bulk_create([_row(one, at) for one in kept])
    moments = _moments(kept)
    members = [
        (row.pk, member.entity_id, member.version, moments.get(member.entity_id))
        for row, one in zip(rows, kept, strict=True)
        for member in one.members
    ]
    insert_rows(HeldPruneMember._meta.db_table, _MEMBER_COLUMNS, sorted(members, key=itemgetter(0, 1)))
    return rows


def _moments(kept: Sequence[Held]) -> dict[UUID, datetime]:
    """Timestamps of the readings among the members; one query when there are any."""
    of_readings = [one for one in kept if one.scope.kind == HeldPrune.Kind.READINGS]
    if not of_readings:
        return {}
    ids = [member.entity_id for one in of_readings for member in one.members]
    organizations = {one.organization_id for one in of_readings}
    readings = MeterReading.objects.filter(organization_id__in=organizations, pk__in=ids)
    return dict(readings.values_list("pk", "timestamp"))


def _supersede(last: Mapping[str, Held | Done], at: datetime) -> None:
    organizations = {one.organization_id for one in last.values()}
    waiting = HeldPrune.objects.filter(organization_id__in=organizations, state=State.WAITING)
    found = waiting.filter(scope_key__in=sorted(last)).values_list("pk", "scope_key", "event_order")
    older = sorted(pk for pk, key, order in found if order <= last[key].event_order)
    if older:
        decided = {"decided_at": at, "decided_by_type": "system"}
        waiting.filter(pk__in=older).update(state=State.SUPERSEDED, **decided)


def _row(one: Held, at: datetime) -> HeldPrune:
    return HeldPrune(
        id=new_id(),
        organization_id=one.organization_id,
        integration_id=one.integration_id,
        use_case_id=one.scope.use_case_id,
        use_case_version=one.use_case_version,
        event_id=one.event_id,
        lane_id=one.lane_id,
        event_order=one.event_order,
        kind=one.scope.kind,
        schema=one.scope.schema,
        is_purge=one.is_purge,
        scope=one.scope.described,
        scope_key=one.scope.key,
        scope_count=one.scope_count,
        member_count=len(one.members),
        held_at=at,
    )
