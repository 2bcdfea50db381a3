"""What is written all the same and told: entities of a kind that nobody has defined, one text in place of tags."""

from __future__ import annotations

from typing import Any

from hub.json_text import shown
from inbound.mapping.notes import Notes

TAGS = "_tags"


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
