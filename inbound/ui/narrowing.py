"""Narrowed: what the address of a list is narrowed to, by fields and a window; the list's own kind builds on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext

from inbound.ui.windows import ALL_KEPT, SPANS, USUAL, Window, moment_of, window_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Pair = tuple[str, str]
"""Name and value of a parameter."""
Zoom = Callable[[datetime, datetime], str]
"""(since, until) → the address of that window."""
TIME = ("window", "from", "to")
LONGEST_TEXT = 255
MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a list can be narrowed by; several values mean any of them.

    is_id: who looks for it means all of time.
    """

    name: str
    label: _StrPromise
    accepts: Callable[[str], object]
    is_single: bool = False
    is_id: bool = False


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The filters of an address: the values that make sense, by field name, and the window.

    unread: the parameters that make no sense. They narrow nothing, so whoever acts on all that the filters find has
    to refuse while there are some; every address carries them on until somebody takes them away.
    """

    values: dict[str, tuple[str, ...]]
    window: Window
    is_usual_window: bool
    unread: tuple[Pair, ...] = ()

    @classmethod
    def read(cls, query: QueryDict, fields: Sequence[Field], now: datetime, zone: ZoneInfo) -> Self:
        """What a query string asks for. Of several values of a single field the last one counts."""
        texts = {field: _texts(query, field) for field in fields}
        values = {field.name: found for field, given in texts.items() if (found := _accepted(field, given))}
        usual = ALL_KEPT if any(field.is_id and field.name in values for field in fields) else USUAL
        plain = {name: query.get(name, "") for name in TIME if "\0" not in query.get(name, "")}
        window = window_of({name: text for name, text in plain.items() if text}, now, zone, usual)
        unread = [
            (field.name, text)
            for field, given in texts.items()
            for text in given
            if text not in values.get(field.name, ())
        ]
        unread += _unread_times(query, window, zone)
        return cls(values, window, window.name == usual, tuple(dict.fromkeys(unread))[:MOST_VALUES])

    def without(self, name: str) -> Self:
        """The same less one field."""
        return replace(self, values={key: value for key, value in self.values.items() if key != name})

    def without_unread(self, pair: Pair) -> Self:
        """The same less one parameter that makes no sense."""
        return replace(self, unread=tuple(one for one in self.unread if one != pair))

    @property
    def pairs(self) -> list[Pair]:
        """The filters as parameters of an address, the window left out where it is the usual one."""
        pairs = [(name, value) for name, values in self.values.items() for value in values]
        pairs += self.unread
        if self.is_usual_window:
            return pairs
        if self.window.name:
            return [*pairs, ("window", self.window.name)]
        return [*pairs, ("from", _moment(self.window.since)), ("to", _moment(self.window.until))]

    def address(self, without: Collection[str] = (), /, **more: str) -> str:
        """``?…`` with these filters, some left out, some added; ``?`` alone when nothing is left."""
        query = QueryDict(mutable=True)
        for name, value in self.pairs:
            if name not in without and name not in more:
                query.appendlist(name, value)
        for name, value in more.items():
            query[name] = value
        return f"?{query.urlencode()}"

    def zoomed(self, since: datetime, until: datetime) -> str:
        """The address of the same filters in another window."""
        return self.zoom()(since, until)

    def zoom(self) -> Zoom:
        """zoomed for many windows: what their addresses have in common is written once."""
        kept = self.address(TIME)
        start = kept if kept == "?" else f"{kept}&"
        return lambda since, until: f"{start}{urlencode({'from': _moment(since), 'to': _moment(until)})}"

    def of(self, name: str) -> tuple[str, ...]:
        """The values of a field; none where it narrows nothing."""
        return self.values.get(name, ())


def is_uuid(text: str) -> bool:
    """Whether a text is an id as the database has them."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def is_short(text: str) -> bool:
    """Whether a text may be looked for."""
    return 0 < len(text) <= LONGEST_TEXT


def any_of(count: int) -> str:
    """What a chip says instead of a long list."""
    return gettext("any of %(count)d") % {"count": count}


def _texts(query: QueryDict, field: Field) -> list[str]:
    """What a query says about a field; an empty field of a form says nothing."""
    texts = [text for given in query.getlist(field.name) if (text := given.strip())]
    return texts[-1:] if field.is_single else texts


def _accepted(field: Field, texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if "\0" not in text and field.accepts(text)))[:MOST_VALUES]


def _unread_times(query: QueryDict, window: Window, zone: ZoneInfo) -> list[Pair]:
    """Moments that are none, or that bound nothing because the end comes before the beginning; names of no window."""
    moments = [(name, text) for name in ("from", "to") for text in query.getlist(name) if text.strip()]
    named = [("window", text) for text in query.getlist("window") if text.strip() and text not in SPANS]
    return [pair for pair in moments if window.name or moment_of(pair[1], zone) is None] + named


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
