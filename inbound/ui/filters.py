"""Asked: what the address of the list of events asks for, and the filter it means."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.ids import find_id
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus
from inbound.payload_search.wanted import PayloadWanted
from inbound.query import EventFilter, Position
from inbound.ui.narrowing import Field, Narrowed, is_short, is_uuid

EVENT_TYPES = ("CREATE", "UPDATE", "DELETE")
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
NOBODY = UUID(int=0)
"""Stands for an id that no event has: an event id that is none finds nothing."""

FIELDS = (
    Field("status", _("Status"), lambda text: text in EventStatus.values),
    Field("integration", _("Integration"), is_uuid),
    Field("use_case", _("Use case"), is_uuid),
    Field("code", _("Code"), CODE.fullmatch),
    Field("type", _("Event type"), lambda text: text in EVENT_TYPES),
    Field("correlation", _("Correlation id"), is_short, is_single=True, is_id=True),
    Field("event", _("Event id"), is_short, is_single=True, is_id=True),
    Field("payload", _("Payload value"), PayloadWanted.parse, is_single=True),
    Field("issue", _("Issue"), is_uuid, is_single=True, is_id=True),
)
LABELS = {field.name: field.label for field in FIELDS}
CHARTED = ("integration", "use_case")
"""What the counters tell apart."""


class Asked(Narrowed):
    """The filters of the list of events."""

    __slots__ = ()

    def event_filter(self, *, before: Position | None = None, after: Position | None = None) -> EventFilter:
        """The same as the query understands it; a window up to now has no end, so that the newest rows count."""
        return EventFilter(
            before=before,
            after=after,
            statuses=frozenset(self.of("status")),
            integration_ids=frozenset(map(UUID, self.of("integration"))),
            use_case_ids=frozenset(map(UUID, self.of("use_case"))),
            codes=frozenset(self.of("code")),
            event_types=frozenset(self.of("type")),
            correlation_id=next(iter(self.of("correlation")), ""),
            event_id=next((find_id(EVENT_PREFIX, text) or NOBODY for text in self.of("event")), None),
            payload=next(iter(self.of("payload")), ""),
            issue_id=next(map(UUID, self.of("issue")), None),
            since=self.window.since,
            until=None if self.window.name else self.window.until,
        )

    @property
    def uncharted(self) -> bool:
        """Whether filters are set that the counters know nothing of."""
        return any(name not in CHARTED for name in self.values)


def asked_of(query: QueryDict, now: datetime, zone: ZoneInfo) -> Asked:
    """What a query string asks for."""
    return Asked.read(query, FIELDS, now, zone)
