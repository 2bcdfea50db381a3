"""schema_document: a schema as API clients see it, and may send it back."""

from __future__ import annotations

from hub.entities.changesets import EditMode
from hub.entities.read import SchemaCount
from hub.entities.schema_versions import SchemaVersion
from hub.entities.schemas import Schema
from hub.entities.schemas.order import LISTED
from hub.entities.schemas.types import type_from
from hub.json_encoding import timestamp


def schema_document(schema: Schema) -> dict[str, object]:
    """The published form."""
    return {
        "slug": schema.slug,
        "name": schema.title,
        "plural": schema.plural,
        "title_template": schema.title_template,
        "version": schema.version,
        "source": _source(schema),
        "groups": list(schema.groups),
        "attributes": [_attribute(schema, name, kind) for name, kind in schema.attributes.items()],
    }


def counted(schema: Schema, count: SchemaCount | None) -> dict[str, object]:
    """The same with the number of entities, the recycle bin included; at most 1,000 are counted."""
    shown = {"value": count.count, "has_more": count.has_more} if count else {"value": 0, "has_more": False}
    return schema_document(schema) | {"count": shown}


def version_document(version: SchemaVersion) -> dict[str, object]:
    """One line of a schema's history."""
    return {
        "version": version.version,
        "created_at": None if version.at is None else timestamp(version.at),
        "actor": {"type": version.actor_type, "id": version.actor_id},
    }


def _source(schema: Schema) -> str:
    if not schema.is_core:
        return "own"
    return "core" if schema.version == 1 else "extended"


def _attribute(schema: Schema, name: str, text: str) -> dict[str, object]:
    kind = type_from(text)
    document: dict[str, object] = {
        "name": name,
        "label": schema.label_of(name),
        "type": kind.kind,
        "required": name in schema.required,
        "identifier": name in schema.identifiers,
        "edit_mode": EditMode.DIRECT.value,
        "source": "own" if not schema.is_core or name in schema.added else "core",
    }
    rule = schema.edit_rule_of(name)
    if rule is not None:
        document["edit_mode"] = rule.edit_mode.value
        if rule.edit_mode is EditMode.EXTERNAL:
            document["match"] = rule.match.value
    if kind.kind in LISTED:
        document[LISTED[kind.kind]] = list(kind.options)
    elif kind.options:
        document["schema"] = kind.options[0]
    return document
