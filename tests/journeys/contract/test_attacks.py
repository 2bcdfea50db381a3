"""Every crafted expression, simulated and saved: a refusal, and a web server that has not noticed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inbound.mapping.attacks import EXPRESSIONS, PAYLOADS
from tests.journeys.contract.conftest import Caller

pytestmark = pytest.mark.once

CRASHES = "29 within 32 KB"
"""Row of the table: a crash of the compiler."""
REFUSED_WHEN_SAVED = {"29", CRASHES}
"""What nobody needs to run to see that it is none; the others are caught when they run."""


def configuration(expression: str) -> dict[str, Any]:
    fields = [{"attribute": "n", "constant": 1}, {"attribute": "v", "jsonataExpression": expression}]
    return {"entities": [{"entity_schema": "contact", "unique_ids": ["n"], "fields": fields}]}


def is_well(caller: Caller, process_id: int) -> bool:
    """The same process answers the next request."""
    web = caller.hub.web
    answer = caller.hub.request("GET", "/v1/integrations", token=caller.token)
    return web is not None and (web.pid, web.poll(), answer.status) == (process_id, None, 200)


@pytest.mark.parametrize("row", EXPRESSIONS)
def test_a_simulation_of_an_attack_is_422(caller: Caller, row: str) -> None:
    process_id = caller.hub.web.pid if caller.hub.web else 0
    document = {"event_configuration": configuration(EXPRESSIONS[row]), "format": "json"}
    body = document | {"payload": PAYLOADS.get(row, {"a": 1})}
    answer = caller.hub.request("POST", "/v2/erp/updates/mapping_simulation", body, caller.token)
    assert (answer.status, answer.json()["code"]) == (422, "MAPPING_EXPRESSION_FAILED")
    assert is_well(caller, process_id)


@pytest.mark.parametrize("row", EXPRESSIONS)
def test_an_attack_that_is_saved_does_nothing_before_it_is_run(caller: Caller, integration_id: str, row: str) -> None:
    process_id = caller.hub.web.pid if caller.hub.web else 0
    body = {"name": "A", "type": "inbound", "enabled": True, "configuration": configuration(EXPRESSIONS[row])}
    answer = caller.hub.request("POST", f"/v1/integrations/{integration_id}/use-cases", body, caller.token)
    assert answer.status == (400 if row in REFUSED_WHEN_SAVED else 201)
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
