"""An alert that no channel took is not told: it is told once a channel works again, and its end never without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from hub.accounts.models import Organization
from integrations.models import Integration
from monitoring.alerts.telling.running import PAUSES, work
from monitoring.models import AlertChannel, AlertNotice, AlertState
from tests.builders import NOW, make_integration, make_token
from tests.conftest import FixedClock
from tests.monitoring.alerts.builders import ended, look, make_channel, make_rule
from tests.receiver import Receiver, Reply, listening

pytestmark = pytest.mark.django_db
FIRED = ("fired", "due", "")
RECOVERED = ("recovered", "due", "")


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Somebody who takes nothing under /bad."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    with listening() as started:
        started.answer = lambda request, _: Reply(404 if request.path == "/bad" else 200)
        yield started


@pytest.fixture
def failing(organization: Organization) -> Integration:
    """Its events fail."""
    integration = make_integration(organization=organization)
    ended(integration, NOW, bad=4)
    return integration


@pytest.fixture
def chat(organization: Organization, receiver: Receiver) -> Callable[[str], AlertChannel]:
    """A channel of the receiver's path."""
    return lambda path: make_channel(organization, kind="slack", address=f"{receiver.url}/{path}")


Chat = Callable[[str], AlertChannel]


def ending(organization: Organization, *channels: AlertChannel) -> None:
    """A token that ends soon, for longer than events count, and a rule that tells it."""
    make_token(organization=organization, expires_at=NOW + timedelta(days=5))
    make_rule(organization, *channels, kind="expiring", parameters={"days": 7})


def heard(receiver: Receiver) -> list[str]:
    """What was said to those who take messages."""
    return [one.json["text"] for one in receiver.requests if one.path != "/bad"]


@pytest.mark.usefixtures("failing")
def test_what_no_channel_took_is_told_once_a_channel_works_again(organization: Organization, chat: Chat) -> None:
    channel = chat("bad")
    make_rule(organization, channel)
    look(organization)
    work()
    assert look(organization, 10) == []
    AlertChannel.objects.filter(pk=channel.pk).update(failing_since=None)
    assert look(organization, 11) == [FIRED]
    assert look(organization, 12) == []


def test_a_channel_that_fails_is_tried_with_it_again_every_hour(organization: Organization, chat: Chat) -> None:
    ending(organization, chat("bad"))
    look(organization)
    work()
    assert look(organization, 59) == []
    assert look(organization, 60) == [FIRED]


def test_what_one_channel_took_is_told(organization: Organization, chat: Chat) -> None:
    ending(organization, chat("bad"), chat("good"))
    look(organization)
    work()
    assert look(organization, 60) == []


@pytest.mark.usefixtures("failing")
def test_what_a_deleted_channel_did_not_get_is_told_by_the_next_one(organization: Organization, chat: Chat) -> None:
    channel = chat("good")
    rule = make_rule(organization, channel)
    look(organization)
    channel.delete()
    work()
    rule.channels.add(chat("good"))
    assert look(organization, 10) == [FIRED]


def test_nobody_is_told_of_the_end_of_what_no_channel_took(
    organization: Organization, failing: Integration, chat: Chat
) -> None:
    make_rule(organization, chat("bad"))
    look(organization)
    work()
    ended(failing, NOW + timedelta(minutes=2), good=10)
    assert look(organization, 2) == []
    assert AlertState.objects.get().told_at is None


def test_the_end_is_told_only_where_the_beginning_arrived(
    organization: Organization, failing: Integration, chat: Chat, receiver: Receiver
) -> None:
    make_rule(organization, chat("bad"), chat("good"))
    look(organization)
    work()
    ended(failing, NOW + timedelta(minutes=2), good=10)
    assert look(organization, 2) == [RECOVERED]
    assert AlertNotice.objects.latest("id").channel_name == "On duty"
    assert len(heard(receiver)) == 1


def test_an_end_waits_for_its_beginning_and_goes_with_it(
    organization: Organization, failing: Integration, chat: Chat, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer = lambda _, __: Reply(503)
    make_rule(organization, chat("late"))
    look(organization)
    work()
    ended(failing, NOW + timedelta(minutes=2), good=10)
    look(organization, 2)
    for pause in (*PAUSES, timedelta(0)):
        clock.move(pause)
        work()
    assert list(AlertNotice.objects.order_by("id").values_list("change", "state", "attempts")) == [
        ("fired", "failed", 1 + len(PAUSES)),
        ("recovered", "suppressed", 0),
    ]


@pytest.mark.parametrize("was_off", [True, False])
def test_a_channel_that_came_while_it_fired_hears_of_no_end(
    organization: Organization, failing: Integration, chat: Chat, was_off: bool
) -> None:
    first, late = chat("good"), chat("late")
    AlertChannel.objects.filter(pk=late.pk).update(enabled=not was_off)
    rule = make_rule(organization, first, *([late] if was_off else []))
    assert look(organization) == [FIRED]
    AlertChannel.objects.filter(pk=late.pk).update(enabled=True)
    rule.channels.add(late)
    ended(failing, NOW + timedelta(minutes=2), good=10)
    assert look(organization, 2) == [RECOVERED]
    assert AlertNotice.objects.latest("id").channel_id == first.pk


def test_an_end_for_which_no_channel_is_left_stands_in_the_history_with_its_reason(
    organization: Organization, failing: Integration, chat: Chat
) -> None:
    rule = make_rule(organization, chat("good"))
    look(organization)
    rule.channels.set([chat("late")])
    ended(failing, NOW + timedelta(minutes=2), good=10)
    assert look(organization, 2) == [("recovered", "suppressed", "never told")]


def test_an_end_is_told_where_its_beginning_is_older_than_the_history(
    organization: Organization, failing: Integration, chat: Chat
) -> None:
    make_rule(organization, chat("good"))
    look(organization)
    AlertNotice.objects.all().delete()
    ended(failing, NOW + timedelta(minutes=2), good=10)
    assert look(organization, 2) == [RECOVERED]
