"""shared_place: so many at once of an organization, counted over all processes of the hub."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import Error, transaction

from hub import clock, database, processes
from hub.errors import HubError
from hub.ids import new_id
from hub.models import SharedPlace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scarce:
    """Of what there may be so many at once, and what is said where there is no more.

    life: longest time that one is counted, should nobody end it.
    """

    kind: str
    most: int
    life: timedelta
    full: HubError


@contextmanager
def shared_place(scarce: Scarce, organization_id: int) -> Iterator[None]:
    """Around what is under way. Raises scarce.full: a place is not waited for.

    Three small statements to take it and one to give it back, each in a transaction of its own. A process that dies
    holds its places no longer: at once where others on its machine can tell, else until their life is over.
    """
    place_id = database.retrying(lambda: _take(scarce, organization_id))
    try:
        yield
    finally:
        _give_back(place_id)


@transaction.atomic
def _take(scarce: Scarce, organization_id: int) -> UUID:
    """In turn, so that two never take the last place."""
    database.take_turn(f"places of {scarce.kind} {organization_id}")
    rows = list(SharedPlace.objects.filter(organization_id=organization_id, kind=scarce.kind))
    at = clock.now()
    lost = [one.pk for one in rows if one.held_until <= at or processes.has_ended(one.holder)]
    if lost:
        SharedPlace.objects.filter(pk__in=lost).delete()
    if len(rows) - len(lost) >= scarce.most:
        raise scarce.full
    place = SharedPlace(
        id=new_id(),
        organization_id=organization_id,
        kind=scarce.kind,
        holder=processes.own_name(),
        held_until=at + scarce.life,
    )
    place.save(force_insert=True)
    return place.pk


def _give_back(place_id: UUID) -> None:
    """What the database does not hear of now ends by itself: whoever is served must not fail because of it."""
    try:
        database.retrying(lambda: SharedPlace.objects.filter(pk=place_id).delete())
    except Error:
        log.exception("a shared place was not given back")
