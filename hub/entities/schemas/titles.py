"""title_of: what an entity is called; pure."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from hub.entities.keys import ITEM_TEXTS, string_form
from hub.entities.schemas.catalogue import schema_of
from hub.entities.schemas.definition import PLACEHOLDER, Schema
from hub.json_types import JSONValue


def title_of(*, schema: str | Schema, entity_id: UUID, attributes: Mapping[str, JSONValue]) -> str:
    """What an entity is called: its template filled, else an identifier, else its kind and the end of its id.

    A slug means the schema of the catalogue; give the Schema of a SchemaBook where an organization's own count.
    """
    definition = schema_of(schema) if isinstance(schema, str) else schema
    for alternative in definition.title_template.split("|"):
        filled = PLACEHOLDER.sub(lambda match: _text(attributes.get(match[1])), alternative)
        if filled := " ".join(filled.split()):
            return filled
    for name in definition.identifiers:
        if text := _text(attributes.get(name)):
            return text
    return f"{definition.title} {entity_id.hex[-8:]}"


def _text(value: JSONValue) -> str:
    """A value inside a title; of a list of e-mails or phones the first, of anything else that is no scalar nothing."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return next((text for name in ITEM_TEXTS if (text := string_form(value[0].get(name)))), "")
    return string_form(value) or ""
