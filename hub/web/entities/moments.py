"""Sight: the entity as it is now, or as it was at a moment or in a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hub.display_zone import display_zone
from hub.entities.models import Entity
from hub.entities.past.states import State, state_at, state_of_version
from hub.errors import NotFound

LATEST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Sight:
    """entity holds what is seen. state is None for the present; trouble says why a wish for the past is not met."""

    entity: Entity
    state: State | None = None
    latest: int = 0
    """The version of now."""
    trouble: str = ""
    text: str = ""
    """The moment as somebody asked for it."""

    @property
    def is_past(self) -> bool:
        """Whether something else than the present is seen."""
        return self.state is not None

    @property
    def earlier(self) -> int | None:
        """The version before the one that is seen."""
        return self.entity.version - 1 if self.entity.version > 1 else None

    @property
    def later(self) -> int | None:
        """The version after the one that is seen, unless that is the present one."""
        return self.entity.version + 1 if self.entity.version + 1 < self.latest else None


def sight_of(entity: Entity, *, at: str, version: str) -> Sight:
    """What the parameters at and version of an address ask for; both empty: the present."""
    if not at and not version:
        return Sight(entity, latest=entity.version)
    try:
        state = _state(entity, at, version)
    except NotFound as error:
        return Sight(entity, latest=entity.version, trouble=error.message, text=at)
    if state is None:
        trouble = (
            _("This is no version. Versions are whole numbers and begin with 1.")
            if version
            else _("This is no moment that can be read. Write it as 2026-01-15T08:00.")
        )
        return Sight(entity, latest=entity.version, trouble=trouble, text=at)
    latest = entity.version
    entity.attributes, entity.version = state.attributes, state.version
    entity.updated_at, entity.deleted_at = state.at, state.deleted_at
    return Sight(entity, state, latest, text=at)


def moment_from(text: str) -> datetime | None:
    """A moment with its offset, or as a date field writes it: in the zone in which people read times.

    The whole second that is typed belongs to it, as pages show times without fractions.
    """
    try:
        moment = parse_datetime(text)
        if moment is not None and "." not in text and "," not in text:
            moment = moment.replace(microsecond=999_999)
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=display_zone())
        return None if moment is None or not 1 < moment.year < 9999 else moment
    except (ValueError, OverflowError):
        return None


def version_from(text: str) -> int | None:
    """A number of a version, or None for a text that is none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LATEST_VERSION)) else 0
    return number if 0 < number <= LATEST_VERSION else None


def _state(entity: Entity, at: str, version: str) -> State | None:
    if version:
        number = version_from(version)
        return None if number is None else state_of_version(entity, number)
    moment = moment_from(at)
    return None if moment is None else state_at(entity, moment)
