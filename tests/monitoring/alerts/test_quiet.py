"""Quiet hours: what falls into them is told when they end, in one message; errors only where they are spared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hub.accounts.models import Organization
from hub.errors import Invalid
from monitoring.alerts.operations.channels import ChannelWish, save_channel
from monitoring.alerts.operations.rules import RuleWish, save_rule
from monitoring.alerts.quiet import QuietHours
from monitoring.alerts.telling.running import PAUSES, work
from monitoring.models import AlertChannel, AlertNotice
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.monitoring.alerts.builders import HALF, author_in, make_channel, make_rule
from tests.monitoring.alerts.test_telling import notice, states
from tests.receiver import Receiver, Reply, listening

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(6))
NOON = QuietHours(time(12), time(13))
MORNING = QuietHours(time(8), time(10))
"""NOW, which is 9 o'clock in Berlin, lies within; one hour is left."""


def at(text: str) -> datetime:
    """A moment by the clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        (NIGHT, "2026-01-15T22:00", "2026-01-16T06:00"),
        (NIGHT, "2026-01-15T23:59:59.999999", "2026-01-16T06:00"),
        (NIGHT, "2026-01-16T00:00", "2026-01-16T06:00"),
        (NIGHT, "2026-01-16T05:59", "2026-01-16T06:00"),
        (NOON, "2026-01-15T12:00", "2026-01-15T13:00"),
        (QuietHours(time(22), time(0)), "2026-01-15T23:00", "2026-01-16T00:00"),
        (NIGHT, "2026-03-28T23:00", "2026-03-29T06:00"),
        (NIGHT, "2026-10-24T23:00", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(hours: QuietHours, moment: str, end: str) -> None:
    assert hours.end_after(at(moment), BERLIN) == at(end)


@pytest.mark.parametrize(
    ("hours", "moment"),
    [(NIGHT, "2026-01-15T21:59"), (NIGHT, "2026-01-15T06:00"), (NOON, "2026-01-15T13:00"), (NOON, "2026-01-15T11:59")],
)
def test_outside_of_them_nothing_is_quiet(hours: QuietHours, moment: str) -> None:
    assert hours.end_after(at(moment), BERLIN) is None


@pytest.mark.parametrize("day", ["2026-03-28T12:00", "2026-10-24T12:00"])
def test_they_end_later_than_now_on_days_that_are_shorter_or_longer_too(day: str) -> None:
    hours = QuietHours(time(22), time(2, 30))
    for minutes in range(0, 26 * 60, 7):
        moment = at(day).astimezone(UTC) + timedelta(minutes=minutes)
        end = hours.end_after(moment, BERLIN)
        assert end is None or moment < end <= moment + timedelta(hours=6)


def test_hours_without_a_length_are_refused(organization: Organization) -> None:
    with pytest.raises(Invalid, match="quiet_until"):
        make_channel(organization, quiet=QuietHours(time(8), time(8)))


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Somebody who takes messages."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    with listening() as started:
        yield started


@pytest.fixture
def channel(organization: Organization, receiver: Receiver) -> AlertChannel:
    """One that is left alone in the morning."""
    return make_channel(organization, kind="webhook", address=receiver.url, quiet=MORNING)


def texts(receiver: Receiver) -> list[list[str]]:
    """What each message told."""
    return [[one["text"] for one in request.json["notices"]] for request in receiver.requests]


def test_what_was_held_is_told_in_one_message_when_they_end(
    channel: AlertChannel, receiver: Receiver, clock: FixedClock
) -> None:
    notice(channel, "It fires.")
    work()
    clock.move(minutes=30)
    notice(channel, "Over: it fires.", change="recovered")
    work()
    assert texts(receiver) == []
    clock.move(minutes=30)
    work()
    assert texts(receiver) == [["It fires.", "Over: it fires."]]
    assert states() == [("sent", 1), ("sent", 1)]


def test_the_history_says_until_when_it_is_held(channel: AlertChannel) -> None:
    notice(channel)
    work()
    [held] = AlertNotice.objects.all()
    assert (held.state, held.reason, held.next_attempt_at) == ("due", "quiet hours", NOW + timedelta(hours=1))


def test_errors_are_told_where_they_are_spared(channel: AlertChannel, receiver: Receiver) -> None:
    AlertChannel.objects.update(quiet_spares_errors=True)
    notice(channel, "A warning.", severity="warning")
    notice(channel, "An error.")
    work()
    assert texts(receiver) == [["An error."]]


def test_a_channel_without_quiet_hours_does_not_wait_for_another(
    organization: Organization, channel: AlertChannel, receiver: Receiver
) -> None:
    notice(channel, "Held.")
    notice(make_channel(organization, kind="webhook", address=receiver.url), "Told.")
    work()
    assert texts(receiver) == [["Told."]]


def test_another_attempt_waits_as_well(channel: AlertChannel, receiver: Receiver, clock: FixedClock) -> None:
    AlertChannel.objects.update(quiet_since=time(9, 1), quiet_until=time(10))
    receiver.answer = lambda _, number: Reply(503 if number == 1 else 200)
    notice(channel)
    work()
    clock.move(PAUSES[0])
    work()
    assert states() == [("due", 1)]
    clock.move(hours=1)
    work()
    assert states() == [("sent", 2)]


def test_what_is_held_goes_once_the_quiet_hours_are_taken_back(
    organization: Organization, channel: AlertChannel, receiver: Receiver
) -> None:
    notice(channel, "Held.")
    work()
    save_channel(author=author_in(organization), wish=ChannelWish("On duty", "webhook"), channel_id=channel.pk)
    work()
    assert texts(receiver) == [["Held."]]


def test_a_message_that_was_tried_with_an_error_is_not_divided(
    channel: AlertChannel, receiver: Receiver, clock: FixedClock
) -> None:
    AlertChannel.objects.update(quiet_since=time(9, 1), quiet_until=time(10), quiet_spares_errors=True)
    receiver.answer = lambda _, number: Reply(503 if number == 1 else 200)
    notice(channel, "A warning.", severity="warning")
    notice(channel, "An error.")
    work()
    clock.move(PAUSES[0])
    work()
    assert texts(receiver) == [["A warning.", "An error."]] * 2
    assert states() == [("sent", 2), ("sent", 2)]


@pytest.fixture
def awake(organization: Organization, receiver: Receiver) -> AlertChannel:
    """A channel that may be told at any time."""
    return make_channel(organization, kind="webhook", address=receiver.url)


def test_what_a_quiet_rule_tells_waits_and_goes_with_what_is_due_then(
    organization: Organization, awake: AlertChannel, receiver: Receiver, clock: FixedClock
) -> None:
    rule = make_rule(organization, awake, quiet=MORNING)
    notice(awake, "Held.", rule_id=rule.pk)
    notice(awake, "Of another rule.")
    work()
    clock.move(minutes=30)
    notice(awake, "Over.", rule_id=rule.pk, change="recovered")
    work()
    assert texts(receiver) == [["Of another rule."]]
    assert set(AlertNotice.objects.filter(state="due").values_list("reason", "next_attempt_at")) == {
        ("quiet hours", NOW + timedelta(hours=1))
    }
    clock.move(minutes=30)
    notice(awake, "New.", next_attempt_at=clock.now())
    work()
    assert texts(receiver)[1:] == [["Held.", "Over.", "New."]]


def test_where_rule_and_channel_are_quiet_the_later_end_counts(
    organization: Organization, channel: AlertChannel, receiver: Receiver, clock: FixedClock
) -> None:
    rule = make_rule(organization, channel, quiet=QuietHours(time(8), time(11)))
    notice(channel, rule_id=rule.pk)
    work()
    clock.move(hours=1)
    work()
    assert texts(receiver) == []
    clock.move(hours=1)
    work()
    assert len(receiver.requests) == 1


def test_what_was_tried_before_the_quiet_hours_of_its_rule_goes_on_being_tried(
    organization: Organization, awake: AlertChannel, receiver: Receiver, clock: FixedClock
) -> None:
    rule = make_rule(organization, awake, quiet=QuietHours(time(9, 1), time(10)))
    receiver.answer = lambda _, number: Reply(503 if number == 1 else 200)
    notice(awake, "Of a quiet rule.", rule_id=rule.pk)
    notice(awake, "Of another rule.")
    work()
    clock.move(PAUSES[0])
    work()
    assert states() == [("sent", 2), ("sent", 2)]


def test_what_a_rule_held_goes_once_its_quiet_hours_are_taken_back(
    organization: Organization, awake: AlertChannel, receiver: Receiver
) -> None:
    rule = make_rule(organization, awake, quiet=MORNING)
    notice(awake, "Held.", rule_id=rule.pk)
    work()
    save_rule(author=author_in(organization), wish=RuleWish("Failures", "error_rate", HALF), rule_id=rule.pk)
    work()
    assert texts(receiver) == [["Held."]]


def test_quiet_hours_of_a_rule_need_a_length(organization: Organization) -> None:
    with pytest.raises(Invalid, match="quiet_until"):
        make_rule(organization, quiet=QuietHours(time(8), time(8)))
