"""One page of the list: its rows, the ways to newer and older ones, and what is said about how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.numbers import number
from inbound.query import EventFilter, EventRow, list_events, patience
from inbound.ui.filters import Asked
from inbound.ui.names import Names, with_gone
from inbound.ui.paging import cursor_of, position_of
from inbound.ui.rows import Row, rows_of

PAGE_SIZE = 50
ESTIMATED_BY = frozenset({"integration", "use_case", "status"})
"""Filters that the counters can answer for."""


@dataclass(frozen=True, slots=True)
class EventPage:
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


def page_of(organization: Organization, asked: Asked, names: Names, query: Mapping[str, str]) -> EventPage:
    """The page that the cursors of a query lead to. Raises TooSlow."""
    before, after = position_of(query.get("before", "")), position_of(query.get("after", ""))
    with patience():
        found = _fetch(organization, asked.event_filter(after=after)) if after else []
        if found:
            rows, newer, older = found[-PAGE_SIZE:], len(found) > PAGE_SIZE, True
            place = {"after": query["after"]}
        else:
            found = _fetch(organization, asked.event_filter(before=before))
            rows, newer, older = found[:PAGE_SIZE], before is not None, len(found) > PAGE_SIZE
            place = {"before": query["before"]} if before else {}
        names = with_gone(names, organization, [row.event.use_case_id for row in rows])
        shown = rows_of(rows, names, are_selected=query.get("selected") == "page")
    return EventPage(
        rows=tuple(shown),
        newer=asked.address(after=cursor_of(rows[0])) if newer and rows else asked.address() if newer else "",
        older=asked.address(before=cursor_of(rows[-1])) if older and rows else "",
        newest=cursor_of(rows[0]) if rows else "",
        here=asked.address(**place),
    )


def _fetch(organization: Organization, wanted: EventFilter) -> list[EventRow]:
    return list_events(organization_id=organization.pk, wanted=wanted, limit=PAGE_SIZE + 1)


def summary_of(page: EventPage, asked: Asked, totals: Mapping[str, int]) -> str:
    """How many rows are shown, and of about how many where the counters know it."""
    shown = ngettext("%(count)s event", "%(count)s events", len(page.rows)) % {"count": number(len(page.rows))}
    statuses = asked.values.get("status", tuple(totals))
    about = sum(totals.get(status, 0) for status in statuses)
    if not (page.newer or page.older):
        return shown
    if set(asked.values) - ESTIMATED_BY or about <= len(page.rows):
        return _("%(events)s on this page") % {"events": shown}
    return _("%(shown)s of about %(about)s") % {"shown": number(len(page.rows)), "about": number(about)}
