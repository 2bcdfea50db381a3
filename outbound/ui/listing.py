"""One page of the list of deliveries: its rows, and how many they are."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.row_pages import PAGE_SIZE, Position, RowPage, Walk
from hub.web.templatetags.numbers import number
from inbound.query import patience
from outbound.delivery_list import DeliveryRow, list_deliveries
from outbound.models import DELIVERY_PREFIX
from outbound.ui.filters import Asked
from outbound.ui.names import Names
from outbound.ui.rows import Row, rows_of


def page_of(organization: Organization, asked: Asked, names: Names, query: Mapping[str, str]) -> RowPage[Row]:
    """The page that the cursors of a query lead to. Raises TooSlow."""

    def fetch(*, before: Position | None = None, after: Position | None = None) -> list[DeliveryRow]:
        wanted = asked.wanted(before=before, after=after)
        return list_deliveries(organization=organization, wanted=wanted, limit=PAGE_SIZE + 1)

    with patience():
        found = Walk(DELIVERY_PREFIX, fetch, place_of, asked.address).page(query)
    return found.showing(rows_of(found.rows, names, are_selected=query.get("selected") == "page"))


def place_of(row: DeliveryRow) -> Position:
    """When the delivery was made, and its id."""
    return row.delivery.created_at, row.delivery.id


def summary_of(page: RowPage[Row]) -> str:
    """How many rows are shown."""
    shown = ngettext("%(count)s delivery", "%(count)s deliveries", len(page.rows)) % {"count": number(len(page.rows))}
    return shown if page.is_only else _("%(deliveries)s on this page") % {"deliveries": shown}
