"""Asked: what the address of a list asks for; the filter it means, its chips, and the menus that add others."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.ids import find_id
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus
from inbound.query import EventFilter, Position
from inbound.ui.windows import ALL_KEPT, USUAL, Window, window_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TIME = ("window", "from", "to")
EVENT_TYPES = ("CREATE", "UPDATE", "DELETE")
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
LONGEST_TEXT = 255
MOST_VALUES = 50
NOBODY = UUID(int=0)
"""Stands for an id that no event has: an event id that is none finds nothing."""


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a list can be narrowed by; several values mean any of them."""

    name: str
    label: _StrPromise
    accepts: Callable[[str], object]
    is_single: bool = False


FIELDS = (
    Field("status", _("Status"), lambda text: text in EventStatus.values),
    Field("integration", _("Integration"), _is_uuid),
    Field("use_case", _("Use case"), _is_uuid),
    Field("code", _("Code"), CODE.fullmatch),
    Field("type", _("Event type"), lambda text: text in EVENT_TYPES),
    Field("correlation", _("Correlation id"), lambda text: 0 < len(text) <= LONGEST_TEXT, is_single=True),
    Field("event", _("Event id"), lambda text: 0 < len(text) <= LONGEST_TEXT, is_single=True),
)
LABELS = {field.name: field.label for field in FIELDS}
IDS = ("correlation", "event")
"""Who looks for one id means all of time."""
CHARTED = ("integration", "use_case")
"""What the counters tell apart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address: the values that make sense, by field name, and the window."""

    values: dict[str, tuple[str, ...]]
    window: Window
    is_usual_window: bool

    def event_filter(self, *, before: Position | None = None, after: Position | None = None) -> EventFilter:
        """The same as the query understands it; a window up to now has no end, so that the newest rows count."""
        return EventFilter(
            before=before,
            after=after,
            statuses=frozenset(self._of("status")),
            integration_ids=frozenset(map(UUID, self._of("integration"))),
            use_case_ids=frozenset(map(UUID, self._of("use_case"))),
            codes=frozenset(self._of("code")),
            event_types=frozenset(self._of("type")),
            correlation_id=next(iter(self._of("correlation")), ""),
            event_id=next((find_id(EVENT_PREFIX, text) or NOBODY for text in self._of("event")), None),
            since=self.window.since,
            until=None if self.window.name else self.window.until,
        )

    def without(self, name: str) -> Asked:
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

    @property
    def uncharted(self) -> bool:
        """Whether filters are set that the counters know nothing of."""
        return any(name not in CHARTED for name in self.values)

    def _of(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())


def asked_of(query: QueryDict, now: datetime, zone: ZoneInfo) -> Asked:
    """What a query string asks for; what makes no sense in it is passed over."""
    values = {field.name: found for field in FIELDS if (found := _values(query, field))}
    usual = ALL_KEPT if any(name in values for name in IDS) else USUAL
    plain = {name: query.get(name, "") for name in TIME if "\0" not in query.get(name, "")}
    window = window_of({name: text for name, text in plain.items() if text}, now, zone, usual)
    return Asked(values, window, is_usual_window=window.name == usual)


def _values(query: QueryDict, field: Field) -> tuple[str, ...]:
    texts = [text.strip() for text in query.getlist(field.name)[:MOST_VALUES] if "\0" not in text]
    found = tuple(dict.fromkeys(text for text in texts if field.accepts(text)))
    return found[-1:] if field.is_single else found


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def any_of(count: int) -> str:
    """What a chip says instead of a long list."""
    return gettext("any of %(count)d") % {"count": count}
