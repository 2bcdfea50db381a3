"""curl_for: the command that sends a first event to a use case, with a payload that its mapping can read."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from hub.json_types import JSONObject, JSONValue
from hub.web.templatetags.moments import machine_time

INTAKE = "/v3/erp/updates/events"
INLETS = "/v1/erp/inlets"
MOST_MEMBERS = 6
"""Members of the sample payload; it is there to be edited, not to be complete."""


def inlet_url() -> str:
    """The address that events are posted to."""
    return f"{settings.HUB_BASE_URL}{INTAKE}"


def curl_for(*, integration_id: str, slug: str, configuration: JSONValue, at: datetime) -> str:
    """A command for a shell that has the token in $TOKEN; configuration is that of the use case slug names."""
    event = {"use_case_slug": slug, "timestamp": machine_time(at), "payload": sample_payload(configuration)}
    body = json.dumps({"integration_id": integration_id, "events": [event]}, indent=2, ensure_ascii=False)
    return (
        f'curl -X POST "{inlet_url()}" \\\n'
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d {_quoted(body)}"
    )


def own_inlet_url(integration_id: str, slug: str) -> str:
    """The address of one use case, for systems that can only call a URL."""
    return f"{settings.HUB_BASE_URL}{INLETS}/{integration_id}/{slug}"


def own_inlet_curl(*, integration_id: str, slug: str, configuration: JSONValue) -> str:
    """A command that calls the address with what the mapping reads by name; the shell has the token in $TOKEN."""
    payload, url = sample_payload(configuration), own_inlet_url(integration_id, slug)
    if all(isinstance(value, str) for value in payload.values()):
        return f'curl "{url}?{urlencode(payload)}" \\\n  -H "X-API-Key: $TOKEN"'
    body = _quoted(json.dumps(payload, ensure_ascii=False))
    return (
        f'curl -X POST "{url}" \\\n  -H "X-API-Key: $TOKEN" \\\n  -H "Content-Type: application/json" \\\n  -d {body}'
    )


def sample_payload(configuration: JSONValue) -> JSONObject:
    """A payload with the members that the first entity reads by name; ``{"id": "1001"}`` when it names none."""
    payload: JSONObject = {}
    for attribute, source in list(_sources(configuration))[:MOST_MEMBERS]:
        _put(payload, source.removeprefix("$.").split("."), "1001" if "number" in attribute else _word(attribute))
    return payload or {"id": "1001"}


def _quoted(text: str) -> str:
    """For a shell, which takes it as it is."""
    inner = text.replace("'", "'\\''")
    return f"'{inner}'"


def _sources(configuration: JSONValue) -> list[tuple[str, str]]:
    entities = configuration.get("entities") if isinstance(configuration, dict) else None
    first = entities[0] if isinstance(entities, list) and entities else None
    fields = first.get("fields") if isinstance(first, dict) else None
    named = [field for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    return [
        (str(field.get("attribute")), source)
        for field in named
        if isinstance(source := field.get("field"), str) and not set("[*?@'\"") & set(source)
    ]


def _put(payload: JSONObject, steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        inner = payload.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        payload = inner
    payload[steps[-1]] = value


def _word(attribute: str) -> str:
    words = {"email": "ada.kern@example.com", "first_name": "Ada", "last_name": "Kern", "birthdate": "1985-12-10"}
    return words.get(attribute, "example")
