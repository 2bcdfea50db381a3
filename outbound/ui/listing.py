"""One page of the list of deliveries: its rows, and the ways to newer and older ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.numbers import number
from inbound.query import patience
from outbound.delivery_list import DeliveryRow, Wanted, list_deliveries
from outbound.ui.filters import Asked
from outbound.ui.names import Names
from outbound.ui.paging import cursor_of, position_of
from outbound.ui.rows import Row, rows_of

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """rows, newest first. newer and older are addresses, empty at an end; newest is the cursor of the first row."""

    rows: tuple[Row, ...]
    newer: str = ""
    older: str = ""
    newest: str = ""
    here: str = ""
    """The address of this page."""

    @property
    def is_first(self) -> bool:
        """Whether nothing newer was left behind."""
        return not self.newer

    @property
    def summary(self) -> str:
        """How many rows are shown."""
        shown = ngettext("%(count)s delivery", "%(count)s deliveries", len(self.rows)) % {
            "count": number(len(self.rows))
        }
        return _("%(deliveries)s on this page") % {"deliveries": shown} if self.newer or self.older else shown


def page_of(organization: Organization, asked: Asked, names: Names, query: Mapping[str, str]) -> DeliveryPage:
    """The page that the cursors of a query lead to. Raises TooSlow."""
    before, after = position_of(query.get("before", "")), position_of(query.get("after", ""))
    with patience():
        found = _fetch(organization, asked.wanted(after=after)) if after else []
        if found:
            rows, newer, older = found[-PAGE_SIZE:], len(found) > PAGE_SIZE, True
            place = {"after": query["after"]}
        else:
            found = _fetch(organization, asked.wanted(before=before))
            rows, newer, older = found[:PAGE_SIZE], before is not None, len(found) > PAGE_SIZE
            place = {"before": query["before"]} if before else {}
    return DeliveryPage(
        rows=tuple(rows_of(rows, names, are_selected=query.get("selected") == "page")),
        newer=asked.address(after=cursor_of(rows[0])) if newer and rows else asked.address() if newer else "",
        older=asked.address(before=cursor_of(rows[-1])) if older and rows else "",
        newest=cursor_of(rows[0]) if rows else "",
        here=asked.address(**place),
    )


def _fetch(organization: Organization, wanted: Wanted) -> list[DeliveryRow]:
    return list_deliveries(organization=organization, wanted=wanted, limit=PAGE_SIZE + 1)
