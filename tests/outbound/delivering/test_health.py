"""A receiver that has taken nothing for a day is said to be unhealthy; one that is gone is switched off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.accounts.models import AuditEntry
from monitoring.models import MonitoringEvent
from outbound.delivering.circuits import Seen, judge
from outbound.models import DeliveryState, Endpoint, Webhook
from outbound.status import outbound_status
from outbound.webhooks.status import Health, health_of
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.outbound.world import World
from tests.receiver import Receiver, Reply

pytestmark = pytest.mark.django_db
LOST, GOT_THROUGH = False, True


def health_after(*ends: bool, hours: float = 24.0) -> Health:
    """After deliveries that ended so, evenly over so many hours."""
    for place, end in enumerate(ends):
        at = NOW + timedelta(hours=hours) * (place / max(len(ends) - 1, 1))
        judge({"wh_1": Seen(1, ends=[end])}, at)
    return health_of(Endpoint.objects.filter(pk="wh_1").first())


def test_ten_lost_deliveries_over_a_day_are_unhealthy() -> None:
    assert health_after(*[LOST] * 10) is Health.UNHEALTHY


@pytest.mark.parametrize(
    ("ends", "hours"), [([LOST] * 9, 48), ([LOST] * 100, 23.9), ([LOST] * 9 + [GOT_THROUGH] + [LOST] * 9, 48)]
)
def test_fewer_or_faster_or_not_in_a_row_are_not(ends: list[bool], hours: float) -> None:
    assert health_after(*ends, hours=hours) is Health.HEALTHY


def test_one_that_gets_through_makes_it_healthy_again() -> None:
    health_after(*[LOST] * 10)
    judge({"wh_1": Seen(1, ends=[GOT_THROUGH])}, NOW + timedelta(days=2))
    assert health_of(Endpoint.objects.get(pk="wh_1")) is Health.HEALTHY


def unhealthy(world: World, receiver: Receiver, clock: FixedClock, **webhook: Any) -> Webhook:
    """A webhook whose receiver refuses everything for a day."""
    receiver.answer_in_turn(Reply(404))
    row = world.webhook(**webhook)
    world.use_case()
    for number in range(10):
        world.change_contact(f"C-{number}")
        world.work()
        clock.move(hours=3)
    return row


def test_it_is_shown_and_nothing_is_switched_off(world: World, receiver: Receiver, clock: FixedClock) -> None:
    webhook = unhealthy(world, receiver, clock)
    world.organization.refresh_from_db()
    [status] = outbound_status(world.integration, world.organization, clock.now())
    assert [one.as_json()["health"] for one in status.webhooks] == ["unhealthy"]
    webhook.refresh_from_db()
    assert webhook.enabled


def test_a_receiver_that_is_gone_has_its_webhook_switched_off_in_every_answer(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(410))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    webhook = Webhook.objects.get(pk="wh_1")
    assert (webhook.enabled, webhook.configuration["enabled"]) == (False, False)
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "RECEIVER_GONE")


def test_that_is_an_error_in_monitoring_and_an_entry_of_the_audit_trail(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(410))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    assert MonitoringEvent.objects.get(code="RECEIVER_GONE").level == "error"
    assert AuditEntry.objects.get(action="webhook.disabled").object_id == "wh_1"


def test_what_waited_for_it_ends_at_once(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(503), Reply(410))
    world.webhook()
    world.use_case()
    world.change_contact("C-1")
    world.work()
    world.change_contact("C-2")
    world.work()
    assert [one.code for one in world.deliveries()] == ["WEBHOOK_DISABLED", "RECEIVER_GONE"]
