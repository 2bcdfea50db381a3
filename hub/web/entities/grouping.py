"""Sections: the attributes of a schema as people look for them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from django.utils.translation import gettext_lazy as _

from hub.entities.schemas import Schema, groups
from hub.entities.schemas.definition import COMMON
from hub.entities.schemas.fitting import types_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Item = TypeVar("Item")

IDENTIFIERS: Final = "identifiers"
DETAILS: Final = "details"
ADDED: Final = "added"
COMMON_SECTION: Final = "common"
UNKNOWN: Final = "unknown"
GROUP: Final = "group:"
"""Begins the name of a section that an installed attribute group makes."""

KINDS: Final = {
    **dict.fromkeys(("email", "phone", "address", "addresses"), "contact"),
    **dict.fromkeys(("money", "decimal", "currency", "payment", "payments", "totals"), "payment"),
    **dict.fromkeys(("relation", "relations", "reference"), "relations"),
    **dict.fromkeys(("list", "items", "object", "user", "consent", "consents"), "objects"),
}
"""Kind → its section; every other one is a detail."""

TITLES: Final[dict[str, _StrPromise]] = {
    IDENTIFIERS: _("Identifiers"),
    DETAILS: _("Details"),
    "contact": _("Contact and addresses"),
    "payment": _("Amounts and payment"),
    "relations": _("Relations"),
    "objects": _("Lists and objects"),
    ADDED: _("Added by your organization"),
    COMMON_SECTION: _("Of every entity"),
    UNKNOWN: _("Not in the schema"),
}


def section_of(schema: Schema, attribute: str) -> str:
    """The section in which an attribute is looked for; identifiers first, whoever added them."""
    if attribute in schema.identifiers:
        return IDENTIFIERS
    if attribute in schema.added:
        return _of_group(schema, attribute) or ADDED
    if attribute in COMMON:
        return COMMON_SECTION
    known = types_of(schema).get(attribute)
    return UNKNOWN if known is None else KINDS.get(known.type.kind, DETAILS)


def in_sections(schema: Schema, items: Iterable[tuple[str, Item]]) -> list[tuple[_StrPromise | str, list[Item]]]:
    """Items by the section of their attribute, in the order of TITLES, then installed groups; no section is empty."""
    found: dict[str, list[Item]] = {}
    for attribute, item in items:
        found.setdefault(section_of(schema, attribute), []).append(item)
    return [(_title(name), found[name]) for name in _order(found)]


def _of_group(schema: Schema, attribute: str) -> str:
    known = groups()
    for name in schema.groups:
        if name in known and attribute in known[name].schemas.get(schema.slug, {}):
            return GROUP + name
    return ""


def _order(names: Iterable[str]) -> Sequence[str]:
    places = {name: place for place, name in enumerate(TITLES)}
    return sorted(names, key=lambda name: (places.get(name, places[ADDED]), name))


def _title(name: str) -> _StrPromise | str:
    return groups()[name.removeprefix(GROUP)].title if name.startswith(GROUP) else TITLES[name]
