"""advice_on: schemas and identifiers that a simulated configuration or payload names and nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hub.entities.schemas import Schema, catalogue
from hub.entities.system_attributes import FINDS_NOBODY, SYSTEM_ATTRIBUTES
from hub.json_types import JSONValue
from inbound.configuration import InboundConfiguration
from inbound.mapping.direct.relations import schemas_related
from inbound.mapping.entries import shaped
from inbound.mapping.result import EntityUpdate


def advice_on(configuration: InboundConfiguration, schemas: Mapping[str, Schema]) -> Iterator[JSONValue]:
    """Warnings about what the schemas do not know: mostly typing errors. And about values that they have shaped.

    schemas are the organization's; without any, those of the catalogue.
    """
    for entry in configuration.entities:
        known = (schemas or catalogue()).get(entry.schema)
        if known is None:
            yield _unknown_schema(entry.schema)
            continue
        for name in entry.unique_ids:
            if name not in known.attributes and name not in SYSTEM_ATTRIBUTES:  # of these the configuration warns
                yield _unknown_identifier(entry.schema, name)
        for field in entry.fields:
            if (kind := shaped(field, known).type) != field.type:
                message = f"the schema wants a list of {kind} items, so the value is shaped; say so with _type"
                yield _warning(entry.schema, field.attribute, message)


def advice_on_direct(
    configuration: InboundConfiguration, updates: Sequence[EntityUpdate], schemas: Mapping[str, Schema]
) -> Iterator[JSONValue]:
    """The same about a direct payload, what it relates to and the entities that its use case allows, each once."""
    named = {(entry.schema, name): None for entry in configuration.entities for name in entry.unique_ids}
    named |= {(update.schema, name): None for update in updates for name in update.identifiers}
    book = schemas or catalogue()
    yield from (_unknown_schema(slug) for slug in dict.fromkeys(slug for slug, _ in named) if slug not in book)
    related = {
        (update.schema, name, slug): None
        for update in updates
        if update.mode == "upsert"
        for name, slug in schemas_related(update.attributes)
    }
    yield from (_unknown_schema(schema, name, slug) for schema, name, slug in related if slug not in book)
    for slug, name in named:
        if name in FINDS_NOBODY:
            yield _warning(slug, name, f"only the hub writes {name}, so nothing is found by it")
        elif slug in book and name not in book[slug].attributes and name not in SYSTEM_ATTRIBUTES:
            yield _unknown_identifier(slug, name)


def _unknown_schema(slug: str, field: str = "", related: str = "") -> JSONValue:
    """related: the schema of the entity that an attribute leads to, where that is the unknown one."""
    return _warning(slug, field, f"there is no schema {related}" if related else "there is no schema of this name")


def _unknown_identifier(slug: str, name: str) -> JSONValue:
    return _warning(slug, name, f"{name} identifies, but the schema {slug} has no such attribute")


def _warning(schema: str, field: str, message: str) -> JSONValue:
    return {"entity_schema": schema, "field": field, "message": message}
