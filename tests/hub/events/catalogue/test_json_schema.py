"""JSON Schemas of events: draft 2020-12, with the schemas of the organization, and no stricter than what happens."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from hub.entities.schemas.json_schema import DRAFT
from hub.events.catalogue import built_in, built_ins, json_schema_of, misfits, sample_of
from tests.hub.events.catalogue.books import EXTENDED, ORGANIZATION, PLAIN, SELF_SERVICE

pytestmark = pytest.mark.once
every_event = pytest.mark.parametrize("name", built_ins())


def sample(name: str) -> dict[str, Any]:
    return sample_of(built_in(name), SELF_SERVICE, organization=ORGANIZATION)


@every_event
def test_a_schema_is_a_document_of_the_draft_of_2020(name: str):
    document = json_schema_of(built_in(name), EXTENDED)
    assert document["$schema"] == DRAFT
    jsonschema_rs.meta.validate(document)


def test_a_customer_may_be_a_contact_or_an_account():
    form = json_schema_of(built_in("LocationMoveRequested"), PLAIN)["properties"]["customer"]
    assert form["properties"]["_schema"]["enum"] == ["contact", "account"]
    assert {"birthdate", "tax_id"} <= set(form["properties"])
    assert form["required"] == ["_id", "_schema"]


def test_operation_and_entity_are_asked_for_only_where_an_operation_fired():
    document = json_schema_of(built_in("OrderSubmission"), PLAIN)
    by_operation = sample("OrderSubmission")
    by_hand = by_operation | {"_trigger_source_type": "api"}
    inbound = by_operation | {"_trigger_source_type": "inbound"}
    del by_operation["operation"], by_hand["operation"], inbound["operation"]
    assert misfits(document, by_operation) == misfits(document, inbound) == [("operation", "is required")]
    assert misfits(document, by_hand) == []


def test_an_event_of_automations_alone_needs_its_seed_and_its_source():
    document = json_schema_of(built_in("CustomerRequestSubmitted"), PLAIN)
    assert {"ticket", "_trigger_source", "_trigger_source_type", "event_attachments"} <= set(document["required"])
    assert "contact" not in document["required"]


def test_nodes_hold_no_null_but_may_lack_everything():
    document, payload = json_schema_of(built_in("FileCreated"), PLAIN), sample("FileCreated")
    bare = {"_id": payload["file"]["_id"], "_schema": "file"}
    assert misfits(document, payload | {"file": bare}) == []
    assert misfits(document, payload | {"file": bare | {"filename": None}}) != []


def test_types_that_attributes_share_stand_once():
    document = json_schema_of(built_in("OrderSubmission"), PLAIN)
    address = document["properties"]["order"]["properties"]["delivery_address"]
    assert address == {"title": "Delivery address", "$ref": "#/$defs/addresses"}
    assert document["$defs"]["addresses"]["type"] == "array"
