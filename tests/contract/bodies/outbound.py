"""What is sent to the operations of webhooks, deliveries, queues and automations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.bodies.plain import Body, no_body
from tests.contract.things import Things
from tests.outbound.automations.builders import EVENT_TRIGGER, mapped


def _triggering(things: Things) -> dict[str, Any]:
    flow = {"flow_id": "f", "flow_action_id": "fa", "flow_name": "Inform", "activity_id": things.change_id}
    run = {"execution_id": "e", "action_id": "a", "created_at": "2026-01-15T08:00:00Z"}
    return flow | run | {"org_id": things.organization_id, "webhook_id": things.hook_id, "entity_id": things.entity_id}


NEW_AUTOMATION = {"name": "Follow up", "trigger": EVENT_TRIGGER, "steps": [mapped()]}
NEW_WEBHOOK = {"name": "To the ERP", "eventName": "event_ContractCreated", "url": "https://erp.example.com/hook"}
BODIES: Mapping[str, Body] = {
    "pollMessages": lambda things: {"limit": 5},
    "acknowledgeMessages": lambda things: {"acks": [{"id": things.message_id, "lease_token": things.lease_token}]},
    "listDeadLetters": no_body,
    "redriveDeadLetters": lambda things: {"ids": [things.letter_id]},
    "unblockMessages": lambda things: {"reason": "checked"},
    "simulateOutboundMapping": lambda things: {"jsonata_expression": "{'number': n}", "payload": {"n": 1}},
    "listWebhooks": no_body,
    "createWebhook": lambda things: NEW_WEBHOOK,
    "getWebhook": no_body,
    "replaceWebhook": lambda things: NEW_WEBHOOK | {"enabled": False},
    "deleteWebhook": no_body,
    "rotateWebhookSecret": lambda things: {"overlapHours": 1},
    "pauseWebhook": no_body,
    "resumeWebhook": no_body,
    "testWebhookConnection": no_body,
    "testWebhookOAuth": no_body,
    "sendWebhookTest": lambda things: {},
    "triggerWebhook": lambda things: {"metadata": {"action": "reorder"}, "entity": {"number": "C-1"}},
    "getWebhookExample": lambda things: {},
    "listWebhookDeliveries": lambda things: {"limit": 5},
    "getWebhookDelivery": no_body,
    "replayWebhookDelivery": lambda things: {"reason": "restored"},
    "replayWebhookDeliveries": lambda things: {"eventIds": [things.delivery_id]},
    "acknowledgeTracking": lambda things: {"ack_id": things.ack_id},
    "triggerErp": _triggering,
    "listAutomations": no_body,
    "createAutomation": lambda things: NEW_AUTOMATION,
    "getAutomation": no_body,
    "replaceAutomation": lambda things: NEW_AUTOMATION | {"condition": "true"},
    "deleteAutomation": no_body,
    "testAutomation": lambda things: {"payload": {"contact": {"customer_number": "C-1"}}},
    "listAutomationRuns": no_body,
    "getAutomationRun": no_body,
    "retryAutomationRun": lambda things: {"from_start": True},
}
