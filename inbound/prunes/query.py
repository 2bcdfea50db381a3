"""What the API and the pages read of held prunes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import NotFound
from inbound.models import HeldPrune, InboundEvent

Position = tuple[datetime, UUID]
"""Where a row stands: held_at, id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty fields narrow nothing."""

    integration_ids: frozenset[UUID] = frozenset()
    event_id: UUID | None = None
    state: str = ""


def list_held(
    *, organization: Organization, wanted: Wanted, limit: int, before: Position | None = None
) -> list[HeldPrune]:
    """Newest first; before is where the last page ended."""
    prunes = _those(organization, wanted).order_by("-held_at", "-id")
    if before is not None:
        moment, prune_id = before
        prunes = prunes.filter(held_at__lte=moment).filter(Q(held_at__lt=moment) | Q(held_at=moment, id__lt=prune_id))
    return list(prunes[:limit])


def counts_by_state(*, organization: Organization, wanted: Wanted) -> dict[str, int]:
    """How many there are in each state; states without any are missing, and so is what wanted says of states."""
    every = replace(wanted, state="")
    counted = _those(organization, every).order_by().values_list("state").annotate(Count("pk"))
    return dict(counted)


def get_held(*, organization: Organization, prune_id: UUID, integration_id: UUID | None = None) -> HeldPrune:
    """The prune, of that integration if one is named. Raises NotFound."""
    wanted = Wanted(frozenset({integration_id} if integration_id else ()))
    prune = _those(organization, wanted).filter(pk=prune_id).first()
    if prune is None:
        raise NotFound("There is no held prune with this id.")
    return prune


def held_of_event(*, organization: Organization, event: InboundEvent, limit: int) -> list[HeldPrune]:
    """What was held of one event, in the order of its prunes."""
    prunes = _those(organization, Wanted(frozenset({event.integration_id}), event.pk))
    # Nothing is held before its event came; said so, an index leads there.
    return list(prunes.filter(held_at__gte=event.received_at).order_by("held_at", "id")[:limit])


def waiting_count(*, organization: Organization) -> int:
    """How many prunes of the organization wait for a decision."""
    return _those(organization, Wanted(state=HeldPrune.State.WAITING)).count()


def _those(organization: Organization, wanted: Wanted) -> TenantQuerySet[HeldPrune]:
    narrowed = {"integration_id__in": wanted.integration_ids, "event_id": wanted.event_id, "state": wanted.state}
    prunes = HeldPrune.objects.of(organization)
    return prunes.filter(**{name: value for name, value in narrowed.items() if value})
