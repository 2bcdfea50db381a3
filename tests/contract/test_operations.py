"""The OpenAPI document describes the operations of the contract, those and no others."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest

from hub.api.documentation import openapi_document
from tests.contract.operations import OPERATIONS, PUBLIC, Operation

DESCRIBED = [*OPERATIONS, *PUBLIC]
OF_OTHER_SYSTEMS = {"managedCallExecute": {"400", "500", "502"}}
"""Failures that tell of another system, within a member called error (api.md 16)."""


@pytest.fixture(scope="module")
def document() -> Any:
    """The document as machines read it."""
    return json.loads(openapi_document())


def test_methods_paths_and_operation_ids_are_those_of_the_contract(document: Any) -> None:
    described = {
        (method.upper(), path, operation["operationId"])
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {(row.method, row.path, row.id) for row in DESCRIBED}


@pytest.mark.parametrize("row", DESCRIBED, ids=lambda row: row.id)
def test_success_has_the_status_of_the_contract_and_failures_have_one_shape(document: Any, row: Operation) -> None:
    responses = document["paths"][row.path][row.method.lower()]["responses"]
    problems = {
        status: answer
        for status, answer in responses.items()
        if int(status[0] + status[1:].replace("X", "0")) not in row.successes
        and status not in OF_OTHER_SYSTEMS.get(row.id, ())
    }
    shapes = {str(answer["content"]["application/json"]["schema"]) for answer in problems.values()}
    assert {"4XX", "5XX"} <= set(problems)
    assert shapes == {"{'$ref': '#/components/schemas/Problem'}"}


@pytest.mark.parametrize("row", DESCRIBED, ids=lambda row: row.id)
def test_path_parameters_are_described_under_their_published_names(document: Any, row: Operation) -> None:
    parameters = document["paths"][row.path][row.method.lower()].get("parameters", [])
    named = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
    assert named == set(re.findall(r"\{(\w+)\}", row.path))


def test_every_schema_of_the_document_is_a_json_schema(document: Any) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            for part in [operation.get("requestBody"), *operation["responses"].values()]:
                for content in (part or {}).get("content", {}).values():
                    jsonschema_rs.meta.validate(content["schema"])


def test_no_member_of_any_body_switches_the_check_of_certificates_off(document: Any) -> None:
    names = {name for schema in document["components"]["schemas"].values() for name in schema.get("properties", {})}
    switches = re.compile(
        r"insecure|verify|verification|reject_?unauthori[sz]ed|skip_?(tls|ssl)|(tls|ssl)_?check", re.I
    )
    assert [name for name in sorted(names) if switches.search(name)] == []
