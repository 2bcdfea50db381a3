"""Asked: what the address of the list of deliveries asks for, and the rows it means."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.ids import find_id
from hub.names import is_name
from inbound.ui.narrowing import Field, Narrowed, is_short, is_uuid
from outbound.delivery_list import Position, Status, Wanted
from outbound.models import DELIVERY_PREFIX

CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
WEBHOOK_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
NOBODY = UUID(int=0)
"""Stands for an id that no delivery has: a text that is none finds nothing."""

FIELDS = (
    Field("status", _("Status"), lambda text: text in list(Status)),
    Field("webhook", _("Receiver"), WEBHOOK_ID.fullmatch),
    Field("integration", _("Integration"), is_uuid),
    Field("use_case", _("Use case"), is_uuid),
    Field("event", _("Event"), is_name),
    Field("code", _("Code"), CODE.fullmatch),
    Field("correlation", _("Correlation id"), is_short, is_single=True, is_id=True),
    Field("core_event", _("Core event id"), is_short, is_single=True, is_id=True),
    Field("delivery", _("Delivery id"), is_short, is_single=True, is_id=True),
)
LABELS = {field.name: field.label for field in FIELDS}


class Asked(Narrowed):
    """The filters of the list of deliveries."""

    __slots__ = ()

    def wanted(self, *, before: Position | None = None, after: Position | None = None) -> Wanted:
        """The same as the query understands it; a window up to now has no end, so that the newest rows count."""
        return Wanted(
            statuses=frozenset(self.of("status")),
            webhook_ids=frozenset(self.of("webhook")),
            integration_ids=frozenset(map(UUID, self.of("integration"))),
            use_case_ids=frozenset(map(UUID, self.of("use_case"))),
            event_names=frozenset(self.of("event")),
            codes=frozenset(self.of("code")),
            correlation_id=next(iter(self.of("correlation")), ""),
            core_event_id=next((_id("", text) for text in self.of("core_event")), None),
            delivery_id=next((_id(DELIVERY_PREFIX, text) for text in self.of("delivery")), None),
            since=self.window.since,
            until=None if self.window.name else self.window.until,
            before=before,
            after=after,
        )


def asked_of(query: QueryDict, now: datetime, zone: ZoneInfo) -> Asked:
    """What a query string asks for."""
    return Asked.read(query, FIELDS, now, zone)


def _id(prefix: str, text: str) -> UUID:
    if is_uuid(text):
        return UUID(text)
    return find_id(prefix, text) or NOBODY
