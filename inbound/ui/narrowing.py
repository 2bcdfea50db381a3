"""Narrowed: what the address of a list is narrowed to, by fields and a window; the list's own kind builds on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext

from inbound.ui.windows import ALL_KEPT, USUAL, Window, window_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

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
    """The filters of an address: the values that make sense, by field name, and the window."""

    values: dict[str, tuple[str, ...]]
    window: Window
    is_usual_window: bool

    @classmethod
    def read(cls, query: QueryDict, fields: Sequence[Field], now: datetime, zone: ZoneInfo) -> Self:
        """What a query string asks for; what makes no sense in it is passed over."""
        values = {field.name: found for field in fields if (found := _values(query, field))}
        usual = ALL_KEPT if any(field.is_id and field.name in values for field in fields) else USUAL
        plain = {name: query.get(name, "") for name in TIME if "\0" not in query.get(name, "")}
        window = window_of({name: text for name, text in plain.items() if text}, now, zone, usual)
        return cls(values, window, is_usual_window=window.name == usual)

    def without(self, name: str) -> Self:
        """The same less one field."""
        return replace(self, values={key: value for key, value in self.values.items() if key != name})

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters as parameters of an address, the window left out where it is the usual one."""
        pairs = [(name, value) for name, values in self.values.items() for value in values]
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
        return self.address(TIME, **{"from": _moment(since), "to": _moment(until)})

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


def _values(query: QueryDict, field: Field) -> tuple[str, ...]:
    texts = [text.strip() for text in query.getlist(field.name)[:MOST_VALUES] if "\0" not in text]
    found = tuple(dict.fromkeys(text for text in texts if field.accepts(text)))
    return found[-1:] if field.is_single else found


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
