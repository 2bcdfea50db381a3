"""Moments for people: relative, absolute, and the pieces of a time of day; pure, the caller says what now is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import (
    get_language,
    gettext,
    gettext_lazy,
    gettext_noop,
    ngettext,
    override,
    pgettext_lazy,
)

from hub.web.templatetags.numbers import GROUP

MOMENT_OF_NOW_S = 10
"""Younger than this is "now"; nobody acts on a difference of seconds."""

ZONES = (gettext_noop("CET"), gettext_noop("CEST"), gettext_noop("UTC"))
"""Zone names as they are printed; German writes MEZ and MESZ."""

MONTHS = (
    gettext_noop("Jan"),
    gettext_noop("Feb"),
    gettext_noop("Mar"),
    gettext_noop("Apr"),
    gettext_noop("May"),
    gettext_noop("Jun"),
    gettext_noop("Jul"),
    gettext_noop("Aug"),
    gettext_noop("Sep"),
    gettext_noop("Oct"),
    gettext_noop("Nov"),
    gettext_noop("Dec"),
)

UNITS = (
    (60, 1, gettext_lazy("s")),
    (3600, 60, gettext_lazy("min")),
    (86400, 3600, gettext_lazy("h")),
    (60 * 86400, 86400, pgettext_lazy("days, short", "d")),
    (730 * 86400, 30 * 86400, pgettext_lazy("months, short", "mo")),
)
"""Seconds below which a unit is the largest, how many it has, and its name."""


def relative_time(at: datetime | None, now: datetime) -> str:
    """How long ago, or in how long: "now", "4 min ago", "in 29 min", "3 d ago". None is "never"."""
    words = _words()
    if at is None:
        return words.never
    seconds = (now - at).total_seconds()
    if abs(seconds) < MOMENT_OF_NOW_S:
        return words.now
    span = largest_unit(abs(seconds))
    return (words.ago if seconds > 0 else words.ahead) % {"span": span}


def largest_unit(seconds: float) -> str:
    """A span in its largest whole unit: "42 s", "26 min", "2 h", "3 d", "5 mo", "2 y"."""
    for (limit, unit_s, _name), name in zip(UNITS, _words().units, strict=True):
        if seconds < limit:
            return f"{int(seconds // unit_s)}{GROUP}{name}"
    years = int(seconds // (365 * 86400))
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}


def absolute_time(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment in full: "12 Mar 2026 14:07:30 CET", in German "12.03.2026, 14:07:30 MEZ". None is "never"."""
    words = _words()
    if at is None:
        return words.never
    local = at.astimezone(zone)
    name = local.tzname() or "UTC"
    return f"{calendar_day(local)}{',' if words.is_german else ''} {local:%H:%M:%S} {words.zones.get(name, name)}"


def calendar_day(day: date) -> str:
    """A day in full: "12 Mar 2026", in German "12.03.2026"."""
    words = _words()
    return f"{day:%d.%m.%Y}" if words.is_german else f"{day.day} {words.months[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """A day without its year: "12 Mar", in German "12.03."."""
    words = _words()
    return f"{day:%d.%m.}" if words.is_german else f"{day.day} {words.months[day.month - 1]}"


def machine_time(at: datetime) -> str:
    """A moment for the datetime attribute: "2026-03-12T13:07:30.912Z"."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock_parts(at: datetime, now: datetime, zone: ZoneInfo) -> tuple[str, str, str]:
    """What a table cell shows: day ("" for today), time of day, milliseconds (".912")."""
    local = at.astimezone(zone)
    day = "" if local.date() == now.astimezone(zone).date() else short_day(local)
    return day, f"{local:%H:%M:%S}", f".{local.microsecond // 1000:03d}"


class _Words(NamedTuple):
    """What moments are told with, in one language."""

    is_german: bool
    never: str
    now: str
    ago: str
    ahead: str
    units: tuple[str, ...]
    months: tuple[str, ...]
    zones: Mapping[str, str]


def _words() -> _Words:
    """Those of the language of the page."""
    return _words_in(get_language() or "en")


@cache  # a list tells some two hundred moments, each with six words
def _words_in(language: str) -> _Words:
    with override(language):
        return _Words(
            is_german=language.startswith("de"),
            never=gettext("never"),
            now=gettext("now"),
            ago=gettext("%(span)s ago"),
            ahead=gettext("in %(span)s"),
            units=tuple(str(name) for _limit, _unit_s, name in UNITS),
            months=tuple(gettext(name) for name in MONTHS),
            zones={name: gettext(name) for name in ZONES},
        )
