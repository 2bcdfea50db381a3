"""Asked: what the address of a list wants to see: its columns, its filters, a search text; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.entities.query.syntax import Equals, Prefix, Present, Range, Term, Test
from hub.entities.schemas import Schema
from hub.entities.schemas.definition import COMMON
from hub.entities.schemas.fitting import types_of
from hub.web.entities.finding import LONGEST_QUERY

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

COLUMN: Final = "column"
MOST_COLUMNS: Final = 8
MOST_FILTERS: Final = 10
LONGEST_VALUE: Final = 300
FIELD: Final = re.compile(r"[\w-]{1,128}(\.[\w-]{1,128}){0,3}")

IS, BEGINS, HAS, FROM, TO = "is", "begins", "has", "from", "to"
TESTS: Final[Mapping[str, _StrPromise]] = {
    IS: _("is"),
    BEGINS: _("begins with"),
    HAS: _("has a value"),
    FROM: _("from"),
    TO: _("up to"),
}
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("email",),
    "phone": ("phone",),
    "address": ("city", "postal_code", "street"),
    "addresses": ("city", "postal_code", "street"),
    "payment": ("data.iban",),
    "payments": ("data.iban",),
}
"""Kind → the members of its objects that one filters by."""
PLAIN: Final = frozenset(
    {"string", "number", "money", "decimal", "currency", "boolean", "date", "datetime", "enum", "strings"}
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. Its parameter is called test.field; value is empty for HAS."""

    test: str
    field: str
    value: str

    @property
    def term(self) -> Term:
        """The same for a search."""
        return Term(self.field, self._test(), 0)

    def _test(self) -> Test:
        if self.test == BEGINS:
            return Prefix(self.value)
        if self.test == FROM:
            return Range(self.value, None)
        if self.test == TO:
            return Range(None, self.value)
        return Present() if self.test == HAS else Equals(self.value)

    @property
    def label(self) -> str:
        """What its chip says before the value."""
        return f"{self.field} {TESTS[self.test]}"

    @property
    def pair(self) -> tuple[str, str]:
        """Its parameter."""
        return f"{self.test}.{self.field}", self.value or "1"


@dataclass(frozen=True, slots=True)
class Asked:
    """columns are attributes; none: the usual ones."""

    text: str
    columns: tuple[str, ...]
    filters: tuple[Filter, ...]

    def address(self, *, without: Filter | None = None, with_filter: Filter | None = None) -> str:
        """The query string of the same list, with a filter more or less."""
        kept = [one for one in self.filters if one != without]
        filters = [*kept, with_filter] if with_filter and with_filter not in kept else kept
        return f"?{urlencode([*self._text_and_columns(), *(one.pair for one in filters)])}"

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Parameters that a form which adds something keeps."""
        return [*self._text_and_columns(), *(one.pair for one in self.filters)]

    @property
    def without_text(self) -> list[tuple[str, str]]:
        """The same for the search box."""
        return [pair for pair in self.hidden if pair[0] != "q"]

    @property
    def without_columns(self) -> list[tuple[str, str]]:
        """The same for the choice of columns."""
        return [pair for pair in self.hidden if pair[0] != COLUMN]

    @property
    def without_filters(self) -> str:
        """The query string of the same list without any filter."""
        return f"?{urlencode(self._text_and_columns())}"

    def _text_and_columns(self) -> list[tuple[str, str]]:
        texts = [("q", self.text)] if self.text else []
        return [*texts, *((COLUMN, name) for name in self.columns)]


def asked_of(query: QueryDict) -> Asked:
    """What an address asks for; what cannot be read of it is left out."""
    columns = dict.fromkeys(name for name in query.getlist(COLUMN) if can_be_column(name))
    filters = [found for name in query for value in query.getlist(name) if (found := _filter(name, value))]
    text = query.get("q", "").strip().replace("\0", "")[:LONGEST_QUERY]
    return Asked(text, tuple(columns)[:MOST_COLUMNS], tuple(dict.fromkeys(filters))[:MOST_FILTERS])


def can_be_column(name: str) -> bool:
    """Whether an address can name the attribute as a column."""
    return FIELD.fullmatch(name) is not None and "." not in name


def new_filter(query: QueryDict) -> Filter | None:
    """The filter that the menu of the page adds, or None when it was not sent."""
    test, field = query.get("test", ""), query.get("attribute", "")
    return _filter(f"{test}.{field}", "1" if test == HAS else query.get("value", ""))


def _filter(name: str, value: str) -> Filter | None:
    test, _dot, field = name.partition(".")
    text = "" if test == HAS else value.strip()[:LONGEST_VALUE]
    if test not in TESTS or not FIELD.fullmatch(field) or (not text and test != HAS):
        return None
    return (
        None
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
        else Filter(test, field, text)
    )


def fields_of(schema: Schema) -> list[tuple[str, str]]:
    """What one can filter a schema by: its plain attributes, and the members of e-mails, addresses and the like."""
    return list(_fields(schema))


def choices_of(schema: Schema, filters: Iterable[Filter]) -> list[tuple[str, list[str]]]:
    """The enumerations among them, each with its options and what the filters of the address name beyond these."""
    named: dict[str, list[str]] = {}
    for one in filters:
        if one.test == IS:
            named.setdefault(one.field, []).append(one.value)
    enums = {name: typed.type for name, typed in types_of(schema).items() if typed.type.kind == "enum"}
    return [(name, [*dict.fromkeys((*kind.options, *named.get(name, ())))]) for name, kind in enums.items()]


def _fields(schema: Schema) -> Iterable[tuple[str, str]]:
    types = types_of(schema)
    for name in [*(one for one in types if one not in COMMON), "_tags"]:
        typed, label = types[name], schema.label_of(name)
        if typed.type.kind in PLAIN or name in schema.identifiers:
            yield name, label
        else:
            for part in PARTS.get(typed.type.kind, ()):
                yield f"{name}.{part}", f"{label}: {part.rpartition('.')[2].replace('_', ' ')}"
