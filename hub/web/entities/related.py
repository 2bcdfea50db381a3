"""Relatives: the entities that an entity's relations lead to, and those that point at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.keys import string_form
from hub.entities.models import Entity
from hub.entities.past.tombstones import purged_among
from hub.entities.read import find_entities, title
from hub.entities.relations import Link, Place, links_of, links_page
from hub.entities.schemas.book import book_of
from hub.json_types import JSONObject

LINKS_PER_PAGE = 25
"""Relations of one direction that a page shows."""
MOST_NAMED = 1_000
"""Entities whose titles one page reads; others are shown by their ids."""

MayView = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Relative:
    """An entity at the other end of a relation. is_gone: it was purged; is_unknown: nobody knows that it ever was
    there; is_hidden: this person may not see it.

    is_unread: there are too many for this one to be looked at. schema is empty where nobody can tell.
    identifier tells entities of one title apart; empty where it is the title.
    """

    entity_id: str
    schema: str
    title: str
    identifier: str = ""
    is_deleted: bool = False
    is_gone: bool = False
    is_unknown: bool = False
    is_hidden: bool = False
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One relation or reference: its attribute, its tags, and who is at the other end. path: of a reference."""

    attribute: str
    tags: tuple[str, ...]
    relative: Relative
    path: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Relations both ways, one page of each. more_forward is where the next page starts, more_reverse a cursor."""

    forward: Sequence[Line]
    forward_total: int
    forward_shown_from: int
    more_forward: int | None
    reverse: Sequence[Line]
    more_reverse: str


def relatives_of(
    organization: Organization, ids: Iterable[str], may_view: MayView, known: Iterable[Entity] = ()
) -> dict[str, Relative]:
    """Id → entity, with one query, and a second one where somebody is missing; those that nobody knows are left out."""
    all_of_them = list(dict.fromkeys(ids))
    wanted, unread = all_of_them[:MOST_NAMED], all_of_them[MOST_NAMED:]
    found = {str(entity.pk): entity for entity in known}
    found |= {
        str(entity.pk): entity
        for entity in find_entities(organization=organization, ids=uuids_of(one for one in wanted if one not in found))
    }
    missing = uuids_of(one for one in wanted if one not in found)
    purged = {str(key): schema for key, schema in purged_among(organization=organization, ids=missing).items()}
    named = {key: _relative(entity, organization, may_view) for key, entity in found.items()}
    gone = {key: Relative(key, schema, key, is_gone=True) for key, schema in purged.items()}
    return {one: Relative(one, "", one, is_unread=True) for one in unread} | gone | named


def related_to(entity: Entity, *, start: int, after: str) -> tuple[list[Link], list[Link], str]:
    """A page of forward relations from start, a page of reverse ones after a cursor, and the cursor of the next."""
    forward = list(links_of(entity.attributes))
    place = place_of(after) or Place(len(forward))
    page = links_page(entity=entity, after=place, size=LINKS_PER_PAGE, with_reverse=True)
    return forward[start : start + LINKS_PER_PAGE], list(page.links), cursor_of(page.next)


def related_of(
    entity: Entity, links: tuple[list[Link], list[Link], str], relatives: dict[str, Relative], *, start: int
) -> Related:
    """The same with names."""
    forward, reverse, more = links
    total = sum(1 for _ in links_of(entity.attributes))
    return Related(
        forward=[_line(link, relatives) for link in forward],
        forward_total=total,
        forward_shown_from=start,
        more_forward=start + LINKS_PER_PAGE if start + LINKS_PER_PAGE < total else None,
        reverse=[_line(link, relatives) for link in reverse],
        more_reverse=more,
    )


def unknown(entity_id: str, schema: str = "") -> Relative:
    """Somebody whom a relation leads to and whom nobody knows."""
    return Relative(entity_id, schema, entity_id, is_unknown=True)


def references_in(attributes: JSONObject) -> list[str]:
    """Ids of entities that relations and references of these attributes lead to."""
    found: dict[str, None] = {}
    for value in attributes.values():
        members = [one for one in value.values() if isinstance(one, list)] if isinstance(value, dict) else []
        for one in (each for group in members for each in group):
            if isinstance(one, dict) and isinstance(one.get("entity_id"), str):
                found[str(one["entity_id"]).lower()] = None
    return list(found)


def cursor_of(place: Place | None) -> str:
    """A place among reverse relations as text in an address; empty for none."""
    return json.dumps([place.referrer[0], str(place.referrer[1])]) if place and place.referrer else ""


def place_of(cursor: str) -> Place | None:
    """The place that a cursor names, or None for a text that is none."""
    try:
        schema, identifier = json.loads(cursor)
        return Place(0, (str(schema).replace("\0", ""), UUID(str(identifier))))
    except (ValueError, TypeError, RecursionError):
        return None


def _line(link: Link, relatives: dict[str, Relative]) -> Line:
    tags = tuple(map(str, link.tags)) if isinstance(link.tags, list) else ()
    relative = relatives.get(link.entity_id) or unknown(link.entity_id, link.schema)
    return Line(link.attribute, tags, relative, link.path or "")


def _relative(entity: Entity, organization: Organization, may_view: MayView) -> Relative:
    if not may_view(entity.schema):
        return Relative(str(entity.pk), entity.schema, str(entity.pk), is_hidden=True)
    named, identifier = title(entity, organization), _identifier(entity, organization)
    is_deleted = entity.deleted_at is not None
    return Relative(
        str(entity.pk), entity.schema, named, "" if identifier == named else identifier, is_deleted=is_deleted
    )


def _identifier(entity: Entity, organization: Organization) -> str:
    """The first of its identifying values that is a plain one."""
    names = book_of(organization).declared_identifiers(entity.schema)
    return next((text for name in names if (text := string_form(entity.attributes.get(name)))), "")


def uuids_of(texts: Iterable[str]) -> list[UUID]:
    """Those of the texts that are ids: mappings may have stored anything as one."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
