"""with_server_fields: the ids and moments of outbound mappings, which only the server writes; pure but for new ids."""

from __future__ import annotations

import uuid
from datetime import datetime

from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from integrations.differences import is_same

SERVER_FIELDS = frozenset({"id", "created_at", "updated_at"})


def with_server_fields(raw: JSONObject, *, stored: JSONObject | None, moment: datetime) -> JSONObject:
    """raw with id, created_at and updated_at on every mapping; sent moments are ignored.

    A mapping without id takes that of a stored one with the same content, so that sending a configuration twice
    changes nothing.
    """
    before = {str(mapping["id"]): mapping for mapping in _mappings(stored or {})}
    named = {_id_of(mapping) for mapping in _mappings(raw)}
    free = [mapping for key, mapping in before.items() if key not in named]
    completed = [_complete(mapping, before, free, timestamp(moment)) for mapping in _mappings(raw)]
    return raw | {"mappings": [*completed]}


def _complete(sent: JSONObject, before: dict[str, JSONObject], free: list[JSONObject], moment: str) -> JSONObject:
    identifier = _id_of(sent) or _claim(sent, free) or str(uuid.uuid4())
    known = before.get(identifier)
    content = {name: value for name, value in sent.items() if name not in SERVER_FIELDS}
    is_unchanged = known is not None and is_same(_content(known), content)
    created_at = known.get("created_at", moment) if known else moment
    updated_at = known.get("updated_at", moment) if known and is_unchanged else moment
    return {"id": identifier, **content, "created_at": created_at, "updated_at": updated_at}


def _claim(sent: JSONObject, free: list[JSONObject]) -> str | None:
    """The id of a stored mapping with the same content, which is then no longer free."""
    content = _content(sent)
    for position, candidate in enumerate(free):
        if is_same(_content(candidate), content):
            return str(free.pop(position)["id"])
    return None


def _content(mapping: JSONObject) -> JSONObject:
    return {name: value for name, value in mapping.items() if name not in SERVER_FIELDS}


def _id_of(mapping: JSONObject) -> str | None:
    return str(uuid.UUID(str(mapping["id"]))) if mapping.get("id") is not None else None


def _mappings(configuration: JSONObject) -> list[JSONObject]:
    members = configuration.get("mappings")
    return [one for one in members if isinstance(one, dict)] if isinstance(members, list) else []
