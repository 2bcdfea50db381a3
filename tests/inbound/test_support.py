"""Support runs an event again, in the name of whoever asked."""

from __future__ import annotations

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, User
from inbound.models import InboundEvent
from inbound.receive.store import ConfigurationMoved
from tests.builders import make_user
from tests.hub.support.confirming import confirmed
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
