"""What is sent to the operations of inbound events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.bodies.plain import Body, component, no_body
from tests.contract.things import Things
from tests.inbound.conftest import CONTACT, customer


def _events(things: Things) -> dict[str, Any]:
    event = {"timestamp": "2026-01-15T07:59:00Z", "event_type": "UPDATE", "object_type": "customer"}
    return {"events": [event | {"format": "json", "payload": customer("1")}]}


def _stored_simulation(things: Things) -> dict[str, Any]:
    event = {"use_case_slug": "customer", "format": "json", "payload": customer("1")}
    return {"integration_id": things.integration_id, "event": event}


def _older_simulation(things: Things) -> dict[str, Any]:
    mapping = {"version": "2.0", "mapping": {"events": {"customer": CONTACT}}}
    return {
        "mapping_configuration": mapping,
        "object_type": "customer",
        "format": "json",
        "payload": customer("1"),
    }


def _direct_simulation(things: Things) -> dict[str, Any]:
    operation = {"entity_slug": "contact", "unique_ids": {"customer_number": "1"}, "attributes": {}}
    return {"event_configuration": {"direct": True}, "payload": {"version": "1", "operations": [operation]}}


BODIES: Mapping[str, Body] = {
    "processErpUpdatesEvents": lambda things: component(things) | {"meta": {}} | _events(things),
    "processErpUpdatesEventsV2": lambda things: {"integration_id": things.integration_id} | _events(things),
    "processErpUpdatesEventsV3": lambda things: {"integration_id": things.integration_id} | _events(things),
    "simulateMapping": _older_simulation,
    "simulateMappingV2": _stored_simulation,
    "simulateDirect": _direct_simulation,
    "listHeldPrunes": no_body,
    "getHeldPrune": no_body,
    "approveHeldPrune": lambda things: {"reason": "checked"},
    "rejectHeldPrune": lambda things: {"reason": "checked"},
    "callInlet": no_body,
    "postToInlet": lambda things: {"number": "C-1"},
}
