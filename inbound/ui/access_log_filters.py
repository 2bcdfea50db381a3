"""Asked: what the address of the access log asks for, and the requests it means."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.web.row_pages import Position
from inbound.ui.filter_bar import FilterBar
from inbound.ui.narrowing import Field, Narrowed, is_short
from monitoring.access_log_pages import RequestSearch

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
STATUS_CLASSES: Final = {
    "2xx": _("2xx, done"),
    "3xx": _("3xx, elsewhere"),
    "4xx": _("4xx, refused"),
    "5xx": _("5xx, failed"),
}
TOKEN_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
FIELDS: Final = (
    Field("status", _("Status"), lambda text: text in STATUS_CLASSES),
    Field("method", _("Method"), lambda text: text in METHODS),
    Field("token", _("Token"), TOKEN_ID.fullmatch),
    Field("path", _("Path"), is_short, is_single=True),
)
BAR: Final = FilterBar(
    {field.name: field.label for field in FIELDS}, frozenset({"method", "path"}), {"path": "/v3/erp/updates/events"}
)


class Asked(Narrowed):
    """The filters of the access log."""

    __slots__ = ()

    def search(self, before: Position | None) -> RequestSearch:
        """The same as the query understands it; a window up to now has no end, so that the newest rows count."""
        return RequestSearch(
            token_ids=self.of("token") or None,
            methods=self.of("method"),
            path=next(iter(self.of("path")), ""),
            status_classes=tuple(int(one[0]) for one in self.of("status")),
            since=self.window.since,
            until=None if self.window.name else self.window.until,
            before=before,
        )


def asked_of(query: QueryDict, now: datetime, zone: ZoneInfo) -> Asked:
    """What a query string asks for."""
    return Asked.read(query, FIELDS, now, zone)
