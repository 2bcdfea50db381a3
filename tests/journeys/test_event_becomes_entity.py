"""An event posted over HTTP becomes an entity that the API finds, through the real server and the real worker."""

from __future__ import annotations

import pytest

from bench.workload import configuration, payload, requests
from tools.running import Hub, wait_for


def walk(hub: Hub) -> None:
    """Create an integration, send one event, and look for the entity until it is there."""
    token = hub.prepare()
    hub.start_web()
    hub.start_worker()
    use_case = {"name": "Customer", "slug": "customer", "type": "inbound", "enabled": True}
    body = {"name": "ERP", "use_cases": [use_case | {"configuration": configuration()}]}
    integration_id = hub.request("POST", "/v2/integrations", body, token).json()["id"]
    [event] = requests(integration_id, events=1, per_request=1)
    answer = hub.request("POST", "/v3/erp/updates/events", event, token)
    assert [result["status"] for result in answer.json()["results"]] == ["success"]
    query = {"q": f'_schema:contact AND customer_number:"{payload(0)["KUNNR"]}"'}
    found = lambda: hub.request("POST", "/v1/entity:search", query, token).json().get("hits") == 1  # noqa: E731
    wait_for(found, "the entity to be found")


def test_an_event_becomes_an_entity_on_the_embedded_hub(embedded: Hub) -> None:
    walk(embedded)


@pytest.mark.services
def test_an_event_becomes_an_entity_through_celery(production: Hub) -> None:
    walk(production)
