"""hub/web/row_pages.py: pages of a list between cursors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from hub.web.row_pages import PAGE_SIZE, Position, RowPage, Walk, cursor_of, position_of

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def stored(count: int) -> list[Position]:
    """Rows a minute apart, newest first."""
    return [(FIRST + timedelta(minutes=n), UUID(int=n)) for n in reversed(range(count))]


def page(rows: list[Position], address: str = "") -> RowPage[Position]:
    def fetch(*, before: Position | None = None, after: Position | None = None) -> list[Position]:
        if after:
            return [row for row in rows if row > after][-PAGE_SIZE - 1 :]
        return [row for row in rows if before is None or row < before][: PAGE_SIZE + 1]

    def link(**more: str) -> str:
        return f"?{urlencode(more)}"

    return Walk("row_", fetch, lambda row: row, link).page(dict(parse_qsl(address.lstrip("?"))))


def test_the_older_pages_lead_to_every_row_once() -> None:
    rows, found = stored(120), []
    shown = page(rows)
    found += shown.rows
    while shown.older:
        shown = page(rows, shown.older)
        found += shown.rows
    assert found == rows


def test_the_newer_page_of_an_older_one_is_where_one_came_from() -> None:
    rows = stored(120)
    second = page(rows, page(rows).older)
    assert page(rows, second.newer).rows == rows[:PAGE_SIZE]


def test_a_page_with_all_rows_leads_nowhere() -> None:
    shown = page(stored(PAGE_SIZE))
    assert (shown.is_first, shown.is_only, shown.newer, shown.older) == (True, True, "", "")


def test_a_page_behind_the_last_row_leads_back_to_the_first() -> None:
    shown = page(stored(1), f"?before={cursor_of('row_', (FIRST, UUID(int=0)))}")
    assert (shown.rows, shown.newer, shown.older, shown.newest) == ([], "?", "", "")


def test_above_the_newest_row_the_first_page_is_shown() -> None:
    rows = stored(3)
    assert page(rows, f"?after={cursor_of('row_', rows[0])}").rows == rows


def test_a_text_that_is_no_cursor_names_no_place() -> None:
    assert [position_of("row_", text) for text in ("", "x", "1-row_x", "-1-row_", "9" * 18)] == [None] * 5
