"""One page of the list: its rows, and what is said about how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.row_pages import PAGE_SIZE, Position, RowPage, Walk, cursor_of, position_of
from hub.web.templatetags.numbers import number
from inbound.events import EVENT_PREFIX
from inbound.payload_search.search import search_payloads
from inbound.query import EventRow, list_events, patience
from inbound.ui.filters import Asked
from inbound.ui.names import Names, with_gone
from inbound.ui.rows import Row, rows_of

ESTIMATED_BY = frozenset({"integration", "use_case", "status"})
"""Filters that the counters can answer for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """page; searched: what is to be said about a search through payloads, None where there was none."""

    page: RowPage[Row]
    searched: Searched | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """reached: the moment down to which payloads were read where the time was up; url: goes on from there."""

    by_index: bool
    reached: datetime | None = None
    url: str = ""


def listed_of(organization: Organization, asked: Asked, names: Names, query: Mapping[str, str]) -> Listed:
    """The page that the cursors of a query lead to. Raises TooSlow."""
    if not asked.of("payload"):
        return Listed(page_of(organization, asked, names, query))
    before = position_of(EVENT_PREFIX, query.get("before", ""))
    with patience():
        found = search_payloads(
            organization_id=organization.pk,
            wanted=asked.event_filter(before=before),
            limit=PAGE_SIZE,
        )
        names = with_gone(names, organization, [row.event.use_case_id for row in found.rows])
        rows = rows_of(found.rows, names, are_selected=query.get("selected") == "page")
    following = asked.address(before=cursor_of(EVENT_PREFIX, found.next)) if found.next else ""
    page = RowPage(
        rows,
        newer=asked.address() if before else "",
        older="" if found.is_cut else following,
        here=asked.address(**({"before": query["before"]} if before else {})),
    )
    if found.is_cut and found.next:
        return Listed(page, Searched(found.by_index, found.next[0], following))
    return Listed(page, Searched(found.by_index))


def page_of(organization: Organization, asked: Asked, names: Names, query: Mapping[str, str]) -> RowPage[Row]:
    """The same for filters that the database answers. Raises TooSlow."""

    def fetch(*, before: Position | None = None, after: Position | None = None) -> list[EventRow]:
        wanted = asked.event_filter(before=before, after=after)
        return list_events(organization_id=organization.pk, wanted=wanted, limit=PAGE_SIZE + 1)

    with patience():
        found = Walk(EVENT_PREFIX, fetch, place_of, asked.address).page(query)
        names = with_gone(names, organization, [row.event.use_case_id for row in found.rows])
        return found.showing(rows_of(found.rows, names, are_selected=query.get("selected") == "page"))


def place_of(row: EventRow) -> Position:
    """When the event was received, and its id."""
    return row.event.received_at, row.event.pk


def summary_of(page: RowPage[Row], asked: Asked, totals: Mapping[str, int]) -> str:
    """How many rows are shown, and of about how many where the counters know it."""
    shown = ngettext("%(count)s event", "%(count)s events", len(page.rows)) % {"count": number(len(page.rows))}
    statuses = asked.values.get("status", tuple(totals))
    about = sum(totals.get(status, 0) for status in statuses)
    if page.is_only:
        return shown
    if set(asked.values) - ESTIMATED_BY or about <= len(page.rows):
        return _("%(events)s on this page") % {"events": shown}
    return _("%(shown)s of about %(about)s") % {"shown": number(len(page.rows)), "about": number(about)}
