"""add_relations and remove_relations: single links of an entity, whatever else writes to it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.entities.applying import InBin
from hub.entities.editing import Written, write_entity
from hub.entities.editor import Editor, Stale
from hub.entities.links import RELATION, joined, links_in
from hub.entities.models import Entity
from hub.entities.read import get_entity
from hub.entities.relations import Link
from hub.entities.schemas import Schema
from hub.entities.schemas.book import book_of
from hub.entities.store.refusals import other_version
from hub.entities.targets import not_led_to, schemas_of, wanted_schema
from hub.errors import Conflict, ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONValue

MOST_LINKS: Final = 100
TRIES: Final = 5
"""How often a list of links is made anew because somebody else wrote to the entity in between."""


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """A link that is to be there, or not. tags None: none are given."""

    attribute: str
    entity_id: UUID
    tags: list[JSONValue] | None = None


@dataclass(frozen=True, slots=True)
class Relinked:
    """The entity as it is now, and the links that were added or removed; none when all was so already."""

    entity: Entity
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Subject:
    """The entity whose links change. expected: the version that the caller knows."""

    schema: str
    entity_id: UUID
    expected: int | None = None


def add_relations(*, editor: Editor, subject: Subject, orders: Sequence[LinkOrder]) -> Relinked:
    """Add links at the end of their attributes; one that is there already stays as it is, tags included.

    Raises NotFound for the entity, Invalid for a target that is not there, InBin, Stale, and Conflict when the
    entity would not stand still.
    """
    get_entity(organization=editor.organization, schema=subject.schema, entity_id=subject.entity_id)
    schemas = _schemas_of_targets(editor, subject.schema, orders)

    def added(attributes: JSONObject) -> dict[str, JSONValue]:
        changed: dict[str, JSONValue] = {}
        for order in orders:
            present = changed.get(order.attribute, attributes.get(order.attribute))
            changed[order.attribute] = joined(RELATION, present, "_append", [_stored(order, schemas)])
        return changed

    return _relinked(editor, subject, orders, added)


def remove_relations(*, editor: Editor, subject: Subject, orders: Sequence[LinkOrder]) -> Relinked:
    """Take links away; one that is not there changes nothing. Raises NotFound, InBin, Stale and Conflict."""

    def left(attributes: JSONObject) -> dict[str, JSONValue]:
        changed: dict[str, JSONValue] = {}
        for order in orders:
            present = changed.get(order.attribute, attributes.get(order.attribute))
            if _points_at(present, order.entity_id):
                kept = [one for one in links_in(RELATION, present) if _id_in(one) != str(order.entity_id)]
                changed[order.attribute] = {RELATION: kept}
        return changed

    return _relinked(editor, subject, orders, left)


def _relinked(
    editor: Editor,
    subject: Subject,
    orders: Sequence[LinkOrder],
    changed_by: Callable[[JSONObject], dict[str, JSONValue]],
) -> Relinked:
    """Read, decide, and write against the version that was read."""
    for _ in range(TRIES):
        before = get_entity(organization=editor.organization, schema=subject.schema, entity_id=subject.entity_id)
        _refuse(before, subject, orders)
        changed = changed_by(before.attributes)
        try:
            after = _written(editor, before, changed).entity
        except Stale:
            continue
        return Relinked(after, list(_differing(orders, before, after)))
    raise Conflict("The entity kept changing meanwhile. Try again.")


def _refuse(entity: Entity, subject: Subject, orders: Sequence[LinkOrder]) -> None:
    if subject.expected not in (None, entity.version):
        raise Stale(other_version(entity.schema, entity.version, subject.expected))
    if entity.deleted_at is not None:
        raise InBin(f"The {entity.schema} {entity.pk} is in the recycle bin: restore it first.")
    for place, order in enumerate(orders):
        value = entity.attributes.get(order.attribute)
        if value not in (None, "", []) and not (isinstance(value, dict) and RELATION in value):
            raise _wrong(f"[{place}].attribute", f"{order.attribute} holds something else than relations")


def _written(editor: Editor, before: Entity, changed: dict[str, JSONValue]) -> Written:
    if not changed:
        return Written(before, is_new=False)
    return write_entity(
        editor=editor,
        schema=before.schema,
        entity_id=before.pk,
        attributes=changed,
        expected=before.version,
        is_whole=False,
    )


def _differing(orders: Sequence[LinkOrder], before: Entity, after: Entity) -> Sequence[Link]:
    """The links of orders that were there and are no more, or the other way round."""
    links: dict[tuple[str, UUID], Link] = {}
    for order in orders:
        was, now = (_link(one.attributes.get(order.attribute), order) for one in (before, after))
        if (was is None) is not (now is None):
            links[order.attribute, order.entity_id] = now or was  # type: ignore[assignment]  # one of them is there
    return list(links.values())


def _link(value: JSONValue, order: LinkOrder) -> Link | None:
    for one in links_in(RELATION, value):
        if isinstance(one, dict) and _id_in(one) == str(order.entity_id):
            return Link(order.attribute, str(order.entity_id), str(one.get("_schema") or ""), one.get("_tags"))
    return None


def _points_at(value: JSONValue, entity_id: UUID) -> bool:
    return any(_id_in(one) == str(entity_id) for one in links_in(RELATION, value))


def _id_in(one: JSONValue) -> str:
    return str(one.get("entity_id")).lower() if isinstance(one, dict) else ""


def _stored(order: LinkOrder, schemas: Mapping[UUID, str]) -> JSONObject:
    link: JSONObject = {"entity_id": str(order.entity_id), "_schema": schemas[order.entity_id]}
    return link if order.tags is None else {**link, "_tags": order.tags}


def _schemas_of_targets(editor: Editor, schema: str, orders: Sequence[LinkOrder]) -> dict[UUID, str]:
    """Every target's schema. Raises Invalid for the first that this organization does not have or that is of another
    schema than its attribute leads to, and for an attribute that is declared as something else."""
    definition = book_of(editor.organization).schema_of(schema)
    wanted = {place: _wanted(definition, order, place) for place, order in enumerate(orders)}
    found = schemas_of(editor.organization, (order.entity_id for order in orders))
    for place, order in enumerate(orders):
        if order.entity_id not in found:
            raise _wrong(f"[{place}].entity_id", f"there is no entity {order.entity_id}")
        if wanted[place] not in (None, found[order.entity_id]):
            message = not_led_to(found[order.entity_id], str(wanted[place]), order.attribute)
            raise _wrong(f"[{place}].entity_id", message)
    return found


def _wanted(definition: Schema, order: LinkOrder, place: int) -> str | None:
    try:
        return wanted_schema(definition, order.attribute)
    except ValueError as error:
        raise _wrong(f"[{place}].attribute", str(error)) from error


def _wrong(path: str, message: str) -> Invalid:
    return Invalid(f"The relations are wrong: {message}.", details=[ErrorDetail(path, message)])
