"""The attributes of an entity as rows: in the sections of their schema, each shown by its type; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hub.entities.changesets import CHANGESETS
from hub.entities.history import is_not_kept
from hub.entities.keys import ITEM_TEXTS
from hub.entities.links import REFERENCE, RELATION, links_in
from hub.entities.schemas import REPEATABLE, Schema, misfits
from hub.entities.schemas.fitting import types_of
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.changes import not_kept_text, text_of, without_ids
from hub.web.entities.grouping import in_sections
from hub.web.entities.lines import Item, item_of_link, tags_of
from hub.web.entities.related import Relative

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from hub.web.entities.authors import Origin
    from hub.web.entities.pending import Pending

MOST_MEMBERS = 200
"""Members of one list that are drawn at first."""
MOST_UNFOLDED = 2_000
"""The same of the one list that somebody unfolds: more would take the page seconds."""
ADDRESS_LINES = (("street", "street_number"), ("additional_info",), ("postal_code", "city"), ("country",))
"""Members of an address that are written side by side."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A value as it is drawn. look: text, mono, items, links, json, null, empty, none, or lost (not kept)."""

    look: str
    text: str = ""
    items: tuple[Item, ...] = ()
    value: JSONValue = None
    more: int = 0
    """Members of a list that are not drawn."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A row. misfit: what the value must be and is not. origin: the change that gave it, None where it is not known.

    pending: what waits for it, drawn as proposed.
    """

    name: str
    label: str
    type: str
    drawing: Drawing
    is_identifier: bool = False
    misfit: str = ""
    origin: Origin | None = None
    pending: Pending | None = None
    proposed: Drawing | None = None

    @property
    def as_proposed(self) -> Attribute:
        """The same with the value that waits."""
        return replace(self, drawing=self.proposed or self.drawing, is_identifier=False)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the rows need to know from elsewhere: whom relations lead to, where values come from, and what waits."""

    relatives: Mapping[str, Relative] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    pending: Mapping[str, Pending] = field(default_factory=dict)
    unfolded: str = ""
    """The attribute whose list is drawn further."""


def sections_of(
    schema: Schema, attributes: JSONObject, sources: Sources
) -> list[tuple[_StrPromise | str, list[Attribute]]]:
    """Rows of every attribute that has a value, null included, or waits for one, in the sections of the schema."""
    known = list(schema.attributes)
    order = {name: place for place, name in enumerate(known)}
    shown = {*attributes, *sources.pending} - {CHANGESETS}
    names = sorted(shown, key=lambda name: (order.get(name, len(known)), name))
    wrong = {one.attribute: one.expected for one in misfits(schema, attributes)}
    rows = [(name, _attribute(schema, name, attributes, sources, wrong.get(name, ""))) for name in names]
    return in_sections(schema, rows)


def main_values(attributes: JSONObject, names: tuple[str, ...]) -> list[str]:
    """The values that a list shows, "" where there is none."""
    return [short_text(attributes.get(name)) for name in names]


def _attribute(schema: Schema, name: str, attributes: JSONObject, sources: Sources, expected: str) -> Attribute:
    typed = types_of(schema).get(name)
    value, pending = attributes.get(name), sources.pending.get(name)
    return Attribute(
        name=name,
        label=schema.labels.get(name, ""),
        type=typed.type.kind if typed else "",
        drawing=_drawing(schema, name, value, sources) if name in attributes else Drawing("none"),
        is_identifier=name in schema.identifiers,
        misfit="" if is_not_kept(value) else expected,
        origin=sources.origins.get(name),
        pending=pending,
        proposed=None if pending is None else _drawing(schema, name, pending.value, sources),
    )


def _drawing(schema: Schema, name: str, value: JSONValue, sources: Sources) -> Drawing:
    typed = types_of(schema).get(name)
    kind = typed.type.kind if typed else ""
    most = MOST_UNFOLDED if name == sources.unfolded else MOST_MEMBERS
    more = max(0, len(value) - most) if isinstance(value, list) else 0
    drawing = _drawn(kind, value[:most] if more and isinstance(value, list) else value, sources)
    if more:
        return replace(drawing, more=more)
    if drawing.look == "text" and (name in schema.identifiers or kind not in {"string", "enum"}):
        return replace(drawing, look="mono")
    return drawing


def _drawn(kind: str, value: JSONValue, sources: Sources) -> Drawing:
    if value is None:
        return Drawing("null")
    if is_not_kept(value):
        return Drawing("lost", not_kept_text(value))
    if isinstance(value, dict) and (RELATION in value or REFERENCE in value):
        links = [*links_in(RELATION, value), *links_in(REFERENCE, value)]
        return Drawing(
            "links" if links else "empty", items=tuple(item_of_link(one, sources.relatives) for one in links)
        )
    if isinstance(value, list) and value and _are_items(kind, value):
        return Drawing("items", items=tuple(map(_item, value)))
    if kind in {"address", "payment"} and isinstance(value, dict) and words_of(value):
        return Drawing("items", items=(_item(value),))
    if isinstance(value, dict | list):
        return Drawing("json", value=without_ids(value)) if value else Drawing("empty")
    return Drawing("text", text_of(value))


def _are_items(kind: str, value: list[JSONValue]) -> bool:
    if all(isinstance(member, str | int | float) for member in value):
        return True
    return kind in REPEATABLE and all(isinstance(member, dict) and words_of(member) for member in value)


def _item(member: JSONValue) -> Item:
    return Item(words_of(member), tags_of(member)) if isinstance(member, dict) else Item(text_of(member))


def words_of(member: JSONObject) -> str:
    """An e-mail, a phone number or an address in one line; other objects as name: value pairs."""
    for name in ITEM_TEXTS:
        if name in member:
            return str(member[name])
    lines = [" ".join(str(member[part]) for part in line if member.get(part)) for line in ADDRESS_LINES]
    if any(lines):
        return ", ".join(line for line in lines if line)
    return ", ".join(f"{name}: {text_of(value)}" for name, value in _plain(member).items())


def _plain(member: JSONObject) -> JSONObject:
    """What the member says, that of its data object beside it: a payment method keeps its account there."""
    data = member.get("data")
    inner: JSONObject = data if isinstance(data, dict) else {}
    outer = {name: value for name, value in member.items() if not name.startswith("_") and value is not data}
    return outer | inner


def short_text(value: JSONValue) -> str:
    """A value in a cell of a list."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_item(member).text for member in value)
    return text_of(value)
