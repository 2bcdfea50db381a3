"""Looks of lists: e-mail addresses, phone numbers, addresses, payment methods, and links to other entities; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hub.entities.keys import string_form
from hub.entities.links import RELATION, links_in
from hub.entities.schemas.checks import PAYMENT_TYPES
from hub.json_types import JSONObject, JSONValue
from hub.web.entities.forms.looks import MOST_ROWS, Raw, Row, plain

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TAGS: Final = "_tags"
PLACE: Final = "place"
"""The part of a row that says which member of the stored list it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a row. path: where its text stands in the member."""

    name: str
    label: _StrPromise | str
    path: tuple[str, ...]
    type: str = "text"
    options: tuple[str, ...] = ()


def _part(name: str, label: _StrPromise | str, type: str = "text") -> Part:
    return Part(name, label, (name,), type)


ADDRESS: Final = (
    _part("street", _("Street")),
    _part("street_number", _("Number")),
    _part("postal_code", _("Postal code")),
    _part("city", _("City")),
    _part("country", _("Country")),
    _part("additional_info", _("Addition")),
)
PAYMENT: Final = (
    Part("type", _("Kind"), ("type",), options=PAYMENT_TYPES),
    Part("iban", _("IBAN"), ("data", "iban")),
    Part("fullname", _("Account holder"), ("data", "fullname")),
    Part("bank_name", _("Bank"), ("data", "bank_name")),
)
EMAIL: Final = (_part("email", _("E-mail address"), type="email"),)
PHONE: Final = (_part("phone", _("Phone number"), type="tel"),)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of objects, one row of inputs each; is_single: one object without a list around it."""

    parts: tuple[Part, ...]
    is_single: bool = False
    name: str = "rows"

    def raw_of(self, value: JSONValue) -> Raw | None:
        """A row per member, with its place."""
        members = [] if value is None else [value] if self.is_single else value
        if not isinstance(members, list) or len(members) > MOST_ROWS:
            return None
        rows = [self._row(member, place) for place, member in enumerate(members)]
        return None if None in rows else tuple(row for row in rows if row is not None)

    def _row(self, member: JSONValue, place: int) -> Row | None:
        if not isinstance(member, dict):
            return None
        tags = member.get(TAGS)
        texts = {part.name: _text_at(member, part.path) for part in self.parts}
        texts[TAGS] = _joined(tags) if tags is not None else ""
        shown = {name: text for name, text in texts.items() if text is not None}
        is_whole = len(shown) == len(texts) and any(shown[part.name] for part in self.parts)
        return {**shown, PLACE: str(place)} if is_whole else None

    def read(self, sent: QueryDict, key: str) -> Raw | None:
        """The rows that say something."""
        count = sent.get(f"{key}:rows", "")
        if not count.isascii() or not count.isdigit() or len(count) > 3:
            return None
        rows = [self._sent(sent, f"{key}:{number}") for number in range(min(int(count), 2 * MOST_ROWS))]
        return tuple(row for row in rows if any(row[part.name] for part in self.parts))

    def _sent(self, sent: QueryDict, key: str) -> Row:
        names = [*(part.name for part in self.parts), TAGS, PLACE]
        return {name: plain(sent.get(f"{key}:{name}", "")).strip("\n") for name in names}

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """The members; each keeps what the form does not show of the stored one it stands for."""
        known = [stored] if self.is_single else stored
        members = list(self._members(raw, known if isinstance(known, list) else []))
        if self.is_single:
            return members[0] if members else None
        return [*members]

    def _members(self, raw: Raw, known: list[JSONValue]) -> Iterator[JSONObject]:
        for row in raw:
            if isinstance(row, str):
                continue
            place = int(row[PLACE]) if row[PLACE].isascii() and row[PLACE].isdigit() and len(row[PLACE]) < 4 else -1
            before = known[place] if 0 <= place < len(known) else None
            yield self._member(row, before if isinstance(before, dict) else {})

    def _member(self, row: Row, before: JSONObject) -> JSONObject:
        member = dict(before)
        for part in self.parts:
            if row[part.name] != _text_at(before, part.path):
                member = _with(member, part.path, row[part.name])
        if row[TAGS] != _joined(before.get(TAGS)):
            tags: list[JSONValue] = [tag.strip() for tag in row[TAGS].split(",") if tag.strip()]
            member[TAGS] = tags
        return member


@dataclass(frozen=True, slots=True)
class Links:
    """Relations: rows with the id of each entity that is pointed at. schema: which alone may be, "" for any."""

    schema: str = ""
    name: str = "links"

    def raw_of(self, value: JSONValue) -> Raw | None:
        """A row per link."""
        links = [] if value is None else links_in(RELATION, value)
        if value is not None and (not isinstance(value, dict) or value.keys() != {RELATION} or len(links) > MOST_ROWS):
            return None
        ids = [_id_of(str(one.get("entity_id"))) if isinstance(one, dict) else "" for one in links]
        return tuple({"id": one} for one in dict.fromkeys(ids)) if all(ids) else None

    def read(self, sent: QueryDict, key: str) -> Raw | None:
        """Those that are ticked, each once."""
        if f"{key}:rows" not in sent:
            return None
        return tuple({"id": one} for one in dict.fromkeys(filter(None, map(_id_of, sent.getlist(key)))))

    def value_of(self, raw: Raw, stored: JSONValue) -> JSONValue:
        """Links that stay as they were stored; a new one has no schema yet: who knows the entities adds it."""
        known = {str(one["entity_id"]).lower(): one for one in links_in(RELATION, stored) if isinstance(one, dict)}
        ids = [row["id"] for row in raw if not isinstance(row, str)]
        return {RELATION: [known.get(one, {"entity_id": one}) for one in ids]}


def with_schemas(value: JSONValue, schemas: Mapping[str, str]) -> JSONValue:
    """Links with the schemas of new ones; one to an entity that is not there is left out."""
    links = [one for one in links_in(RELATION, value) if isinstance(one, dict)]
    complete = [
        one if "_schema" in one else {**one, "_schema": schemas.get(str(one["entity_id"]), "")} for one in links
    ]
    return {RELATION: [one for one in complete if one["_schema"]]}


def new_ids(value: JSONValue) -> list[str]:
    """Whom the new links of value_of lead to."""
    return [
        str(one["entity_id"]) for one in links_in(RELATION, value) if isinstance(one, dict) and "_schema" not in one
    ]


def _id_of(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _joined(tags: JSONValue) -> str | None:
    """Tags in one line; None where that would not come back the same."""
    if tags is None:
        return ""
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return None
    texts = [str(tag) for tag in tags]
    return None if any("," in tag or tag != plain(tag).strip() or not tag for tag in texts) else ", ".join(texts)


def _text_at(member: JSONObject, path: tuple[str, ...]) -> str | None:
    """The text of a part, "" where there is none, None where something else stands there."""
    value: JSONValue = member
    for name in path:
        if value is None:
            return ""
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    if value is None or value == "":
        return ""
    text = None if isinstance(value, bool) else string_form(value)
    return text if text is not None and plain(text) == text and "\n" not in text else None


def _with(member: JSONObject, path: tuple[str, ...], text: str) -> JSONObject:
    """The member with another text of a part; without the part where the text is empty."""
    name, *rest = path
    if rest:
        inner = member.get(name)
        return {**member, name: _with(inner if isinstance(inner, dict) else {}, tuple(rest), text)}
    if text:
        return {**member, name: text}
    return {key: value for key, value in member.items() if key != name}
