"""What the API and the pages read of held prunes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.read import title
from hub.errors import NotFound
from inbound.models import HeldPrune, HeldPruneMember


@dataclass(frozen=True, slots=True)
class Named:
    """A record of a held prune as people call it; has_changed: it would not be removed as it is now."""

    record_id: UUID
    title: str
    version: int
    has_changed: bool


def list_held(
    *, organization: Organization, integration_id: UUID, state: str, limit: int, before: tuple[datetime, UUID] | None
) -> list[HeldPrune]:
    """Newest first; state empty is every state; before is where the last page ended."""
    prunes = HeldPrune.objects.of(organization).filter(integration_id=integration_id).order_by("-held_at", "-id")
    if state:
        prunes = prunes.filter(state=state)
    if before is not None:
        moment, prune_id = before
        prunes = prunes.filter(held_at__lte=moment).filter(Q(held_at__lt=moment) | Q(held_at=moment, id__lt=prune_id))
    return list(prunes[:limit])


def get_held(*, organization: Organization, integration_id: UUID, prune_id: UUID) -> HeldPrune:
    """Raises NotFound."""
    prune = HeldPrune.objects.of(organization).filter(integration_id=integration_id, pk=prune_id).first()
    if prune is None:
        raise NotFound("There is no held prune with this id.")
    return prune


def waiting_count(*, organization: Organization) -> int:
    """How many prunes of the organization wait for a decision."""
    return HeldPrune.objects.of(organization).filter(state=HeldPrune.State.WAITING).count()


def named_members(*, prune: HeldPrune, limit: int, after: UUID | None = None) -> list[Named]:
    """The records by id, with the names they have now; two queries whatever the number."""
    members = HeldPruneMember.objects.filter(prune_id=prune.pk).order_by("record_id")
    if after is not None:
        members = members.filter(record_id__gt=after)
    found = list(members[:limit])
    return _named(prune, found)


def _named(prune: HeldPrune, members: Sequence[HeldPruneMember]) -> list[Named]:
    ids = [member.record_id for member in members]
    entities = Entity.objects.filter(organization_id=prune.organization_id, pk__in=ids)
    by_id = {entity.pk: entity for entity in entities}
    return [_name(member, by_id.get(member.record_id)) for member in members]


def _name(member: HeldPruneMember, entity: Entity | None) -> Named:
    if entity is None:
        return Named(member.record_id, "", member.version, True)
    has_changed = entity.version != member.version or entity.deleted_at is not None
    return Named(member.record_id, title(entity), member.version, has_changed)
