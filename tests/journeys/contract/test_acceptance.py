"""Requests 1 to 9 of the guides, sent as printed to a real server (api.md, appendix D)."""

from __future__ import annotations

import json

import pytest

from tests.acceptance import (
    CREATE_CONNECTOR,
    CREATE_INTEGRATION,
    CREATE_USE_CASE,
    DISABLE_USE_CASE,
    RENAME_INTEGRATION,
    REPLAY_UNKNOWN,
    SEND_V2,
    SEND_V3,
    SIMULATIONS,
)
from tests.journeys.contract.conftest import Caller


def use_cases(caller: Caller, integration_id: str) -> list[str]:
    """Ids of the use cases that the integration has."""
    answer = caller.hub.request("GET", f"/v2/integrations/{integration_id}", token=caller.token)
    return [use_case["id"] for use_case in answer.json()["use_cases"]]


def test_1_an_integration_is_created_with_name_and_description_alone(caller: Caller) -> None:
    answer = caller.send(CREATE_INTEGRATION)
    assert (answer.status, answer.json()["use_cases"]) == (201, [])


def test_2_a_connector_with_references_in_upper_case_is_created(caller: Caller) -> None:
    answer = caller.send(CREATE_CONNECTOR)
    assert answer.status == 201
    assert answer.json()["connector_config"] == json.loads(CREATE_CONNECTOR.body)["connector_config"]


def test_3_a_put_with_name_and_description_alone_leaves_use_cases_untouched(
    caller: Caller, integration_id: str
) -> None:
    before = use_cases(caller, integration_id)
    answer = caller.send(RENAME_INTEGRATION.filled(integration_id=integration_id))
    assert (answer.status, answer.json()["name"]) == (200, "My ERP Integration (production)")
    assert use_cases(caller, integration_id) == before != []


def test_4_an_inbound_use_case_without_slug_gets_a_derived_one(caller: Caller) -> None:
    integration_id = caller.created(CREATE_INTEGRATION)["id"]
    answer = caller.send(CREATE_USE_CASE.filled(integration_id=integration_id))
    assert (answer.status, answer.json()["slug"]) == (201, "customer-sync")


def test_5_switching_off_makes_one_history_entry(caller: Caller, integration_id: str) -> None:
    [use_case_id] = use_cases(caller, integration_id)
    request = DISABLE_USE_CASE.filled(integration_id=integration_id, use_case_id=use_case_id)
    answer = caller.send(request)
    history = caller.hub.request("GET", f"{request.path}/history", token=caller.token).json()["history"]
    assert (answer.status, answer.json()["enabled"], [entry["enabled"] for entry in history]) == (200, False, [True])


def test_6_an_event_of_version_2_is_taken_once(caller: Caller, integration_id: str) -> None:
    request = SEND_V2.filled(integration_id=integration_id)
    first, second = caller.send(request), caller.send(request)
    [[taken], [skipped]] = (answer.json()["results"] for answer in (first, second))
    assert (first.status, second.status) == (200, 200)
    assert (taken["status"], taken["message"]) == ("success", "Event queued for processing")
    assert (skipped["status"], taken["event_id"] in skipped["message"]) == ("skipped", True)


def test_7_an_event_of_version_3_is_taken(caller: Caller, integration_id: str) -> None:
    answer = caller.send(SEND_V3.filled(integration_id=integration_id))
    assert (answer.status, [result["status"] for result in answer.json()["results"]]) == (200, ["success"])


@pytest.mark.parametrize("form", SIMULATIONS)
def test_8_a_simulation_shows_what_would_be_written(caller: Caller, integration_id: str, form: str) -> None:
    answer = caller.send(SIMULATIONS[form].filled(integration_id=integration_id))
    [update] = answer.json()["entity_updates"]
    assert (answer.status, update["entity_slug"], update["mode"]) == (200, "contact", "upsert")
    assert update["unique_identifiers"] == {"customer_number": "CUST-001"}
    assert update["attributes"]["full_name"] == "Jane Doe"


def test_9_a_replay_of_unknown_ids_finds_none(caller: Caller, integration_id: str) -> None:
    answer = caller.send(REPLAY_UNKNOWN.filled(integration_id=integration_id))
    told = answer.json()
    assert (answer.status, told["replayed"], told["event_ids"]) == (200, 0, ["evt-001", "evt-002"])
    assert [(one["event_id"], one["status"]) for one in told["results"]] == [
        ("evt-001", "not_found"),
        ("evt-002", "not_found"),
    ]
