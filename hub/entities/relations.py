"""Relations of an entity as API clients see and change them: a list of links in both directions; hydration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.documents import document_of
from hub.entities.links import REFERENCE, RELATION, links_in
from hub.entities.models import Entity
from hub.entities.query.sql import statements
from hub.json_types import JSONObject, JSONValue

MOST_HYDRATED: Final = 1_000
"""Related entities that one answer shows whole; what is beyond stays a reference."""

MayView = Callable[[str | None], bool]
"""Answers for a schema whether the caller may read entities of it."""
Documents = Mapping[str, Mapping[str, object]]
"""Id → the entity as clients see it."""


@dataclass(frozen=True, slots=True)
class Link:
    """One relation or reference. is_reverse: entity_id is who points here, by its attribute.

    path: what a reference points at within the other entity; None for a relation. A reference knows no schema.
    """

    attribute: str
    entity_id: str
    schema: str
    tags: JSONValue
    is_reverse: bool = False
    path: str | None = None

    def as_json(self) -> dict[str, object]:
        """The published form."""
        published: dict[str, object] = {
            "direction": "reverse" if self.is_reverse else "forward",
            "attribute": self.attribute,
            "entity_id": self.entity_id,
            "_schema": self.schema,
            "_tags": self.tags if isinstance(self.tags, list) else [],
        }
        return published if self.path is None else {**published, "path": self.path}


def links_of(attributes: JSONObject) -> Iterator[Link]:
    """The relations and references of an entity's attributes, attribute by attribute, in the order they are stored."""
    for attribute in sorted(attributes):
        for kind in (RELATION, REFERENCE):
            for one in links_in(kind, attributes[attribute]):
                if isinstance(one, dict) and isinstance(one.get("entity_id"), str):
                    yield _link(attribute, kind, one)


def _link(attribute: str, kind: str, stored: JSONObject) -> Link:
    path = str(stored.get("path") or "") if kind == REFERENCE else None
    schema = str(stored.get("_schema") or "")
    return Link(attribute, str(stored["entity_id"]).lower(), schema, stored.get("_tags"), path=path)


def links_to(entity_id: UUID, referrers: Sequence[Entity]) -> Iterator[Link]:
    """The relations and references by which each of these entities points at entity_id."""
    for referrer in referrers:
        for link in links_of(referrer.attributes):
            if link.entity_id == str(entity_id):
                yield replace(link, entity_id=str(referrer.pk), schema=referrer.schema, is_reverse=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list of relations goes on: after so many forward ones, or behind a referrer of the reverse ones."""

    forward: int = 0
    referrer: tuple[str, UUID] | None = None


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One page of relations; next is None on the last one."""

    links: Sequence[Link]
    next: Place | None


def links_page(*, entity: Entity, after: Place, size: int, with_reverse: bool) -> LinkPage:
    """Forward relations of entity, then, if wanted, who points at it: an index walk of size rows at any size.

    A page of reverse relations holds size referrers, and more links than that where one points here twice.
    """
    forward = list(links_of(entity.attributes))
    shown: list[Link] = forward[after.forward : after.forward + size] if after.referrer is None else []
    taken = after.forward + len(shown)
    if after.referrer is None and taken < len(forward):
        return LinkPage(shown, Place(taken))
    if not with_reverse:
        return LinkPage(shown, None)
    if len(shown) == size:
        return LinkPage(shown, Place(taken))
    return _with_referrers(entity, shown, after, size - len(shown))


def _with_referrers(entity: Entity, shown: list[Link], after: Place, room: int) -> LinkPage:
    rows = statements().referrers(entity.organization_id, str(entity.pk), after.referrer, room + 1)
    ids = [entity_id for _, entity_id in rows[:room]]
    found = {one.pk: one for one in Entity.objects.filter(organization_id=entity.organization_id, pk__in=ids)}
    referrers = [found[one] for one in ids if one in found and found[one].deleted_at is None]
    following = Place(0, rows[room - 1]) if len(rows) > room else None
    return LinkPage([*shown, *links_to(entity.pk, referrers)], following)


def related_documents(*, organization: Organization, ids: Iterable[str], may_view: MayView) -> Documents:
    """The entities with these ids that are there, not in the recycle bin, and of a schema the caller may view.

    One query, for up to MOST_HYDRATED of them.
    """
    wanted = [known for one in dict.fromkeys(ids) if (known := _uuid(one)) is not None][:MOST_HYDRATED]
    if not wanted:
        return {}
    found = Entity.objects.of(organization).filter(pk__in=wanted, deleted_at__isnull=True)
    return {str(entity.pk): document_of(entity, organization) for entity in found if may_view(entity.schema)}


def ids_in(documents: Iterable[Mapping[str, object]]) -> list[str]:
    """Whom the relations of these documents lead to; references are never hydrated."""
    links = (link for document in documents for link in links_of(_attributes(document)))
    return [link.entity_id for link in links if link.path is None]


def hydrated(document: Mapping[str, object], related: Documents) -> dict[str, object]:
    """The document with the entities that its relations lead to in place of the references.

    An attribute becomes the list of these entities, each with the reference it came from as ``$relation``; a
    reference to an entity that related lacks stands there alone.
    """
    return {name: _hydrated(value, related) for name, value in document.items()}


def _attributes(document: Mapping[str, object]) -> JSONObject:
    return {name: value for name, value in document.items() if isinstance(value, dict)}


def _hydrated(value: object, related: Documents) -> object:
    if not isinstance(value, dict) or not isinstance(value.get(RELATION), list):
        return value
    return [_whole(one, related) for one in links_in(RELATION, value)]


def _whole(one: JSONValue, related: Documents) -> object:
    entity_id = one.get("entity_id") if isinstance(one, dict) else None
    document = related.get(entity_id.lower()) if isinstance(entity_id, str) else None
    return {**(document or {}), RELATION: one}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
