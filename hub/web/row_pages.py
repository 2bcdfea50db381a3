"""RowPage: one page of a list that grows at its head, between cursors in its address; a cursor is a place as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from hub.ids import find_id, to_text

PAGE_SIZE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_DIGITS = 17
"""Microseconds since 1970, up to the year 5138."""

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)
Shown = TypeVar("Shown")

Position = tuple[datetime, UUID]
"""Where a row stands: a moment and an id."""


class Fetch(Protocol[Row_co]):
    """Up to PAGE_SIZE + 1 rows, newest first: those below before, those right above after, or else the newest."""

    def __call__(self, *, before: Position | None = None, after: Position | None = None) -> Sequence[Row_co]:
        """Never both."""


class Address(Protocol):
    """The address of the list."""

    def __call__(self, **more: str) -> str:
        """With the cursor that more names, if any."""


@dataclass(frozen=True, slots=True)
class RowPage(Generic[Row]):
    """rows, newest first. newer and older are addresses, empty at an end; newest is the cursor of the first row."""

    rows: Sequence[Row]
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
    def is_only(self) -> bool:
        """Whether there are no rows on other pages."""
        return not (self.newer or self.older)

    def showing(self, rows: Sequence[Shown]) -> RowPage[Shown]:
        """The same page with its rows in another form."""
        return RowPage(rows, self.newer, self.older, self.newest, self.here)


@dataclass(frozen=True, slots=True)
class Walk(Generic[Row]):
    """How pages of a list are read and linked. prefix: of the public ids of its rows; place_of: where one stands."""

    prefix: str
    fetch: Fetch[Row]
    place_of: Callable[[Row], Position]
    address: Address

    def page(self, query: Mapping[str, str]) -> RowPage[Row]:
        """The page that the cursors before and after of a query lead to; the first one when they lead nowhere."""
        before, after = (position_of(self.prefix, query.get(name, "")) for name in ("before", "after"))
        found = self.fetch(after=after) if after else []
        if found:
            return self._page(found[-PAGE_SIZE:], len(found) > PAGE_SIZE, True, {"after": query["after"]})
        found = self.fetch(before=before)
        place = {"before": query["before"]} if before else {}
        return self._page(found[:PAGE_SIZE], before is not None, len(found) > PAGE_SIZE, place)

    def _page(self, rows: Sequence[Row], has_newer: bool, has_older: bool, place: dict[str, str]) -> RowPage[Row]:
        newest, oldest = (
            (cursor_of(self.prefix, self.place_of(row)) for row in (rows[0], rows[-1])) if rows else ("", "")
        )
        above = {"after": newest} if rows else {}
        return RowPage(
            rows=rows,
            newer=self.address(**above) if has_newer else "",
            older=self.address(before=oldest) if has_older and rows else "",
            newest=newest,
            here=self.address(**place),
        )


def cursor_of(prefix: str, position: Position) -> str:
    """Microseconds since 1970, then the public id."""
    at, row_id = position
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{to_text(prefix, row_id)}"


def position_of(prefix: str, cursor: str) -> Position | None:
    """The place that a cursor names, or None for a text that is none: the list then begins with its newest row."""
    digits, _, identifier = cursor.partition("-")
    row_id = find_id(prefix, identifier)
    if row_id is None or not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        return None
    return EPOCH + timedelta(microseconds=int(digits)), row_id
