"""Events of the oldest form reach the integration that a component of a registered app is mapped to."""

from __future__ import annotations

import pytest

from inbound.models import InboundEvent
from tests.builders import make_token
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db

EVENTS = "/v1/erp/updates/events"


@pytest.fixture
def erp(organization):
    return Erp(organization)


@pytest.fixture
def machine(client_of, organization):
    return client_of(make_token(organization=organization))


@pytest.fixture
def pair(machine):
    """app_id and component_id of an app that was just registered."""
    action = {"type": "automation_action", "name": "Book", "configuration": {"url": "https://app.example.com/act"}}
    app = machine.post("/v1/apps", {"name": "Booking", "components": [action]}, content_type="application/json").json()
    return {"app_id": app["app_id"], "component_id": app["components"][0]["component_id"]}


def send(machine, pair):
    event = {"event_type": "UPDATE", "object_type": "customer", "timestamp": "2026-01-15T08:00:00Z"}
    body = pair | {"meta": {}, "events": [event | {"format": "json", "payload": customer("C-7")}]}
    return machine.post(EVENTS, body, content_type="application/json")


def test_a_mapped_component_is_an_address(machine, erp, pair):
    assert send(machine, pair).json()["code"] == "APP_MAPPING_NOT_FOUND"
    path = f"/v1/integrations/{erp.integration.pk}/app-mapping"
    machine.put(path, pair, content_type="application/json")
    assert send(machine, pair).status_code == 200
    assert InboundEvent.objects.get().integration_id == erp.integration.pk


def test_after_the_app_is_deleted_its_events_are_refused(machine, erp, pair):
    path = f"/v1/integrations/{erp.integration.pk}/app-mapping"
    machine.put(path, pair, content_type="application/json")
    machine.delete(f"/v1/apps/{pair['app_id']}?force=true")
    answer = send(machine, pair)
    assert (answer.status_code, answer.json()["code"]) == (400, "APP_MAPPING_NOT_FOUND")
