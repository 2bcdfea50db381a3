"""Events that are fired by hand, and what they would be."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from hub.accounts.models import Organization
from hub.events.models import CoreEvent
from tests.hub.api.events.conftest import Api
from tests.hub.entities.conftest import Store
from tests.hub.events.builders import field, make_own_event, switch
from tests.hub.events.conftest import related

SYNC = "OnDemandSyncContractRequested"


@pytest.fixture
def contract(store: Store) -> dict[str, Any]:
    """A seed: a contract with its contact."""
    switch(store.organization, SYNC, enabled=True)
    contact = store.upsert(customer_number="C-1").entity_id
    made = store.upsert("contract", contract_number="V-1", external_id="E-1", customer=related(contact))
    return {"entity_id": str(made.entity_id), "node_id": "contract"}


def test_a_fired_event_is_ready_with_entities_and_fields(api: Api, contract: dict[str, Any]):
    answer = api.send("post", f"{SYNC}:trigger", {"seed": contract})
    [event] = CoreEvent.objects.all()
    assert (answer.status_code, event.state) == (200, "ready")
    assert answer.json() == {"success": True, "event_id": event.payload["_event_id"]}
    assert event.payload["contact"]["customer_number"] == "C-1"
    assert (event.payload["external_id"], event.payload["contract_id"]) == ("E-1", contract["entity_id"])


def test_a_fired_event_tells_of_no_operation(api: Api, contract: dict[str, Any]):
    api.send("post", f"{SYNC}:trigger", {"seed": contract})
    [event] = CoreEvent.objects.all()
    assert not {"operation", "trigger_entity", "activity_id", "activity_type"} & set(event.payload)
    assert event.payload["_trigger_source"].startswith("api_")


def test_a_chain_is_kept_and_never_told(api: Api, contract: dict[str, Any]):
    api.send("post", f"{SYNC}:trigger", {"seed": contract, "_automation_chain": ["flow-1"]})
    [event] = CoreEvent.objects.all()
    assert event.chain == ["flow-1"]
    assert "_automation_chain" not in event.payload


def test_a_node_may_be_left_out(api: Api, contract: dict[str, Any], organization: Organization):
    body = {"seed": contract, "skip_hydration": ["contact"]}
    shown = api.send("post", f"{SYNC}:preview", body).json()
    assert "contact" not in shown["payload"]
    assert [error["path"] for error in shown["errors"]] == ["contact_id"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"seed": None}, "seed"),
        ({"seed": {"node_id": "contract"}}, "seed.entity_id"),
        ({"seed": {"node_id": "contract", "entity_id": "x"}}, "seed.entity_id"),
        ({"skip_hydration": ["nobody"]}, "skip_hydration[0]"),
        ({"skip_hydration": ["contract"]}, "skip_hydration[0]"),
        ({"fields": {"nobody": 1}}, "fields.nobody"),
        ({"_trigger_source_type": "entity"}, "_trigger_source_type"),
        ({"_trigger_source_type": "inbound"}, "_trigger_source_type"),
        ({"_trigger_source_type": 5}, "_trigger_source_type"),
        ({"_trigger_source_type": ""}, "_trigger_source_type"),
        ({"_trigger_source": 5}, "_trigger_source"),
        ({"_trigger_source_type": "x" * 33}, "_trigger_source_type"),
        ({"_automation_chain": ["a"] * 101}, "_automation_chain"),
        ({"more": 1}, "more"),
    ],
)
def test_a_bad_firing_is_refused_with_its_place(api: Api, contract: dict[str, Any], change: dict[str, Any], path: str):
    answer = api.send("post", f"{SYNC}:trigger", {"seed": contract} | change)
    assert (answer.status_code, [one["path"] for one in answer.json()["details"]]) == (400, [path])
    assert not CoreEvent.objects.exists()


def test_a_node_that_the_event_does_not_have_is_a_400(api: Api, contract: dict[str, Any]):
    assert api.send("post", f"{SYNC}:trigger", {"seed": contract | {"node_id": "meter"}}).status_code == 400


def test_an_unknown_seed_is_a_404(api: Api, contract: dict[str, Any]):
    assert api.send("post", f"{SYNC}:trigger", {"seed": contract | {"entity_id": str(uuid4())}}).status_code == 404


def test_a_required_field_has_to_be_brought(api: Api, store: Store):
    switch(store.organization, "MeterReadingAdded", enabled=True)
    seed = {"entity_id": str(store.upsert("meter", meter_number="M-1").entity_id), "node_id": "meter"}
    answer = api.send("post", "MeterReadingAdded:trigger", {"seed": seed, "fields": {"source": "ECP"}})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "fields.reading_date")


def test_a_payload_that_fits_no_schema_is_not_stored(api: Api, contract: dict[str, Any]):
    answer = api.send("post", f"{SYNC}:trigger", {"seed": contract, "skip_hydration": ["contact"]})
    assert (answer.status_code, answer.json()["code"]) == (400, "MALFORMED_PAYLOAD")
    assert not CoreEvent.objects.exists()


def test_a_disabled_event_is_a_403(api: Api, contract: dict[str, Any], organization: Organization):
    switch(organization, SYNC, enabled=False)
    answer = api.send("post", f"{SYNC}:trigger", {"seed": contract})
    assert (answer.status_code, answer.json()["code"]) == (403, "EVENT_DISABLED")


def test_an_event_of_automations_is_a_403_for_others(api: Api, organization: Organization):
    switch(organization, "GridConnectionRequested", enabled=True)
    answer = api.send("post", "GridConnectionRequested:trigger", {"_trigger_source": "x"})
    assert answer.status_code == 403


def test_a_test_is_marked_as_one(api: Api, contract: dict[str, Any]):
    api.send("post", f"{SYNC}:trigger", {"seed": contract, "_trigger_source_type": "test"})
    [event] = CoreEvent.objects.all()
    assert (event.is_test, event.payload["_event_source"]) == (True, "test")


def test_a_preview_stores_nothing_and_needs_no_switch(api: Api, contract: dict[str, Any], organization: Organization):
    switch(organization, SYNC, enabled=False)
    answer = api.send("post", f"{SYNC}:preview", {"seed": contract})
    assert (answer.status_code, answer.json()["errors"]) == (200, [])
    assert not CoreEvent.objects.exists()


def test_a_preview_whose_projection_fails_is_a_400(api: Api, store: Store):
    fields = {"number": field('$error("no number")')}
    make_own_event(organization=store.organization, schema_fields=fields)
    seed = {"entity_id": str(store.upsert(customer_number="C-1").entity_id), "node_id": "contact"}
    answer = api.send("post", "ContactSeen:preview", {"seed": seed})
    assert (answer.status_code, answer.json()["code"]) == (400, "MALFORMED_PAYLOAD")
    assert answer.json()["details"][0]["path"] == "number"


def test_an_expression_cannot_forge_the_envelope(api: Api, store: Store):
    mapping = {"mode": "jsonata", "jsonata": '{"_ack_id": "mine", "_more": 1, "operation": "x", "name": "y"}'}
    make_own_event(organization=store.organization, mapping=mapping)
    seed = {"entity_id": str(store.upsert(customer_number="C-1").entity_id), "node_id": "contact"}
    payload = api.send("post", "ContactSeen:preview", {"seed": seed}).json()["payload"]
    assert payload["name"] == "y"
    assert payload["_ack_id"] != "mine"
    assert not {"_more", "operation"} & set(payload)


GRID = "GridConnectionRequested"


@pytest.fixture
def execution(store: Store) -> dict[str, Any]:
    """A firing by an automation."""
    switch(store.organization, GRID, enabled=True)
    made = store.upsert("opportunity", opportunity_number="O-1")
    seed = {"entity_id": str(made.entity_id), "node_id": "opportunity"}
    return {
        "seed": seed,
        "fields": {"event_attachments": []},
        "_trigger_source_type": "automation",
        "_trigger_source": "run-1/step-1",
    }


def test_an_automation_that_repeats_itself_gets_the_same_event(api: Api, execution: dict[str, Any]):
    first, again = (api.send("post", f"{GRID}:trigger", execution) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert CoreEvent.objects.count() == 1


def test_another_execution_is_another_event(api: Api, execution: dict[str, Any]):
    first = api.send("post", f"{GRID}:trigger", execution)
    other = api.send("post", f"{GRID}:trigger", execution | {"_trigger_source": "run-2/step-1"})
    assert first.json()["event_id"] != other.json()["event_id"]


def test_the_same_execution_with_another_seed_is_a_409(api: Api, execution: dict[str, Any], store: Store):
    api.send("post", f"{GRID}:trigger", execution)
    other = store.upsert("opportunity", opportunity_number="O-2")
    seed = {"entity_id": str(other.entity_id), "node_id": "opportunity"}
    answer = api.send("post", f"{GRID}:trigger", execution | {"seed": seed})
    assert (answer.status_code, answer.json()["code"]) == (409, "TRIGGER_SOURCE_REUSED")
    assert CoreEvent.objects.count() == 1


def test_a_firing_that_failed_may_be_repeated(api: Api, execution: dict[str, Any]):
    assert api.send("post", f"{GRID}:trigger", execution | {"fields": {"event_attachments": 7}}).status_code == 400
    assert api.send("post", f"{GRID}:trigger", execution).status_code == 200


@pytest.mark.parametrize("index", [2**64 - 1, 2**64, 10**23, -(10**23)])
def test_a_number_beyond_64_bits_is_a_400(api: Api, execution: dict[str, Any], index: int):
    fields = {"event_attachments": [{"entity_id": str(uuid4()), "version_index": index, "filename": "a.pdf"}]}
    answer = api.send("post", f"{GRID}:trigger", execution | {"fields": fields})
    assert (answer.status_code, CoreEvent.objects.count()) == (400, 0)
