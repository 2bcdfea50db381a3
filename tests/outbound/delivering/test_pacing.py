"""A webhook with a limit gets its requests no faster than that; nothing fails for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from outbound.deliveries import held_webhooks
from outbound.delivering.pacing import Pace
from outbound.models import DeliveryState, WebhookPace
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.outbound.world import World, mapping
from tests.receiver import Receiver


def moments_of(pace: Pace, *, seconds: int, step: timedelta) -> list[datetime]:
    """When requests go out of a queue that is never empty, looked at again and again."""
    sent: list[datetime] = []
    at, free_at = NOW, None
    while at < NOW + timedelta(seconds=seconds):
        room = pace.room(free_at, at)
        free_at = pace.after(free_at, at, room)
        sent += [at] * room
        at += step
    return sent


@pytest.mark.parametrize("limit", [1, 2, 7, 30, 60, 119, 600])
@pytest.mark.parametrize("step_s", [0.1, 2.0, 10.0])
def test_no_minute_ever_has_more_than_the_limit(limit: int, step_s: float) -> None:
    sent = moments_of(Pace.of(limit), seconds=300, step=timedelta(seconds=step_s))
    most = max(sum(start <= one < start + timedelta(minutes=1) for one in sent) for start in sent)
    assert most <= limit


@pytest.mark.parametrize("limit", [1, 7, 60, 600])
def test_a_worker_that_looks_every_two_seconds_makes_nearly_all_of_it(limit: int) -> None:
    sent = moments_of(Pace.of(limit), seconds=600, step=timedelta(seconds=2))
    assert len(sent) >= 0.85 * limit * 10


def test_what_is_above_the_limit_waits_and_goes_out_later(world: World, receiver: Receiver, clock: FixedClock) -> None:
    world.webhook(requestsPerMinute=24)
    world.use_case()
    for number in range(5):
        world.change_contact(f"C-{number}")
    world.work()
    assert len(receiver.requests) == 2
    assert [one.state for one in world.deliveries()].count(DeliveryState.WAITING) == 3
    clock.move(minutes=1)
    world.work()
    clock.move(minutes=1)
    world.work()
    assert {one.state for one in world.deliveries()} == {DeliveryState.SUCCEEDED}


def test_waiting_for_the_limit_uses_up_no_attempt(world: World, receiver: Receiver, clock: FixedClock) -> None:
    world.webhook(requestsPerMinute=1)
    world.use_case()
    world.change_contact("C-1")
    world.change_contact("C-2")
    world.work()
    world.work()
    clock.move(minutes=1)
    world.work()
    assert [one.attempts for one in world.deliveries()] == [1, 1]


def test_a_webhook_at_its_limit_is_told_to_hold_its_deliveries(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    world.webhook(requestsPerMinute=1)
    world.use_case()
    world.change_contact("C-1")
    world.work()
    assert held_webhooks(world.organization) == {"wh_1"}
    clock.move(minutes=1)
    assert held_webhooks(world.organization) == frozenset()


def test_a_limit_slows_nobody_else(world: World, receiver: Receiver) -> None:
    world.webhook("wh_1", requestsPerMinute=1)
    world.webhook("wh_2")
    world.use_case(mapping("wh_1", number=1), mapping("wh_2", number=2))
    for number in range(3):
        world.change_contact(f"C-{number}")
    world.work()
    done = [one.webhook_id for one in world.deliveries() if one.state == DeliveryState.SUCCEEDED]
    assert (done.count("wh_1"), done.count("wh_2")) == (1, 3)


def test_without_a_limit_nothing_is_kept_about_the_pace(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case()
    world.change_contact("C-1")
    world.work()
    assert not WebhookPace.objects.exists()
