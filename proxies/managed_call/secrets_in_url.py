"""secrets_in_url: references to secrets in what becomes part of a URL, where none is filled in."""

from __future__ import annotations

from collections.abc import Iterator

from hub.accounts.models import Organization
from hub.environments.queries import secret_keys
from hub.environments.references import names_in, spellings
from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONPath
from integrations.findings import invalid


def secrets_in_url(configuration: JSONObject, organization: Organization, at: JSONPath) -> list[ErrorDetail]:
    """References to secrets in path and parameters: URLs end up in logs, so the call fails there. At most one query."""
    named = [(place, name) for place, text in _parts(configuration, at) for name in names_in([text])]
    if not named:
        return []
    secrets = secret_keys(organization)
    return [
        ErrorDetail(place, f"env.{name} is a secret, and none is filled into a URL; a header may refer to it")
        for place, name in named
        if not secrets.isdisjoint(spellings(name))
    ]


def refuse_secrets_in_url(configuration: JSONObject, organization: Organization, at: JSONPath) -> None:
    """Raise Invalid that names every such place; a variable that is not there yet is found out by the call."""
    found = secrets_in_url(configuration, organization, at)
    if found:
        raise invalid(found)


def _parts(configuration: JSONObject, at: JSONPath) -> Iterator[tuple[JSONPath, str]]:
    operation, place = configuration.get("operation"), at.key("operation")
    members = operation if isinstance(operation, dict) else {}
    yield place.key("path"), str(members.get("path") or "")
    parameters = members.get("query_params")
    for name, value in (parameters if isinstance(parameters, dict) else {}).items():
        yield place.key("query_params").key(name), str(value)
