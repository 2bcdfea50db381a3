"""Old payloads are packed, and read as if they were not."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.audit import Actor
from hub.ids import to_text
from hub.retention import running
from hub.retention.ages import choose_ages
from hub.retention.models import PackedPayload
from inbound import packing
from inbound.bodies import read_bodies
from inbound.events import EVENT_PREFIX
from inbound.models import InboundBody, InboundEvent, InboundOutcome
from inbound.receive.arrivals import Sender
from inbound.replay import replay_events
from inbound.retention_kinds import PAYLOADS
from tests.builders import NOW
from tests.cast import VIEWER
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db

LONG = "Maier-Leibnitz " * 40


@pytest.fixture(autouse=True)
def _after_all_ids(clock: FixedClock) -> None:
    """Ids are made by the real clock, which is more than a week behind the test's own from now on."""
    clock.move(days=900)


def where() -> tuple[int, int]:
    """How many payloads lie as they came, and how many packed."""
    return InboundBody.objects.count(), PackedPayload.objects.count()


def settled(erp: Erp, name: str = LONG) -> InboundEvent:
    """An event that ended, with its payload as it came."""
    erp.sync(customer("1", name))
    return InboundEvent.objects.get()


def test_the_payload_of_an_event_that_ended_is_packed_and_smaller(erp: Erp) -> None:
    event = settled(erp)
    assert packing.pack() == 1
    assert where() == (0, 1)
    assert len(PackedPayload.objects.get().body) < event.body_bytes / 2


def test_what_is_packed_is_read_byte_for_byte(erp: Erp) -> None:
    event = settled(erp)
    before = read_bodies([event.pk])
    packing.pack()
    assert read_bodies([event.pk]) == before


def test_an_event_that_still_waits_keeps_its_payload_as_it_came(erp: Erp) -> None:
    erp.send(erp.event(customer("1", LONG)))
    assert packing.pack() == 0
    assert where() == (1, 0)


def test_what_does_not_shrink_stays_as_it_came(erp: Erp) -> None:
    settled(erp)
    InboundBody.objects.update(body=os.urandom(500))
    assert packing.pack() == 0
    assert where() == (1, 0)


def test_a_packed_payload_is_replayed(erp: Erp) -> None:
    event = settled(erp)
    packing.pack()
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    text = to_text(EVENT_PREFIX, event.pk)
    [result] = replay_events(sender=sender, integration_id=erp.integration.pk, event_ids=[text], at=event.received_at)
    drain()
    assert result.status == "queued"
    assert set(InboundOutcome.objects.values_list("status", flat=True)) == {"success"}


def test_the_page_of_an_event_shows_a_packed_payload(erp: Erp, client_of: Callable[[Any], Client]) -> None:
    event = settled(erp)
    packing.pack()
    page = client_of(VIEWER).get(f"/app/events/{to_text(EVENT_PREFIX, event.pk)}").content.decode()
    assert "Maier-Leibnitz" in page


def test_a_packed_payload_goes_when_its_time_is_over(erp: Erp, clock: FixedClock) -> None:
    choose_ages(organization=erp.organization, days={PAYLOADS: 30}, actor=Actor("user", "1"), at=NOW)
    settled(erp)
    packing.pack()
    clock.move(days=31)
    running.apply()
    assert where() == (0, 0)
    assert InboundEvent.objects.exists()


def test_a_full_batch_is_followed_by_another(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        erp.sync(customer(str(number), LONG))
    monkeypatch.setattr("hub.retention.packing.ROWS_PER_TRANSACTION", 2)
    assert packing.pack() == 5
