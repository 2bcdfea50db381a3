"""Asked: what the address of the list of waiting values asks for, as filters, chips and menus."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hub.entities.changesets import EditMode
from hub.entities.schemas.book import SchemaBook
from hub.entities.waiting.listing import Place, Wanted
from hub.web.entities.pending import WAITING_FOR

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: Final[Mapping[str, _StrPromise]] = {
    "schema": gettext_lazy("Schema"),
    "attribute": gettext_lazy("Attribute"),
    "state": gettext_lazy("State"),
    "older": gettext_lazy("Waiting for more than"),
}
DAYS: Final = (1, 7, 30, 90)
MOST_VALUES: Final = 50
LONGEST_VALUE: Final = 128

Inputs = dict[str, Any]  # Any: named inputs of a component


@dataclass(frozen=True, slots=True)
class Asked:
    """The values of the filters that make sense, by field. after: where the page begins; None for the first one."""

    values: Mapping[str, Sequence[str]]
    after: Place | None

    def wanted(self, at: datetime) -> Wanted:
        """The same as the list understands it; of two states both count, of two spans the longer one."""
        states = self.values.get("state", ())
        days = max(map(int, self.values.get("older", ())), default=0)
        return Wanted(
            schemas=self.values.get("schema", ()),
            attributes=self.values.get("attribute", ()),
            mode=states[0] if len(states) == 1 else "",
            before=at - timedelta(days=days) if days else None,
            after=self.after,
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters as parameters of an address."""
        return [(name, value) for name, values in self.values.items() for value in values]

    def address(self, without: Collection[str] = (), *, after: Place | None = None) -> str:
        """``?…`` with these filters, some left out, and where the page begins."""
        query = QueryDict(mutable=True)
        for name, value in self.pairs:
            if name not in without:
                query.appendlist(name, value)
        if after is not None:
            query["after"] = cursor_of(after)
        return f"?{query.urlencode()}"


def asked_of(query: QueryDict) -> Asked:
    """What a query string asks for; what makes no sense in it is passed over."""
    accepted = {"schema": _is_short, "attribute": _is_short, "state": _is_mode, "older": _is_span}
    found = {
        name: tuple(dict.fromkeys(text for text in query.getlist(name)[:MOST_VALUES] if accepts(text)))
        for name, accepts in accepted.items()
    }
    return Asked({name: values for name, values in found.items() if values}, place_of(query.get("after", "")))


def cursor_of(place: Place) -> str:
    """A place as text in an address."""
    since, entity_id, attribute = place
    return f"{since}~{entity_id}~{attribute}"


def place_of(cursor: str) -> Place | None:
    """The place that a cursor names, or None for a text that is none."""
    parts = cursor.split("~", 2)
    if len(parts) != 3 or "\0" in cursor:
        return None
    try:
        return parts[0], UUID(parts[1]), parts[2]
    except ValueError:
        return None


def chips_of(asked: Asked, book: SchemaBook) -> list[Inputs]:
    """One chip per field that narrows the list."""
    return [
        {
            "label": LABELS[name],
            "value": ", ".join(words_of(name, value, book) for value in values),
            "remove_url": asked.address((name,)),
            "mono": name == "attribute",
        }
        for name, values in asked.values.items()
    ]


def choices_of(asked: Asked, book: SchemaBook) -> list[Inputs]:
    """The menus: schemas and attributes of which something can wait, those that are chosen among them."""
    rules = rules_of(book)
    options = {
        "schema": _with(rules, asked.values.get("schema", ())),
        "attribute": _with((name for names in rules.values() for name in names), asked.values.get("attribute", ())),
        "state": list(WAITING_FOR),
        "older": [str(days) for days in DAYS],
    }
    return [
        {"name": name, "label": LABELS[name], "options": [_option(asked, name, one, book) for one in found]}
        for name, found in options.items()
        if found
    ]


def rules_of(book: SchemaBook) -> dict[str, list[str]]:
    """Schema → its attributes that do not take a value directly; schemas without one are missing."""
    return {slug: sorted(schema.edit_rules) for slug, schema in sorted(book.schemas.items()) if schema.edit_rules}


def words_of(name: str, value: str, book: SchemaBook) -> str:
    """What people call a value of a filter."""
    if name == "schema":
        return book.schema_of(value).plural
    if name == "state":
        return str(WAITING_FOR[EditMode(value)])
    if name == "older":
        return ngettext("%(n)d day", "%(n)d days", int(value)) % {"n": int(value)}
    return value


def _option(asked: Asked, name: str, value: str, book: SchemaBook) -> Inputs:
    chosen = value in asked.values.get(name, ())
    return {"value": value, "label": words_of(name, value, book), "selected": chosen}


def _with(known: Iterable[str], chosen: Iterable[str]) -> list[str]:
    return sorted({*known, *chosen})


def _is_short(text: str) -> bool:
    return 0 < len(text) <= LONGEST_VALUE and "\0" not in text


def _is_mode(text: str) -> bool:
    return text in list(WAITING_FOR)


def _is_span(text: str) -> bool:
    return text in {str(days) for days in DAYS}


def emptiness_of(asked: Asked, rules: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Why nothing is listed: a title, and when something would be."""
    if asked.values or asked.after:
        return _("Nothing waits that these filters find"), _("Remove one of them, or all.")
    explanation = _(
        "An attribute with the edit mode external or approval does not take what people and API clients write. The "
        "value waits here until the ERP writes a matching one, or until somebody applies it."
    )
    if not rules:
        return _("No value waits"), f"{explanation} {_('So far no attribute of any schema has one of these modes.')}"
    named = ", ".join(f"{slug}.{name}" for slug, names in rules.items() for name in names)
    return _("No value waits"), f"{explanation} {_('Attributes that have one: %(names)s.') % {'names': named}}"
