"""comparison_of: what differs between two versions of an entity, or between two moments, as an address asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hub.display_zone import display_zone
from hub.entities.models import Entity
from hub.entities.past.differences import between, between_versions
from hub.entities.past.states import find_version_at
from hub.errors import NotFound
from hub.web.entities.changes import differences_in
from hub.web.entities.moments import moment_from, version_from
from hub.web.entities.naming import Named, Naming
from hub.web.templatetags.moments import absolute_time

LONGEST_UNREAD: Final = 40
"""Characters of a text that is no moment, where it is shown in place of one."""
REMOVED: Final = gettext_noop("Its changes may have been removed by the retention rule.")


@dataclass(frozen=True, slots=True)
class End:
    """What is compared with the other one. title: how it is called; text: as its field in the form shows it.

    version: the one that a moment shows; None where the title says it, and before the entity was there.
    """

    title: str
    text: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from old to new; trouble says why that cannot be told, note what one has to know beside it."""

    old: End
    new: End
    is_of_moments: bool
    differences: Sequence[Named] = ()
    trouble: str = ""
    note: str = ""


def comparison_of(entity: Entity, asked: Mapping[str, str], naming: Naming) -> Comparison | None:
    """Of the moments from and until, else of the versions old and new; None where nothing is asked for.

    Whichever comes first in time counts as old.
    """
    start, end = asked.get("from", ""), asked.get("until", "")
    if start or end:
        return _of_texts(entity, start, end, naming)
    one, other = version_from(asked.get("old", "")), version_from(asked.get("new", ""))
    return None if one is None or other is None else _of_versions(entity, (one, other), naming)


def _of_versions(entity: Entity, versions: tuple[int, int], naming: Naming) -> Comparison:
    earlier, later = sorted(versions)
    old, new = (End(f"v{version}", str(version)) for version in (earlier, later))
    try:
        told = between_versions(entity, earlier, later)
    except NotFound as error:
        return Comparison(old, new, is_of_moments=False, trouble=f"{error.message} {_(REMOVED)}")
    return Comparison(old, new, is_of_moments=False, differences=naming.named(list(differences_in(told))))


def _of_texts(entity: Entity, start: str, end: str, naming: Naming) -> Comparison:
    one, other = moment_from(start), moment_from(end)
    if one is not None and other is not None:
        return _of_moments(entity, (one, other), naming)
    old, new = (_unread(text) if at is None else _end(at) for at, text in ((one, start), (other, end)))
    unread = {"text": (old if one is None else new).title}
    trouble = _("%(text)s is no moment that can be read. Write it as 2026-01-15T08:00.") % unread
    if not start or not end:
        trouble = _("One of the two moments is missing.")
    return Comparison(old, new, is_of_moments=True, trouble=trouble)


def _of_moments(entity: Entity, moments: tuple[datetime, datetime], naming: Naming) -> Comparison:
    earlier, later = sorted(moments)
    old, new = (_end(at, find_version_at(entity, at)) for at in (earlier, later))
    created = {"kind": entity.schema, "when": absolute_time(entity.created_at, display_zone())}
    if later < entity.created_at:
        trouble = _("There was no %(kind)s with this id at either moment; it was created at %(when)s.") % created
        return Comparison(old, new, is_of_moments=True, trouble=trouble)
    was_there = earlier >= entity.created_at
    if new.version is None or (was_there and old.version is None):
        trouble = f"{_('What it was then is not known any more.')} {_(REMOVED)}"
        return Comparison(old, new, is_of_moments=True, trouble=trouble)
    try:
        told = between(entity, earlier, later)
    except NotFound as error:
        return Comparison(old, new, is_of_moments=True, trouble=f"{error.message} {_(REMOVED)}")
    note = "" if was_there else _("It was created at %(when)s; at the first moment it had no values.") % created
    return Comparison(old, new, is_of_moments=True, differences=naming.named(list(differences_in(told))), note=note)


def _end(at: datetime, version: int | None = None) -> End:
    local = at.astimezone(display_zone())
    return End(absolute_time(at, display_zone()), local.replace(tzinfo=None).isoformat(timespec="seconds"), version)


def _unread(text: str) -> End:
    shown = text if len(text) <= LONGEST_UNREAD else f"{text[:LONGEST_UNREAD]}…"
    return End(shown or "…", "")
