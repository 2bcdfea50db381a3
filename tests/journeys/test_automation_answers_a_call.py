"""A system calls a URL, an entity follows, an automation maps it on, publishes an event and calls a receiver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.receiver import Receiver, listening
from tools.running import Hub, wait_for

EVENT: dict[str, Any] = {
    "event_name": "TicketOpened",
    "event_title": "Ticket opened",
    "schema_fields": {
        "subject": {"json_schema": {"type": "string"}, "required": True, "graph_source": "ticket.subject"}
    },
    "entity_graph": {"nodes": [{"id": "ticket", "schema": "ticket", "cardinality": "one"}], "edges": []},
    "mapping": {"mode": "guided"},
}
FIELDS = [{"attribute": "customer_number", "field": "number"}, {"attribute": "last_name", "field": "name"}]
INBOUND = {"entities": [{"entity_schema": "contact", "unique_ids": ["customer_number"], "fields": FIELDS}]}
TICKET = '{"ticket_number": "T-" & entity.customer_number, "subject": "Welcome " & entity.last_name}'


@pytest.fixture
def floor() -> Iterator[Receiver]:
    """The system that is told."""
    with listening() as receiver:
        yield receiver


def made(hub: Hub, token: str, path: str, body: Any) -> Any:
    """What was made. Any: JSON."""
    answer = hub.request("POST", path, body, token)
    assert answer.status < 300, answer.text
    return answer.json()


def automate(hub: Hub, token: str, webhook_id: str) -> str:
    """A ticket for every contact whose name is known, told to the shop floor; the id of the automation."""
    steps = [
        {
            "type": "map_data",
            "expression": TICKET,
            "entity": {"schema": "ticket", "unique_identifiers": ["ticket_number"]},
        },
        {"type": "publish_event", "event_name": "TicketOpened"},
        {"type": "trigger_webhook", "webhook_id": webhook_id},
    ]
    automation = {
        "name": "Welcome",
        "trigger": {"type": "entity_change", "schema": "contact", "include_erp_changes": True},
        "condition": "$exists(entity.last_name)",
        "steps": steps,
    }
    return str(made(hub, token, "/v1/automations", automation)["id"])


def walk(hub: Hub, floor: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure, call the inlet, see everything that follows."""
    monkeypatch.setenv("HUB_EGRESS_ALLOW", "127.0.0.1")
    token = hub.prepare()
    hub.start_web()
    hub.start_worker()
    made(hub, token, "/v1/events", EVENT)
    made(hub, token, "/v1/events/TicketOpened:publish", {})
    floor_at = {"eventName": "automation", "url": f"{floor.url}/floor", "httpMethod": "POST"}
    webhook_id = made(hub, token, "/v1/webhooks/configs", {"name": "Shop floor", **floor_at})["id"]
    listener = {"name": "Listener", "eventName": "event_TicketOpened", "url": f"{floor.url}/event"}
    made(hub, token, "/v1/webhooks/configs", listener)
    automation_id = automate(hub, token, webhook_id)
    use_case = {"name": "Calls", "slug": "calls", "type": "inbound", "enabled": True, "configuration": INBOUND}
    integration = made(hub, token, "/v2/integrations", {"name": "MES", "use_cases": [use_case]})
    inlet = f"/v1/erp/inlets/{integration['id']}/calls"
    assert hub.request("GET", f"{inlet}?number=C-0", None, token).status == 202
    called = hub.request("GET", f"{inlet}?number=C-1&name=Kern", None, token)
    assert (called.status, called.json()["status"]) == (202, "success")
    wait_for(lambda: len(floor.requests) >= 2, "the webhook and the event to arrive", patience_s=30)
    told = {request.path: request.json for request in floor.requests}
    assert told["/event"]["subject"] == "Welcome Kern"
    assert told["/floor"]["metadata"]["automation_name"] == "Welcome"
    assert told["/floor"]["mapped_entities"][0]["ticket_number"] == "T-C-1"
    runs = hub.request("GET", f"/v1/automations/{automation_id}/runs", None, token).json()["runs"]
    assert sorted((run["status"], run["steps_done"]) for run in runs) == [("skipped", 0), ("succeeded", 3)]


def test_an_automation_answers_a_call_in_the_embedded_hub(
    embedded: Hub, floor: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(embedded, floor, monkeypatch)


@pytest.mark.services
def test_an_automation_answers_a_call_through_celery(
    production: Hub, floor: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(production, floor, monkeypatch)
