"""Input: one attribute in the form of an entity, as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hub.entities.schemas.checks import is_date
from hub.entities.schemas.types import AttributeType
from hub.web.entities.forms.looks import Look, Raw
from hub.web.entities.forms.rows import PLACE, TAGS, Part, Rows
from hub.web.entities.related import Relative

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KEY = "a:"
"""Begins the names of inputs, so that no attribute is taken for something else of the form."""
SEARCH, SEARCHED = "q:", "found:"
"""Begin the names of a picker's search text, and of the text whose answer is on the page."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a list: its inputs with their texts. place: which stored member it is, "" for a new one."""

    inputs: list[tuple[Part, str]]
    tags: str
    place: str


@dataclass(frozen=True, slots=True)
class Input:
    """An attribute in the form. blank_rows: empty rows that somebody may fill; links: whom a relation leads to."""

    name: str
    label: str
    kind: AttributeType | None
    look: Look
    raw: Raw
    is_required: bool = False
    is_identifier: bool = False
    error: str = ""
    expected: str = ""
    """What the value must be and is not: a warning."""
    blank_rows: int = 0
    links: tuple[Relative, ...] = ()
    candidates: tuple[Relative, ...] = ()
    search: str = ""
    waits: _StrPromise | str = ""
    """What a change waits for, where it is not written at once."""
    proposed: str | None = None
    """What waits already."""

    @property
    def key(self) -> str:
        """The name of its control."""
        return KEY + self.name

    @property
    def is_filled(self) -> bool:
        """Whether it stands among the inputs that are open."""
        return bool(self.raw or self.error or self.search or self.is_required or self.is_identifier)

    @property
    def options(self) -> list[str]:
        """What a choice offers: the options, and the stored value where it is none of them."""
        offered = list(self.kind.options) if self.kind else []
        return offered if not self.raw or self.raw in offered else [*offered, str(self.raw)]

    @property
    def cells(self) -> list[Cells]:
        """The rows as they are drawn: each input with its text."""
        parts = self.look.parts if isinstance(self.look, Rows) else ()
        filled = [] if isinstance(self.raw, str) else list(self.raw)
        rows = [*filled, *({} for _ in range(self.blank_rows))]
        return [
            Cells([(one, row.get(one.name, "")) for one in parts], row.get(TAGS, ""), row.get(PLACE, ""))
            for row in rows
        ]

    @property
    def is_day(self) -> bool:
        """Whether a date field shows the text as it is."""
        return self.look.name == "date" and (not self.raw or is_date(str(self.raw)))

    @property
    def hint(self) -> str:
        """What is to be typed, where that is not plain."""
        kind = self.kind.kind if self.kind else ""
        if self.look.name == "lines":
            return _("One per line.")
        return {
            "datetime": _("Such as 2026-01-15T08:00:00Z."),
            "money": _("In minor units: 12345 are 123.45."),
            "currency": _("Three capital letters, such as EUR."),
        }.get(kind, _("As JSON.") if self.look.name == "json" else "")

    @property
    def is_long(self) -> bool:
        """Whether the text needs more than a line."""
        return isinstance(self.raw, str) and ("\n" in self.raw or len(self.raw) > 80)


@dataclass(frozen=True, slots=True)
class Section:
    """Inputs under one title; others wait behind a click because they have no value."""

    title: _StrPromise | str
    open: list[Input]
    others: list[Input]
