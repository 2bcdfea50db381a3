"""Saving a rule or a channel writes what people decide, and leaves alone what senders and others write meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.signals import pre_save

from hub.accounts.models import Organization
from monitoring.alerts.operations.channels import ChannelWish, save_channel
from monitoring.alerts.operations.rules import save_rule
from monitoring.models import AlertChannel, AlertRule
from tests.builders import NOW
from tests.monitoring.alerts.builders import author_in, make_channel, make_rule, wish_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@contextmanager
def meanwhile(model: type[Model], write: Callable[[], object]) -> Iterator[None]:
    """Somebody else writes between the reading and the saving of a row."""

    def run(**_: Any) -> None:
        write()

    pre_save.connect(run, sender=model)
    try:
        yield
    finally:
        pre_save.disconnect(run, sender=model)


def test_what_a_sender_notes_meanwhile_is_kept(organization: Organization) -> None:
    channel = make_channel(organization)
    told = {"failing_since": LATER, "last_failure": "refused", "last_sent_at": LATER}
    with meanwhile(AlertChannel, lambda: AlertChannel.objects.filter(pk=channel.pk).update(**told)):
        wish = ChannelWish("Others", "mail", enabled=False)
        save_channel(author=author_in(organization), wish=wish, channel_id=channel.pk)
    [row] = AlertChannel.objects.filter(pk=channel.pk).values("name", "enabled", *told)
    assert row == {"name": "Others", "enabled": False} | told


def test_another_address_has_not_failed_yet(organization: Organization) -> None:
    channel = make_channel(organization)
    AlertChannel.objects.update(failing_since=NOW, last_failure="refused", last_sent_at=NOW)
    wish = ChannelWish("On duty", "mail", "night@example.test")
    save_channel(author=author_in(organization), wish=wish, channel_id=channel.pk)
    [row] = AlertChannel.objects.values_list("failing_since", "last_failure", "last_sent_at", "shown_address")
    assert row == (None, "", NOW, "night@example.test")


def test_what_somebody_mutes_meanwhile_stays_muted(organization: Organization) -> None:
    rule = make_rule(organization)
    with meanwhile(AlertRule, lambda: AlertRule.objects.filter(pk=rule.pk).update(muted_until=LATER)):
        save_rule(author=author_in(organization), wish=wish_of(name="Others"), rule_id=rule.pk)
    assert AlertRule.objects.values_list("name", "muted_until").get() == ("Others", LATER)
