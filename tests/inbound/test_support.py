"""Support runs an event again, in the name of whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, User
from inbound.models import InboundEvent, InboundOutcome
from inbound.receive.store import ConfigurationMoved
from tests.builders import make_user
from tests.hub.support.confirming import confirmed, list_of
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    """Who runs the server."""
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def support(person: User) -> Client:
    """Signed in."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def original(erp: Erp) -> InboundEvent:
    """One that has ended."""
    erp.send(erp.event(customer("1")))
    drain()
    return InboundEvent.objects.get()


def test_a_chosen_event_runs_again_and_that_is_audited(original: InboundEvent, support: Client, person: User) -> None:
    confirmed(support, [original], "replay")
    assert InboundEvent.objects.filter(replay_of=original.pk).count() == 1
    assert AuditEntry.objects.get(action="event.replay").actor_id == str(person.pk)


def shown(support: Client, **asked: str) -> str:
    """The list of events."""
    return str(support.get(list_of(InboundEvent), asked).content.decode())


def test_the_list_says_what_became_of_each_event(erp: Erp, support: Client) -> None:
    erp.send(erp.event({"no": "customer"}))
    drain()
    erp.send(erp.event(customer("1")))
    text = shown(support)
    code = InboundOutcome.objects.get().code
    assert [word for word in ("error", code, "received", erp.integration.name) if f">{word}<" not in text] == []


@pytest.mark.parametrize("events", [2, 20])
def test_the_list_costs_the_same_queries_whatever_it_shows(
    erp: Erp, support: Client, count_queries: Callable[[], Any], events: int
) -> None:
    erp.send(*[erp.event(customer(str(number))) for number in range(events - 1)])
    drain()
    erp.send(erp.event(customer("waits")))
    with count_queries() as counted:
        shown(support)
    assert len(counted) == 11


def test_an_event_is_found_by_its_correlation_id(erp: Erp, support: Client) -> None:
    erp.sync(customer("1"), correlation_id="order-4711")
    erp.sync(customer("2"), correlation_id="order-4712")
    found = [shown(support, q=text).count('name="_selected_action"') for text in ("order-4711", "order")]
    assert found == [1, 0]


def test_an_export_has_what_became_of_each_event(original: InboundEvent, support: Client) -> None:
    head, row = confirmed(support, [original], "export_rows").content.decode().splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=True))["outcome_status"] == "success"


def test_an_event_whose_replay_is_on_its_way_is_left_out(original: InboundEvent, support: Client) -> None:
    confirmed(support, [original], "replay")
    text = confirmed(support, [original], "replay").content.decode()
    assert "0 of 1 run again. 1 left out" in text
    assert InboundEvent.objects.filter(replay_of=original.pk).count() == 1


def test_a_configuration_that_changes_just_then_is_told(
    original: InboundEvent, support: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(**_: object) -> None:
        raise ConfigurationMoved

    monkeypatch.setattr("inbound.support.run_at_once", moved)
    assert "nothing ran. Try again." in confirmed(support, [original], "replay").content.decode()
