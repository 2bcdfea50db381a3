"""An event posted over HTTP becomes an entity that the API finds, through the real server and the real worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.workload import configuration, payload, requests
from tools.running import Hub, own_database, wait_for


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Hub]:
    """SQLite and the embedded worker."""
    hub = Hub(tmp_path, f"sqlite:///{tmp_path}/hub.sqlite3")
    yield hub
    hub.end()


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Hub]:
    """PostgreSQL, Redis and a real Celery worker."""
    with own_database() as database_url:
        hub = Hub(tmp_path, database_url, redis_url=os.environ["CELERY_BROKER_URL"])
        yield hub
        hub.end()


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
