"""Crafted expressions in simulations and configurations: a refusal, and a web server that has not noticed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inbound.mapping.attacks import EXPRESSIONS
from tests.journeys.contract.conftest import Caller

ABORTS, PANICS, BURNS, CRASHES = "3", "24", "17", "29 within 32 KB"
"""Rows of the table: a failed allocation, a panic, CPU time without end, a crash of the compiler."""


def configuration(expression: str) -> dict[str, Any]:
    fields = [{"attribute": "n", "constant": 1}, {"attribute": "v", "jsonataExpression": expression}]
    return {"entities": [{"entity_schema": "contact", "unique_ids": ["n"], "fields": fields}]}


def is_well(caller: Caller, process_id: int) -> bool:
    """The same process answers the next request."""
    web = caller.hub.web
    answer = caller.hub.request("GET", "/v1/integrations", token=caller.token)
    return web is not None and (web.pid, web.poll(), answer.status) == (process_id, None, 200)


@pytest.mark.parametrize("row", [ABORTS, PANICS, BURNS, CRASHES])
def test_a_simulation_of_an_attack_is_422(caller: Caller, row: str) -> None:
    process_id = caller.hub.web.pid if caller.hub.web else 0
    body = {"event_configuration": configuration(EXPRESSIONS[row]), "format": "json", "payload": {"a": 1}}
    answer = caller.hub.request("POST", "/v2/erp/updates/mapping_simulation", body, caller.token)
    assert (answer.status, answer.json()["code"]) == (422, "MAPPING_EXPRESSION_FAILED")
    assert is_well(caller, process_id)


def test_a_configuration_that_crashes_the_compiler_is_400(caller: Caller, integration_id: str) -> None:
    process_id = caller.hub.web.pid if caller.hub.web else 0
    path = f"/v1/integrations/{integration_id}/use-cases"
    body = {"name": "A", "type": "inbound", "enabled": True, "configuration": configuration(EXPRESSIONS[CRASHES])}
    answer = caller.hub.request("POST", path, body, caller.token)
    assert (answer.status, answer.json()["details"][0]["path"]) == (
        400,
        "configuration.entities[0].fields[1].jsonataExpression",
    )
    assert is_well(caller, process_id)
