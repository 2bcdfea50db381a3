"""approve and reject: one decision per held prune; approval removes exactly what was listed, if unchanged since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from hub import database
from hub.accounts.models import Organization
from hub.entities import store
from hub.entities.readings.writing import delete_readings
from hub.entities.store import EntityOperation, Mode, Outcome, Source
from hub.errors import Conflict, NotFound
from inbound.models import HeldPrune, HeldPruneMember, Lane
from inbound.prunes.records import listed_since, readings_named_since, unchanged_readings
from inbound.prunes.tell import Decision, tell

State = HeldPrune.State
AT_ONCE: Final = 5_000
"""Removals of one call of the store."""


def approve(*, organization: Organization, integration_id: UUID, prune_id: UUID, decision: Decision) -> HeldPrune:
    """Remove what the prune lists and nothing else.

    Left alone is what has changed since it was held, and what a later event has named, changed or not: that one has
    listed it again. Raises NotFound, and Conflict when somebody has decided before.
    """

    def once() -> HeldPrune:
        with transaction.atomic():
            _hold_lane(organization, prune_id)
            prune = _lock(organization, integration_id, prune_id)
            removed = _remove(prune, decision)
            _keep(prune, removed)
            _end(prune, State.APPROVED, decision, removed=len(removed))
            tell(organization, prune, "PRUNE_APPROVED", decision)
        return prune

    return database.retrying(once)


def reject(*, organization: Organization, integration_id: UUID, prune_id: UUID, decision: Decision) -> HeldPrune:
    """Let everything stay. Raises NotFound, and Conflict when somebody has decided before."""
    with transaction.atomic():
        prune = _lock(organization, integration_id, prune_id)
        _end(prune, State.REJECTED, decision, removed=None)
        tell(organization, prune, "PRUNE_REJECTED", decision)
    return prune


def _hold_lane(organization: Organization, prune_id: UUID) -> None:
    """Keep events of the prune's lane out until all is done: one of them may name just what is to be removed. As in
    a slice the lane is locked before the prune."""
    lanes = HeldPrune.objects.of(organization).filter(pk=prune_id).values("lane_id")
    Lane.objects.select_for_update(no_key=True).filter(pk__in=lanes).first()


def _lock(organization: Organization, integration_id: UUID, prune_id: UUID) -> HeldPrune:
    prunes = HeldPrune.objects.of(organization).filter(integration_id=integration_id)
    prune = prunes.select_for_update(no_key=True).filter(pk=prune_id).first()
    if prune is None:
        raise NotFound("There is no held prune with this id.")
    if prune.state != State.WAITING:
        raise Conflict(f"This prune was {prune.state} already.")
    return prune


def _remove(prune: HeldPrune, decision: Decision) -> Sequence[UUID]:
    """The records that went."""
    if prune.kind == HeldPrune.Kind.READINGS:
        return _remove_readings(prune)
    removed: list[UUID] = []
    for members in _chunks(prune):
        again = listed_since(prune, [member.record_id for member in members])
        going = [member for member in members if member.record_id not in again]
        operations = [_removal(prune, member) for member in going]
        source = Source(decision.actor.type, decision.actor.id)
        results = store.write(
            organization_id=prune.organization_id, operations=operations, at=decision.at, source=source
        )
        ended = zip(going, results, strict=True)
        removed += [member.record_id for member, result in ended if result.outcome is Outcome.DELETED]
    return removed


def _remove_readings(prune: HeldPrune) -> Sequence[UUID]:
    """Those that nobody has changed and no later event has named since."""
    ids = set(HeldPruneMember.objects.filter(prune_id=prune.pk).values_list("record_id", flat=True))
    ids -= readings_named_since(prune, unchanged_readings(prune))
    done = delete_readings(organization_id=prune.organization_id, ids=ids, unchanged_since=prune.held_at)
    return done.deleted


def _keep(prune: HeldPrune, removed: Sequence[UUID]) -> None:
    """What became of each record."""
    members = HeldPruneMember.objects.filter(prune_id=prune.pk)
    for first in range(0, len(removed), AT_ONCE):
        members.filter(record_id__in=removed[first : first + AT_ONCE]).update(is_removed=True)


def _chunks(prune: HeldPrune) -> Iterator[Sequence[HeldPruneMember]]:
    members = list(HeldPruneMember.objects.filter(prune_id=prune.pk).order_by("record_id"))
    for first in range(0, len(members), AT_ONCE):
        yield members[first : first + AT_ONCE]


def _removal(prune: HeldPrune, member: HeldPruneMember) -> EntityOperation:
    return EntityOperation(
        position=0,
        schema=prune.schema,
        identifiers={"_id": str(member.record_id)},
        attributes={},
        mode=Mode.PURGE if prune.is_purge else Mode.DELETE,
        expected_version=member.version,
    )


def _end(prune: HeldPrune, state: HeldPrune.State, decision: Decision, *, removed: int | None) -> None:
    prune.state = state
    prune.decided_at = decision.at
    prune.decided_by_type, prune.decided_by_id = decision.actor.type, decision.actor.id
    prune.reason = decision.reason
    prune.removed_count = removed
    prune.save()
