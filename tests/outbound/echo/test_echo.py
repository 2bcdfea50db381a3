"""The echo receiver: deliveries arrive and fit their signatures, it fails when told to, events are acknowledged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Role
from hub.events.switches import switch_on
from outbound.echo.memory import MOST_KEPT, Plan, recall, set_plan
from outbound.echo.setting_up import is_in_reach
from outbound.models import Acknowledgement, DeliveryState, Webhook
from outbound.ui.echo import PlanForm
from tests.builders import make_member, make_organization
from tests.conftest import FixedClock
from tests.hub.entities.files.builders import a_file
from tests.hub.entities.files.conftest import folder as folder
from tests.outbound.world import World, mapping

ECHO = "/app/echo"


@pytest.fixture
def echo_world(world: World, live_server: Any, settings: Any) -> World:  # Any: fixtures of the framework
    """A hub that may call itself, and does."""
    settings.HUB_BASE_URL = live_server.url.replace("localhost", "127.0.0.1")
    return world


@pytest.fixture
def owner(world: World) -> Client:
    """Somebody who may do everything there."""
    client = Client()
    client.force_login(make_member(organization=world.organization, role=Role.OWNER).user)
    return client


def made(owner: Client) -> tuple[Webhook, str]:
    """A webhook that was made by one click, and the end of its address."""
    owner.post(f"{ECHO}/make")
    webhook = Webhook.objects.get()
    return webhook, str(webhook.configuration["url"]).rpartition("/")[2]


def deliver(world: World) -> None:
    """Something happens, and is worked off."""
    world.organization.refresh_from_db()
    world.change_contact()
    world.work()


def test_one_click_makes_a_webhook_whose_event_arrives(echo_world: World, owner: Client) -> None:
    _webhook, name = made(owner)
    deliver(echo_world)
    [arrived] = recall(name).arrived
    assert json.loads(arrived.body)["_event_name"] == "CustomerDetailsUpdated"
    assert arrived.checked is not None
    assert arrived.checked.is_valid
    assert echo_world.delivery().state == DeliveryState.SUCCEEDED


def test_it_fails_as_often_as_it_is_told_to(echo_world: World, owner: Client, clock: FixedClock) -> None:
    _webhook, name = made(owner)
    plan = {"failures": 1, "status": 429, "retry_after_s": 60, "pause_ms": 0}
    owner.post(f"{ECHO}/{name}/plan", plan)
    deliver(echo_world)
    delivery = echo_world.delivery()
    assert (delivery.state, delivery.status_code) == (DeliveryState.WAITING, 429)
    assert delivery.next_attempt_at is not None
    assert (delivery.next_attempt_at - clock.at).total_seconds() == 60
    clock.move(seconds=61)
    echo_world.work()
    assert [one.answered for one in recall(name).arrived] == [200, 429]


def test_an_event_is_acknowledged_on_its_page(echo_world: World, owner: Client) -> None:
    webhook, name = made(owner)
    echo_world.use_case(mapping(webhook.pk))
    deliver(echo_world)
    ack_id = recall(name).arrived[0].ack_id
    assert "Acknowledge" in owner.get(ECHO).content.decode()
    owner.post(f"{ECHO}/{name}/acknowledge", {"ack_id": str(ack_id)})
    assert Acknowledgement.objects.get().state == Acknowledgement.State.ACKNOWLEDGED


def test_an_event_is_refused_on_its_page(echo_world: World, owner: Client) -> None:
    webhook, name = made(owner)
    echo_world.use_case(mapping(webhook.pk))
    deliver(echo_world)
    owner.post(f"{ECHO}/{name}/acknowledge", {"ack_id": str(recall(name).arrived[0].ack_id), "refuse": "1"})
    assert Acknowledgement.objects.get().state == Acknowledgement.State.FAILED


def test_a_request_that_somebody_else_made_up_is_told_as_such(echo_world: World, owner: Client) -> None:
    _webhook, name = made(owner)
    sent = {"webhook-id": "msg_1", "webhook-timestamp": "1768464000", "webhook-signature": "v1,AAAA"}
    Client().post(f"/echo/{name}", "{}", content_type="application/json", headers=sent)
    [row] = owner.get(ECHO).context["rows"]
    assert row["verdict"].title == "The signature does not fit."


def test_the_last_requests_are_remembered_and_no_more(echo_world: World, owner: Client) -> None:
    _webhook, name = made(owner)
    for number in range(MOST_KEPT + 2):
        Client().post(f"/echo/{name}?number={number}")
    arrived = recall(name).arrived
    assert len(arrived) == MOST_KEPT
    assert arrived[0].target == f"/echo/{name}?number={MOST_KEPT + 1}"


def test_credentials_are_not_shown(echo_world: World, owner: Client) -> None:
    _webhook, name = made(owner)
    Client().post(f"/echo/{name}", headers={"authorization": "Bearer hunter2", "x-api-key": "hunter2"})
    assert "hunter2" not in owner.get(ECHO).content.decode()


def test_new_requests_are_counted_since_the_page_was_drawn(echo_world: World, owner: Client) -> None:
    _webhook, name = made(owner)
    Client().post(f"/echo/{name}")
    live_url = owner.get(ECHO).context["live_url"]
    assert owner.get(live_url).json() == {"count": 0}
    Client().post(f"/echo/{name}")
    assert owner.get(live_url).json() == {"count": 1}


def test_requests_are_forgotten_on_demand(echo_world: World, owner: Client) -> None:
    _webhook, name = made(owner)
    set_plan(name, Plan(failures=3))
    Client().post(f"/echo/{name}")
    owner.post(f"{ECHO}/{name}/clear")
    assert (recall(name).arrived, recall(name).plan.failures) == ((), 2)


def test_an_address_that_no_webhook_has_is_not_there(echo_world: World) -> None:
    assert Client().post("/echo/nobody").status_code == 404
    assert recall("nobody").arrived == ()


@pytest.mark.parametrize("act", ["plan", "clear", "acknowledge"])
def test_another_organization_does_not_reach_it(echo_world: World, owner: Client, act: str) -> None:
    _webhook, name = made(owner)
    neighbour = Client()
    elsewhere = make_organization(slug="next-door", name="Next door")
    neighbour.force_login(make_member(organization=elsewhere, role=Role.OWNER).user)
    assert neighbour.post(f"{ECHO}/{name}/{act}").status_code == 404
    assert name not in neighbour.get(ECHO).content.decode()


def test_a_hub_that_may_not_call_itself_says_what_to_do(world: World, owner: Client, settings: Any) -> None:
    settings.HUB_EGRESS_ALLOW = []
    assert not is_in_reach()
    shown = owner.post(f"{ECHO}/make", follow=True).content.decode()
    assert "name its host in HUB_EGRESS_ALLOW" in shown
    assert not Webhook.objects.exists()


def test_the_plan_refuses_what_it_cannot_do() -> None:
    assert not PlanForm({"failures": 1000, "status": 200, "retry_after_s": -1, "pause_ms": 10**6}).is_valid()


def test_a_form_with_files_fits_its_signature(echo_world: World, owner: Client, folder: Path) -> None:
    webhook, name = made(owner)
    webhook.configuration |= {"deliveryMode": "binary_multipart", "eventName": "event_FileCreated"}
    webhook.event_name = "event_FileCreated"
    webhook.version += 1
    webhook.save()
    switch_on(organization_id=echo_world.organization.pk, name="FileCreated")
    echo_world.organization.bump_config_version()
    a_file(echo_world.organization, bytes(range(256)) * 9, "Übersicht.pdf")
    echo_world.work()
    [arrived] = recall(name).arrived
    assert b"\xc3\x9cbersicht.pdf" in arrived.body
    assert arrived.checked is not None
    assert arrived.checked.is_valid
