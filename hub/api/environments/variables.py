"""/v1/environments: the organization's variables; secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.models import Organization
from hub.api.environments.documents import documented_uses, documented_variable, documented_variables
from hub.api.environments.view import DELETE, EDIT, EnvironmentView
from hub.api.etags import expected_versions, tagged
from hub.api.idempotency import once_per_key
from hub.api.query_fields import word_of
from hub.display_zone import day_at
from hub.environments.changes import VariableChanges, wrong
from hub.environments.models import Variable
from hub.environments.operations.variables import create_variable, delete_variable, put_variable
from hub.environments.queries import get_variable, variables_of
from hub.environments.redaction import SHORTEST, is_too_short
from hub.environments.resolve import open_values
from hub.environments.uses import Place, uses_of
from hub.json_types import JSONValue

Document = dict[str, object]
"""A JSON object that may hold moments, which the renderer writes."""


@documented_variables
class Variables(EnvironmentView):
    """All variables, and new ones."""

    requires: ClassVar = {"GET": EDIT, "POST": EDIT}

    def get(self, request: Request) -> Response:
        """Every variable, by key, without the values of secrets."""
        rows = variables_of(self.organization)
        values = open_values(self.organization.pk, rows)
        return Response({"items": [as_json(row, values) for row in rows]})

    @once_per_key
    def post(self, request: Request) -> Response:
        """A new variable, with or without a value; a group that is not there yet is made."""
        author = self.author()
        body = self.body_object()
        key = body.get("key")
        if not isinstance(key, str):
            raise wrong("key", "must be a text")
        if "type" not in body:
            raise wrong("type", "is required")
        changes = VariableChanges.parse(body)
        variable = create_variable(author=author, key=key, changes=changes)
        return tagged(_written(self.organization, variable, changes), variable.version, status=201)


@documented_variable
class OneVariable(EnvironmentView):
    """One variable."""

    requires: ClassVar = {"GET": EDIT, "PUT": EDIT, "DELETE": DELETE}

    def get(self, request: Request, key: str) -> Response:
        """The variable, without its value if that is a secret."""
        variable = get_variable(organization=self.organization, key=key)
        return tagged(_shown(self.organization, variable), variable.version)

    def put(self, request: Request, key: str) -> Response:
        """Creates the variable, or changes the fields that are sent; a value that is not sent stays."""
        author = self.author()
        changes = VariableChanges.parse(self.body_object())
        expected = expected_versions(request)
        variable, is_new = put_variable(author=author, key=key, changes=changes, expected=expected)
        return tagged(_written(self.organization, variable, changes), variable.version, status=201 if is_new else 200)

    def delete(self, request: Request, key: str) -> Response:
        """Deletes the variable with its value; one that is in use only with force=true."""
        is_forced = word_of({"force": request.query_params.get("force")}, "force", ("true", "false")) == "true"
        expected = expected_versions(request)
        delete_variable(author=self.author(), key=key, expected=expected, is_forced=is_forced)
        return Response(status=204)


@documented_uses
class Uses(EnvironmentView):
    """What refers to a variable."""

    requires: ClassVar = {"GET": EDIT}

    def get(self, request: Request, key: str) -> Response:
        """Every configuration that refers to the key, or whose expressions may: what fails once it is deleted."""
        variable = get_variable(organization=self.organization, key=key)
        places = uses_of(self.organization.pk, variable.key)
        return Response({"items": [_use(place) for place in places]})


def as_json(variable: Variable, values: dict[str, JSONValue]) -> Document:
    """The published form: what has no value is left out, and a secret never has one."""
    shown: Document = {"key": variable.key, "type": variable.type}
    optional = {
        "item_type": variable.item_type,
        "description": variable.description,
        "group": variable.group.name if variable.group else "",
    }
    shown |= {name: text for name, text in optional.items() if text}
    if variable.key in values:
        shown["value"] = values[variable.key]
    if variable.expires_on:
        shown["expires_on"] = variable.expires_on.isoformat()
    moments = {"created_at": variable.created_at, "updated_at": variable.updated_at}
    return shown | {"protected": variable.protected, **moments}


def _use(place: Place) -> Document:
    return {"kind": place.kind, "name": place.name, "page": reverse(place.url_name, args=place.url_args)}


def _shown(organization: Organization, variable: Variable) -> Document:
    return as_json(variable, open_values(organization.pk, [variable]))


def _written(organization: Organization, variable: Variable, changes: VariableChanges) -> Document:
    """As shown, with warnings about what is stored as it was sent and may be meant otherwise."""
    answer = _shown(organization, variable)
    warnings = list(_warnings(variable, changes))
    return answer | {"warnings": warnings} if warnings else answer


def _warnings(variable: Variable, changes: VariableChanges) -> Iterator[dict[str, str]]:
    """About a secret that cannot be masked, and about a day that is past though it or the value was sent just now."""
    if variable.is_secret and changes.has_value and is_too_short(changes.value):
        message = f"has fewer than {SHORTEST} characters, so it cannot be masked where it turns up in a text"
        yield {"path": "value", "message": message}
    left = variable.days_left(day_at(clock.now()))
    if left is not None and left < 0 and (changes.has_value or changes.has_expiry):
        yield {"path": "expires_on", "message": f"{variable.expires_on} is past, so the variable counts as expired"}
