"""What waits for a webhook that is switched off or deleted ends with it, at once; a pause only holds it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.accounts.audit import SYSTEM
from integrations.operations.author import Author
from monitoring.models import MonitoringEvent
from outbound.deliveries import held_webhooks
from outbound.models import Delivery, DeliveryState
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.operations import (
    delete_webhook,
    pause_webhook,
    replace_webhook,
    resume_webhook,
    set_enabled,
)
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.outbound.world import World
from tests.receiver import Receiver, Reply


def author(world: World) -> Author:
    return Author(organization=world.organization, actor=SYSTEM, is_admin=True, at=NOW)


def switch_off(world: World) -> None:
    set_enabled(author=author(world), webhook_id="wh_1", enabled=False)


def replace(world: World) -> None:
    sent = SentWebhook.parse({"name": "ERP", "eventName": "erp", "url": f"{world.receiver.url}/", "enabled": False})
    replace_webhook(author=author(world), webhook_id="wh_1", sent=sent)


def delete(world: World) -> None:
    delete_webhook(author=author(world), webhook_id="wh_1")


@pytest.fixture
def waiting(world: World, receiver: Receiver) -> Delivery:
    """A delivery that is to be tried again."""
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    return world.delivery()


@pytest.mark.parametrize("end", [switch_off, replace, delete])
def test_what_waits_ends_in_the_same_moment(world: World, waiting: Delivery, end: Callable[[World], None]) -> None:
    end(world)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.code, waiting.next_attempt_at) == (DeliveryState.FAILED, "WEBHOOK_DISABLED", None)


def test_monitoring_is_told(world: World, waiting: Delivery) -> None:
    switch_off(world)
    assert MonitoringEvent.objects.get(code="WEBHOOK_DISABLED").message == "The webhook was disabled."


def test_a_pause_holds_what_waits_and_says_so(
    world: World, receiver: Receiver, waiting: Delivery, clock: FixedClock
) -> None:
    pause_webhook(author=author(world), webhook_id="wh_1")
    assert held_webhooks(world.organization) == {"wh_1"}
    clock.move(seconds=6)
    world.work()
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.WAITING


def test_after_a_pause_it_goes_on(world: World, waiting: Delivery, clock: FixedClock) -> None:
    pause_webhook(author=author(world), webhook_id="wh_1")
    clock.move(seconds=6)
    resume_webhook(author=author(world), webhook_id="wh_1")
    world.work()
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.SUCCEEDED


def test_switching_on_again_brings_nothing_back(world: World, waiting: Delivery) -> None:
    switch_off(world)
    set_enabled(author=author(world), webhook_id="wh_1", enabled=True)
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.FAILED
