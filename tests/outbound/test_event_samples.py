"""Samples of core events, sent from their pages to chosen listeners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from outbound.delivering import turn
from tests.cast import ADMIN, VIEWER
from tests.outbound.world import EVENT, World, mapping
from tests.receiver import Receiver

ADDRESS = f"/app/core-events/{EVENT}/sample"


@pytest.fixture
def world(transactional_db: None, settings: Any, receiver: Receiver, organization: Organization) -> World:
    """Home of the cast, with an ERP that listens on loopback."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    return World(organization, receiver)


@pytest.fixture
def admin(client_of: Callable[..., Client], world: World) -> Client:
    """Somebody of the world who may send samples."""
    return client_of(ADMIN)


def keys(client: Client) -> list[str]:
    return [one.key for one in client.get(ADDRESS).context["listeners"]]


def send(client: Client, *listeners: str, **more: str):
    mark = client.get(ADDRESS).context["mark"]
    return client.post(ADDRESS, {"listener": listeners, "form_mark": mark} | more)


def test_a_sample_reaches_the_chosen_listener_marked_as_a_test(admin, world):
    world.webhook()
    world.use_case(mapping(jsonata_expression='{"source": _event_source}'))
    shown = send(admin, *keys(admin))
    assert ["failure" in one for one in shown.context["results"]] == [False]
    turn.work()
    [request] = world.receiver.requests
    assert request.json == {"source": "test"}
    assert world.delivery().is_test


def test_an_event_of_the_past_is_sent_once_more_as_a_test(admin, world):
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    event_id = admin.get(f"/app/core-events/{EVENT}?tab=history").context["past"][0].event_id
    send(admin, *keys(admin), event=event_id)
    turn.work()
    assert [one.json["number"] for one in world.receiver.requests] == ["C-1", "C-1"]


def test_a_listener_that_polls_takes_no_sample(admin, world):
    world.use_case(mapping(delivery={"type": "poll"}))
    answer = send(admin, *keys(admin))
    assert (answer.status_code, world.deliveries()) == (422, [])


def test_without_a_choice_nothing_is_sent(admin, world):
    world.webhook()
    world.use_case()
    assert send(admin).status_code == 422
    assert world.deliveries() == []


def test_a_form_that_is_sent_again_sends_nothing(admin, world):
    world.webhook()
    world.use_case()
    first = send(admin, *keys(admin))
    assert admin.post(ADDRESS, first.wsgi_request.POST).status_code == 422
    assert len(world.deliveries()) == 1


def test_an_event_that_is_not_there_is_not_found(admin, world):
    assert admin.get(f"{ADDRESS}?event=01KEZ4QZ8V6X3M2N1P0Q9R8S7T").status_code == 404


def test_somebody_who_may_only_look_sends_nothing(client_of, world):
    assert client_of(VIEWER).get(ADDRESS).status_code == 403


def test_the_page_of_an_event_names_who_listens_and_what_it_has_led_to(admin, world):
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    [(listener, url)] = admin.get(f"/app/core-events/{EVENT}").context["listeners"]
    assert (listener.target, url.startswith("/app/integrations/")) == ("ERP", True)
    [past] = admin.get(f"/app/core-events/{EVENT}?tab=history").context["past"]
    assert (past.reach.deliveries, past.reach.failed) == (1, 0)
