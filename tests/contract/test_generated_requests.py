"""Requests that nobody thought of, at every operation: generated from the OpenAPI document, within it and past it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from hub.accounts import tokens
from hub.api.documentation import openapi_document
from inbound.receive import routing
from tests.cast import MACHINE
from tests.contract.doors import whole
from tests.contract.operations import OPERATIONS, Operation
from tests.contract.things import Things

pytestmark = pytest.mark.once

DOCUMENT = json.loads(openapi_document())
REFUSALS = {400, 403, 404, 405, 409, 412, 413, 415, 422, 429}
"""What the contract knows for a caller with a valid token and a method that is there (api.md section 2)."""
OF_ANOTHER_ORGANIZATION = {"triggerErp": {401}}
"""What an operation says whose body names an organization, where that is not the caller's (api.md 14.2)."""
FEW = settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described() -> Any:
    """Operation id → the operation as the generator knows it. Any: the library's own types."""
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    operations = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in operations}


def answer_schema(operation: Operation, status: int) -> Any:
    """The JSON schema that the document declares for this answer; fails when it declares none."""
    return declared(operation, status)["application/json"]["schema"] | {"components": DOCUMENT["components"]}


def declared(operation: Operation, status: int) -> Any:
    """What the document says of an answer, by content type."""
    responses = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]
    return (responses.get(str(status)) or responses[f"{status // 100}XX"])["content"]


def is_as_declared(operation: Operation, answer: Any) -> bool:
    """Whether the body is as declared, empty for 204 and 304. Raises ValidationError for another shape."""
    if answer.status_code in {204, 304}:
        return not answer.content
    kind = answer["Content-Type"].partition(";")[0]
    if kind != "application/json" and kind in declared(operation, answer.status_code):
        return bool(answer["Content-Disposition"].startswith("attachment"))
    jsonschema_rs.validate(answer_schema(operation, answer.status_code), answer.json())
    return bool(answer["Content-Type"] == "application/json")


def body_of(case: Any, things: Things) -> bytes:
    """The generated body as bytes; ids and names that exist stand in for generated ones."""
    if isinstance(case.body, bytes):
        return case.body
    if not isinstance(case.body, dict | list | str | int | float | bool | None):
        return b""
    return json.dumps(aimed(case.body, things)).encode("utf-8", "surrogatepass")


def aimed(body: Any, things: Things) -> Any:
    """A body that gets past the door: what names a thing names one that is there."""
    if isinstance(body, list):
        return [aimed(each, things) for each in body]
    if not isinstance(body, dict):
        return body
    known = vars(things) | {"use_case_slug": "customer"}
    return {
        name: known[name] if name in known and isinstance(value, str) else aimed(value, things)
        for name, value in body.items()
    }


def send(client: Client, operation: Operation, things: Things, case: Any) -> Any:
    headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
    query = f"?{urlencode(case.query, doseq=True)}" if case.query else ""
    answer = client.generic(
        operation.method,
        things.path(operation) + query,
        body_of(case, things),
        content_type="application/json",
        headers=headers,
    )
    return whole(answer)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda row: row.id)
def test_any_request_gets_a_declared_answer_of_the_declared_shape(
    client_of: Callable[[Any], Client], things: Things, described: Any, operation: Operation
) -> None:
    client = client_of(MACHINE)
    subject = described[operation.id]
    cases = [subject.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @FEW
    @given(case=st.one_of(cases))
    def try_one(case: Any) -> None:
        before = transaction.savepoint()
        answer = send(client, operation, things, case)
        transaction.savepoint_rollback(before)
        tokens.forget_all()
        routing.forget_all()
        assert answer.status_code in operation.successes | REFUSALS | OF_ANOTHER_ORGANIZATION.get(operation.id, set())
        assert is_as_declared(operation, answer)

    try_one()
