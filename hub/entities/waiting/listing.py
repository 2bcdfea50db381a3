"""list_waiting: the values that wait in entities of an organization, the longest waiting first, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import OperationalError

from hub import database
from hub.accounts.models import Organization
from hub.entities.changesets import changesets_in, moment_text
from hub.entities.models import Entity
from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import Clause
from hub.entities.waiting import sql
from hub.errors import HubError
from hub.json_types import JSONObject

TIME_LIMIT_S: Final = 5.0
"""How long a page waits for the list before it offers filters."""

Place = sql.Place


class TooSlow(HubError):
    """The list was given up; nothing is lost, fewer schemas usually answer at once."""

    code = "QUERY_TIMEOUT"
    status = 503

    def __init__(self) -> None:
        super().__init__(f"The list took longer than {TIME_LIMIT_S:.0f} s.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty fields narrow nothing.

    before: parked earlier than this; after: the place of the last row of the page before.
    """

    schemas: Sequence[str] = ()
    attributes: Sequence[str] = ()
    mode: str = ""
    before: datetime | None = None
    after: Place | None = None

    def conditions(self) -> list[Clause]:
        """The same for a statement."""
        found = [
            sql.of_schemas(self.schemas) if self.schemas else None,
            sql.of_attributes(self.attributes) if self.attributes else None,
            sql.of_mode(self.mode) if self.mode else None,
            sql.before(moment_text(self.before)) if self.before else None,
            sql.behind(self.after) if self.after else None,
        ]
        return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class WaitingValue:
    """What is parked for an attribute of an entity."""

    entity: Entity
    attribute: str
    changeset: JSONObject
    place: Place


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """after: where the next page goes on; None on the last one."""

    values: Sequence[WaitingValue]
    after: Place | None


def list_waiting(*, organization: Organization, wanted: Wanted, limit: int) -> WaitingPage:
    """Up to limit values, with two queries whatever their number. Raises TooSlow."""
    with _patience():
        places = sql.listed(organization.pk, wanted.conditions(), limit + 1)
    ids = {entity_id for _since, entity_id, _attribute in places[:limit]}
    entities = {one.pk: one for one in Entity.objects.of(organization).filter(pk__in=ids)}
    found = [_value(entities[place[1]], place) for place in places[:limit] if place[1] in entities]
    values = [one for one in found if one.changeset]
    return WaitingPage(values, places[limit - 1] if len(places) > limit else None)


def count_waiting(*, organization: Organization, wanted: Wanted, most: int) -> int:
    """How many there are, counted no further than most; one query. Raises TooSlow."""
    with _patience():
        return sql.counted(organization.pk, wanted.conditions(), most)


def count_at_least(*, organization: Organization, wanted: Wanted, most: int) -> int:
    """As count_waiting; most where nobody could tell in time, for there must be many then."""
    try:
        return count_waiting(organization=organization, wanted=wanted, most=most)
    except TooSlow:
        return most


def _value(entity: Entity, place: Place) -> WaitingValue:
    """Empty where it was decided about since the place was read."""
    return WaitingValue(entity, place[2], changesets_in(entity.attributes).get(place[2], {}), place)


@contextmanager
def _patience() -> Iterator[None]:
    try:
        with statements().time_limit(TIME_LIMIT_S):
            yield
    except OperationalError as error:
        if database.is_cancelled(error):
            raise TooSlow from error
        raise
