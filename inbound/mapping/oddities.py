"""What is odd about the updates of an event: told, and set right or left out where that is possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from hub.entities.schemas import Schema, misfits
from hub.entities.system_attributes import left_out
from hub.json_text import shown
from inbound.mapping.identifiers import unknown_identifiers
from inbound.mapping.notes import Notes
from inbound.mapping.result import EntityUpdate

TAGS = "_tags"
NEVER_WRITTEN = "_id"
"""An identifier, never an attribute (mapping.md 4.2)."""


def tell_unknown_schema(schema: str, unknown: str, notes: Notes, *, field: str = "") -> None:
    """schema is that of the entry, unknown the one that nobody has defined, be it of a related entity."""
    message = f"there is no schema {unknown}; what is written makes entities of a kind that nobody has defined"
    notes.warn(schema, message, field=field, code="ENTITY_SCHEMA_UNKNOWN")


def make_tags_a_list(schema: str, attributes: dict[str, Any], notes: Notes) -> None:  # Any: JSON values
    """A text alone is one tag."""
    text = attributes.get(TAGS)
    if isinstance(text, str) and text:
        attributes[TAGS] = [text]
        message = f"{TAGS} is {shown(text)}, but must be a list of texts; the text was made one"
        notes.warn(schema, message, field=TAGS, code="ATTRIBUTE_TYPE_MISMATCH")


def tell_unknown(schema: str, names: Iterable[str], notes: Notes) -> None:
    """Identifiers that their schema has no attribute for; a simulation says so of the configuration as a whole."""
    for name in names:
        message = f"{name} identifies, but the schema {schema} has no such attribute"
        notes.warn(schema, message, field=name, code="UNIQUE_ID_NOT_IN_SCHEMA")


def tell_unknown_of(updates: Sequence[EntityUpdate], schemas: Mapping[str, Schema], notes: Notes) -> None:
    """The same of a direct payload, once for all its updates; a simulation says so of the payload as a whole."""
    named: dict[str, dict[str, None]] = {}
    for update in updates:
        named.setdefault(update.schema, {}).update(dict.fromkeys(update.identifiers))
    for schema, names in named.items():
        tell_unknown(schema, unknown_identifiers(names, schemas.get(schema)), notes)


def leave_out(schema: str, attributes: dict[str, Any], names: Set[str], mode: str, notes: Notes) -> None:
    """Take away what only the hub gives values to. No warning about an id, which identifies, nor about a removal,
    which writes no attributes. Any: JSON values."""
    for name in [name for name in attributes if name in names]:
        del attributes[name]
        if name != NEVER_WRITTEN and mode == "upsert":
            notes.warn(schema, left_out(name), field=name, code="SYSTEM_ATTRIBUTE_IGNORED")


def check_fit(schema: Schema, attributes: dict[str, Any], notes: Notes) -> None:  # Any: JSON values
    """A value that does not fit its attribute is written all the same, and told."""
    for misfit in misfits(schema, attributes):
        notes.warn(schema.slug, misfit.sentence, field=misfit.attribute, code="ATTRIBUTE_TYPE_MISMATCH")
