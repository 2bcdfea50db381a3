"""Somebody changes a contact over HTTP, the ERP gets it and acknowledges: real server, real worker, real receiver."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.receiver import Receiver, Reply, listening
from tools.running import Hub, wait_for

EXPRESSION = '{"_ack_id": _ack_id, "customerNumber": contact.customer_number, "emails": [contact.email.email]}'


@pytest.fixture
def erp() -> Iterator[Receiver]:
    """Answers 503 once, then 200."""
    with listening() as receiver:
        receiver.answer_in_turn(Reply(503), Reply(200))
        yield receiver


def walk(hub: Hub, erp: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure, change, receive, acknowledge."""
    monkeypatch.setenv("HUB_EGRESS_ALLOW", "127.0.0.1")
    token = hub.prepare()
    hub.start_web()
    hub.start_worker()
    webhook = {"name": "ERP", "eventName": "erp", "url": f"{erp.url}/events"}
    webhook_id = hub.request("POST", "/v1/webhooks/configs", webhook, token).json()["id"]
    mapping = {
        "name": "Customer",
        "enabled": True,
        "jsonata_expression": EXPRESSION,
        "delivery": {"type": "webhook", "webhook_id": webhook_id},
    }
    use_case = {
        "name": "Details",
        "slug": "details",
        "type": "outbound",
        "enabled": True,
        "configuration": {"event_catalog_event": "CustomerDetailsUpdated", "mappings": [mapping]},
    }
    integration = hub.request("POST", "/v2/integrations", {"name": "ERP", "use_cases": [use_case]}, token).json()
    contact = hub.request("POST", "/v1/entity/contact", {"customer_number": "C-1"}, token).json()
    change = {"email": [{"email": "ada@example.com"}]}
    hub.request("PATCH", f"/v1/entity/contact/{contact['_id']}", change, token)
    wait_for(lambda: len(erp.requests) >= 2, "the event and its retry to arrive", patience_s=30)
    first, second = erp.requests[:2]
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert second.json["customerNumber"] == "C-1"
    assert second.json["emails"] == ["ada@example.com"]
    acknowledged = hub.request("POST", "/v1/erp/tracking/acknowledgement", {"ack_id": second.json["_ack_id"]}, token)
    assert acknowledged.status == 200
    query = f"/v1/integrations/{integration['id']}/monitoring/outbound-events"
    done = lambda: [one["status"] for one in hub.request("POST", query, {}, token).json()["data"]] == ["succeeded"]  # noqa: E731
    wait_for(done, "the delivery to be recorded")
    again = hub.request("POST", "/v1/erp/tracking/acknowledgement", {"ack_id": second.json["_ack_id"]}, token)
    assert (again.status, again.json()["code"]) == (404, "ALREADY_ACKNOWLEDGED")


def test_a_core_event_reaches_the_erp_from_the_embedded_hub(
    embedded: Hub, erp: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(embedded, erp, monkeypatch)


@pytest.mark.services
def test_a_core_event_reaches_the_erp_through_celery(
    production: Hub, erp: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(production, erp, monkeypatch)
