"""The simulation of payloads that name their operations themselves (mapping.md 1.12)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.entities.editor import Editor
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from tests.builders import NOW
from tests.inbound.conftest import Erp
from tests.inbound.simulating import DIRECT, V2, post, refused

pytestmark = pytest.mark.django_db


ACCOUNT = {"_schema": "konto", "$entity_unique_ids": {"external_id": "K7"}}
OPERATION = {"entity_slug": "contact", "unique_ids": {"customer_number": "C-1"}, "attributes": {"last_name": "Kern"}}


def operations(*members: Any) -> dict[str, Any]:
    """A direct payload."""
    return {"version": "1", "operations": list(members)}


def test_a_direct_payload_is_previewed(machine: Client) -> None:
    answer = post(machine, DIRECT, {"payload": operations(OPERATION)})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "valid": True,
            "errors": [],
            "entity_updates": [
                {
                    "entity_slug": "contact",
                    "unique_identifiers": {"customer_number": "C-1"},
                    "attributes": {"last_name": "Kern"},
                    "mode": "upsert",
                    "unique_identifiers_metadata": {"customer_number": {"fieldType": "string", "index": 0}},
                }
            ],
        },
    )


def test_a_direct_payload_is_told_all_its_mistakes_with_status_200(machine: Client) -> None:
    answer = post(machine, DIRECT, {"payload": json.dumps(operations({}, OPERATION, {"type": "order"}))})
    assert (answer.status_code, answer.json()["valid"]) == (200, False)
    assert {error["operation_index"] for error in answer.json()["errors"]} == {0, 2}


def test_a_direct_payload_obeys_the_list_of_a_stored_use_case(erp: Erp, machine: Client) -> None:
    erp.add_use_case("ready", {"direct": True, "entities": [{"entity_schema": "contract", "unique_ids": ["nr"]}]})
    event = {"use_case_slug": "ready", "payload": operations(OPERATION)}
    answer = post(machine, DIRECT, {"integration_id": str(erp.integration.pk), "event": event}).json()
    assert [error["code"] for error in answer["errors"]] == ["DIRECT_ENTITY_NOT_ALLOWED"]


def test_a_use_case_that_maps_has_no_direct_simulation(erp: Erp, machine: Client) -> None:
    event = {"use_case_slug": "customer", "payload": operations(OPERATION)}
    body = {"integration_id": str(erp.integration.pk), "event": event}
    assert refused(machine, body, DIRECT) == (422, "USE_CASE_INVALID_TYPE")


def test_a_direct_payload_that_is_no_json_is_422(machine: Client) -> None:
    assert refused(machine, {"payload": "{'version'"}, DIRECT) == (422, "MALFORMED_PAYLOAD")


def test_the_mapping_simulation_of_a_direct_use_case_names_every_mistake(machine: Client) -> None:
    body = {"event_configuration": {"direct": True}, "payload": operations({}, OPERATION)}
    answer = post(machine, V2, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "DIRECT_PAYLOAD_INVALID")
    assert {detail["path"] for detail in answer.json()["details"]} == {"operations[0]"}


def test_a_direct_simulation_without_a_payload_is_400(machine: Client) -> None:
    assert refused(machine, {}, DIRECT) == (400, "VALIDATION_ERROR")


def test_system_attributes_of_a_direct_payload_are_left_out_with_a_warning(machine: Client) -> None:
    operation = {"entity_slug": "contact", "unique_ids": {"customer_number": "1"}, "attributes": {"_acl": {}, "a": 1}}
    answer = post(machine, DIRECT, {"payload": {"version": "1", "operations": [operation]}}).json()
    assert answer["entity_updates"][0]["attributes"] == {"a": 1}
    assert [warning["field"] for warning in answer["warnings"]] == ["_acl"]


@pytest.mark.parametrize(
    ("operation", "schema", "field", "message"),
    [
        ({"entity_slug": "contakt"}, "contakt", "", "there is no schema of this name"),
        ({"unique_ids": {"kundnr": "1"}}, "contact", "kundnr", "has no such attribute"),
        ({"unique_ids": {"_title": "1"}}, "contact", "_title", "nothing is found by it"),
        ({"attributes": {"account": {"$relation": [ACCOUNT]}}}, "contact", "account", "there is no schema konto"),
    ],
)
def test_what_no_schema_knows_is_a_warning(
    machine: Client, operation: dict[str, Any], schema: str, field: str, message: str
) -> None:
    answer = post(machine, DIRECT, {"payload": operations(OPERATION | operation, OPERATION | operation)}).json()
    [warning] = answer["warnings"]
    assert (answer["valid"], warning["entity_schema"], warning["field"]) == (True, schema, field)
    assert message in warning["message"]


def test_a_schema_of_the_organization_is_known(erp: Erp, machine: Client) -> None:
    order = {"name": "Delivery note", "attributes": [{"name": "number", "type": "string", "identifier": True}]}
    editor = Editor(organization=erp.organization, actor=SYSTEM, at=NOW)
    save_schema(editor=editor, slug="delivery_note", order=SchemaOrder.parse(order))
    note = {"entity_slug": "delivery_note", "unique_ids": {"number": "1"}, "attributes": {}}
    allowed = {"direct": True, "entities": [{"entity_schema": "delivery_note", "unique_ids": ["number"]}]}
    answer = post(machine, DIRECT, {"payload": operations(note), "event_configuration": allowed}).json()
    assert (answer["valid"], "warnings" in answer) == (True, False)


def test_a_shorter_list_of_addresses_than_the_stored_one_is_told(erp: Erp, machine: Client) -> None:
    erp.add_use_case("ready", {"direct": True})
    mails = [{"email": "a@x.test"}, {"email": "b@x.test"}]
    stored = {"entity_slug": "contact", "unique_ids": {"customer_number": "C-1"}, "attributes": {"email": mails}}
    erp.sync(operations(stored), use_case_slug="ready")
    shorter = {
        "entity_slug": "contact",
        "unique_ids": {"email": "b@x.test"},
        "unique_id_types": {"email": "email"},
        "attributes": {"email": mails[1:]},
    }
    [warning] = post(machine, DIRECT, {"payload": operations(shorter)}).json()["warnings"]
    assert "2 values of email" in warning["message"]
