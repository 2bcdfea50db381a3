"""What a simulation's answer says, as a reader sees it: entities, readings, and what would be pruned."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hub.json_types import JSONObject, JSONValue
from hub.web.entities.changes import text_of

NAMED = "$entity_unique_ids"


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that would be done. key: the values that identify it; attributes: name and text."""

    schema: str
    mode: str
    key: str
    attributes: tuple[tuple[str, str], ...]


def updates_of(document: JSONObject) -> list[Update]:
    """Everything that would be done, in the order it would be done in."""
    return [
        *map(_entity, objects_in(document, "entity_updates")),
        *map(_prune, objects_in(document, "prune_scope_updates")),
        *map(_reading, objects_in(document, "meter_readings_updates")),
        *map(_reading_prune, objects_in(document, "meter_readings_prune_scope_updates")),
    ]


def objects_in(raw: JSONObject, name: str) -> list[JSONObject]:
    """The objects of a list that raw has under this name; empty when there is none."""
    value = raw.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _object(raw: JSONObject, name: str) -> JSONObject:
    value: JSONValue = raw.get(name)
    return value if isinstance(value, dict) else {}


def _entity(raw: JSONObject) -> Update:
    schema, mode = str(raw.get("entity_slug", "")), str(raw.get("mode", ""))
    return Update(schema, mode, _joined(_object(raw, "unique_identifiers")), _texts(_object(raw, "attributes")))


def _reading(raw: JSONObject) -> Update:
    return Update(_("meter reading"), str(raw.get("mode", "")), _device(raw), _texts(_object(raw, "attributes")))


def _prune(raw: JSONObject) -> Update:
    scope = _object(raw, "scope")
    anchor = str(scope.get("schema", ""))
    terms = _joined(_object(scope, "query") or _object(scope, "unique_ids"))
    kept = [_joined(one) for one in objects_in(raw, "keep_unique_ids")]
    key = f"{anchor} {terms}".strip()
    return Update(str(raw.get("entity_slug", "")), _pruning(raw.get("deletion_mode")), key, _kept(kept))


def _reading_prune(raw: JSONObject) -> Update:
    kept = raw.get("keep_external_ids")
    names = [text_of(one) for one in kept] if isinstance(kept, list) else []
    source = raw.get("source")
    limit = ((_("source"), str(source)),) if source else ()
    return Update(_("meter reading"), _pruning("delete"), _device(raw), _kept(names) + limit)


def _pruning(deletion: JSONValue) -> str:
    return _("purge all others") if deletion == "purge" else _("delete all others")


def _kept(names: list[str]) -> tuple[tuple[str, str], ...]:
    return ((_("keep"), ", ".join(names) or _("nothing")),)


def _device(raw: JSONObject) -> str:
    """Meter and counter."""
    found = [_joined(_object(_object(raw, name), NAMED)) for name in ("meter", "meter_counter")]
    return " · ".join(text for text in found if text)


def _joined(identifiers: JSONObject) -> str:
    return ", ".join(text_of(value) for value in identifiers.values())


def _texts(attributes: JSONObject) -> tuple[tuple[str, str], ...]:
    return tuple((name, text_of(value)) for name, value in attributes.items())
