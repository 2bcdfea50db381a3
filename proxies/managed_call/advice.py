"""secrets_in_url: what of a managed call is probably not meant, for whoever has saved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hub.accounts.models import Organization
from hub.environments.queries import secret_keys
from hub.environments.references import names_in, spellings
from hub.errors import ErrorDetail
from hub.json_types import JSONObject


def secrets_in_url(configuration: JSONObject, organization: Organization) -> Sequence[ErrorDetail]:
    """References to secrets in path and parameters: URLs end up in logs, so the call fails there. At most one query."""
    named = [(place, name) for place, text in _parts(configuration) for name in names_in([text])]
    if not named:
        return ()
    secrets = secret_keys(organization)
    return [
        ErrorDetail(f"configuration.operation.{place}", f"env.{name} is a secret, and none is filled into a URL")
        for place, name in named
        if not secrets.isdisjoint(spellings(name))
    ]


def _parts(configuration: JSONObject) -> Iterator[tuple[str, str]]:
    operation = configuration.get("operation")
    members = operation if isinstance(operation, dict) else {}
    yield "path", str(members.get("path") or "")
    parameters = members.get("query_params")
    for name, value in (parameters if isinstance(parameters, dict) else {}).items():
        yield f"query_params.{name}", str(value)
