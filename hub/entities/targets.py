"""checked_links: whom the relations and references of a request lead to, before anything of them is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.links import REFERENCE, RELATION, links_in
from hub.entities.models import Entity
from hub.entities.read import get_entity
from hub.entities.schemas import Schema
from hub.entities.schemas.book import book_of
from hub.entities.schemas.checks import are_texts, is_id
from hub.entities.schemas.fitting import types_of
from hub.entities.values import OPERATIONS
from hub.errors import ErrorDetail, Invalid
from hub.json_text import shown
from hub.json_types import JSONObject, JSONPath, JSONValue

KINDS: Final = (RELATION, REFERENCE)
RELATIONS: Final = frozenset({"relation", "relations"})
MOST_ASKED: Final = 10_000
"""Ids that one query looks up; a request with more links asks again."""
MOST_TOLD: Final = 20
"""Wrong links that a refusal lists."""


class _Named(NamedTuple):
    """A link that a request brings, and where."""

    attribute: str
    kind: str
    at: JSONPath
    link: JSONObject

    @property
    def target(self) -> UUID:
        return UUID(str(self.link["entity_id"]))


def checked_links(
    *, organization: Organization, schema: str, attributes: JSONObject, entity_id: UUID | None = None
) -> JSONObject:
    """The attributes with their links as the store keeps them: ids in small letters, relations with `_schema`.

    One query where there are links, none otherwise. entity_id: who is changed; a link that is there already may stay,
    wherever it leads. Wishes that name identifiers instead of ids are the store's to read.
    Raises Invalid, which names the places, and NotFound for the changed entity.
    """
    named = list(_named_in(attributes))
    if not named:
        return attributes
    known = schemas_of(organization, (one.target for one in named))
    definition = book_of(organization).schema_of(schema)
    wrong = [found for one in named for found in _finding(one, definition, known)]
    if wrong:
        stored = _stored(organization, schema, entity_id)
        _refuse([detail for one, detail in wrong if not _holds(stored, one)])
    return attributes | _settled(attributes, known)


def schemas_of(organization: Organization, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The schema of every entity with one of these ids that the organization has, the recycle bin included."""
    found: dict[UUID, str] = {}
    wanted = list(set(ids))
    for start in range(0, len(wanted), MOST_ASKED):
        some = wanted[start : start + MOST_ASKED]
        found.update(Entity.objects.of(organization).filter(pk__in=some).values_list("pk", "schema"))
    return found


def wanted_schema(schema: Schema, attribute: str) -> str | None:
    """The schema that a relation attribute leads to; None where nothing is said about it.

    Raises ValueError with a sentence for an attribute that is declared as something else than relations.
    """
    typed = types_of(schema).get(attribute)
    if typed is None:
        return None
    if typed.type.kind not in RELATIONS:
        raise ValueError(f"{attribute} is no relation: it must be {typed.type.expected}")
    return next(iter(typed.type.options), None)


def not_led_to(found: str, wanted: str, attribute: str) -> str:
    """What is wrong with a target of another schema."""
    return f"leads to an entity of {found}, but {attribute} leads to {wanted}"


def _named_in(attributes: JSONObject) -> Iterator[_Named]:
    """Every link. Raises Invalid for the first that is none."""
    for attribute, value in attributes.items():
        if isinstance(value, dict) and not _is_wish(value):
            for kind in KINDS:
                if kind in value:
                    yield from _links(attribute, kind, value[kind])


def _is_wish(value: JSONObject) -> bool:
    body = next(iter(value.values()), None)
    return len(value) == 1 and isinstance(body, dict) and not OPERATIONS.isdisjoint(body)


def _links(attribute: str, kind: str, links: JSONValue) -> Iterator[_Named]:
    at = JSONPath(attribute).key(kind)
    if not isinstance(links, list):
        raise _wrong(at, f"must be a list of links, is {shown(links)}")
    for place, link in enumerate(links):
        if not isinstance(link, dict):
            raise _wrong(at.index(place), f"must be an object with entity_id, is {shown(link)}")
        for member, is_right, message in _MEMBERS[kind]:
            if not is_right(link.get(member)):
                raise _wrong(at.index(place).key(member), f"{message}, is {shown(link.get(member))}")
        yield _Named(attribute, kind, at.index(place), link)


def _is_text_if_any(value: JSONValue) -> bool:
    return value is None or isinstance(value, str)


_SHARED: Final = (
    ("entity_id", is_id, "must be a UUID"),
    ("_tags", lambda value: value is None or are_texts(value), "must be a list of texts"),
    ("_schema", _is_text_if_any, "must be a text"),
)
_MEMBERS: Final[Mapping[str, tuple[tuple[str, Callable[[JSONValue], bool], str], ...]]] = {
    RELATION: _SHARED,
    REFERENCE: (
        *_SHARED,
        ("path", lambda value: isinstance(value, str) and value != "", "must be the name of an attribute"),
        ("_id", _is_text_if_any, "must be the `_id` of an item, a text"),
    ),
}
"""Kind of link → its members, each with what it must be."""


def _finding(one: _Named, schema: Schema, known: Mapping[UUID, str]) -> Iterator[tuple[_Named, ErrorDetail]]:
    """What is wrong with whom a link leads to."""
    found = known.get(one.target)
    if found is None:
        yield one, ErrorDetail(one.at.key("entity_id"), f"there is no entity {one.link['entity_id']}")
    elif one.kind == RELATION:
        try:
            wanted = wanted_schema(schema, one.attribute)
        except ValueError:
            return  # a value of another type is stored and warned about, as any misfit
        if wanted not in (None, found):
            yield one, ErrorDetail(one.at.key("entity_id"), not_led_to(found, str(wanted), one.attribute))


def _stored(organization: Organization, schema: str, entity_id: UUID | None) -> JSONObject:
    """What the changed entity holds, asked only where something is about to be refused."""
    if entity_id is None:
        return {}
    attributes: JSONObject = get_entity(organization=organization, schema=schema, entity_id=entity_id).attributes
    return attributes


def _holds(stored: JSONObject, one: _Named) -> bool:
    links = links_in(one.kind, stored.get(one.attribute))
    ids = (str(link.get("entity_id")).lower() for link in links if isinstance(link, dict))
    return str(one.target) in ids


def _settled(attributes: JSONObject, known: Mapping[UUID, str]) -> JSONObject:
    """The attributes that hold links, with these as they are stored."""
    settled: JSONObject = {}
    for one in _named_in(attributes):
        link: JSONObject = {**one.link, "entity_id": str(one.target)}
        if one.kind == RELATION and one.target in known:
            link["_schema"] = known[one.target]
        value = settled.setdefault(one.attribute, _emptied(attributes[one.attribute]))
        value[one.kind].append(link)  # type: ignore[index,call-overload,union-attr]  # _emptied made it so
    return settled


def _emptied(value: JSONValue) -> JSONValue:
    members = value if isinstance(value, dict) else {}
    return {name: [] if name in KINDS else member for name, member in members.items()}


def _refuse(wrong: list[ErrorDetail]) -> None:
    if wrong:
        details = wrong[:MOST_TOLD]
        raise Invalid(f"{details[0].path}: {details[0].message}.", details=details)


def _wrong(path: JSONPath, message: str) -> Invalid:
    return Invalid(f"{path}: {message}.", details=[ErrorDetail(path, message)])
