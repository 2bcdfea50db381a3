"""Telling: one message per channel, tried again, never twice, and no channel stops another."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import Model

from hub.accounts.models import Organization
from hub.display_zone import display_zone
from hub.ids import new_id
from monitoring.alerts.channels import seal_address, secret_of
from monitoring.alerts.telling.claiming import LEASE, claim
from monitoring.alerts.telling.running import PAUSES, work
from monitoring.models import AlertChannel, AlertNotice
from tests.builders import NOW, make_variable
from tests.conftest import FixedClock
from tests.monitoring.alerts.builders import make_channel
from tests.receiver import Receiver, Reply, listening

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Somebody who takes messages."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    with listening() as started:
        yield started


@pytest.fixture
def _mail(settings: Any) -> None:
    settings.HUB_SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "Hub <hub@example.test>"


def notice(channel: AlertChannel, text: str = "Failures: 80 %.", **fields: Any) -> AlertNotice:
    """Due at once."""
    stored = {"rule_name": "Failures", "channel_name": channel.name, "change": "fired", "severity": "error"}
    stored |= {"subject": "integration:1", "text": text, "created_at": NOW, "state": "due", "next_attempt_at": NOW}
    ids = {"id": new_id(), "organization_id": channel.organization_id, "rule_id": new_id(), "channel_id": channel.pk}
    return AlertNotice.objects.create(**ids | stored | fields)


def states() -> list[tuple[str, int]]:
    """State and attempts of each notice, in the order they were written."""
    return list(AlertNotice.objects.order_by("id").values_list("state", "attempts"))


@pytest.mark.usefixtures("_mail")
def test_several_notices_of_one_channel_are_one_mail(organization: Organization, mailoutbox: list[Any]) -> None:
    channel = make_channel(organization, address="a@example.test, b@example.test")
    notice(channel, "The first.")
    notice(channel, "The second.")
    work()
    [mail] = mailoutbox
    assert mail.to == ["a@example.test", "b@example.test"]
    assert "- [error] The first.\n- [error] The second.\n" in mail.body
    assert states() == [("sent", 1), ("sent", 1)]


@pytest.mark.usefixtures("_mail")
def test_a_line_break_in_a_name_adds_no_header(organization: Organization, mailoutbox: list[Any]) -> None:
    notice(make_channel(organization), rule_name="Failures\r\nBcc: all@example.test")
    work()
    [mail] = mailoutbox
    assert mail.subject == "[error] Failures Bcc: all@example.test (Home)"


def test_a_webhook_gets_a_signed_document(organization: Organization, receiver: Receiver) -> None:
    channel = make_channel(organization, kind="webhook", address=f"{receiver.url}/alerts")
    notice(channel)
    work()
    [request] = receiver.requests
    assert [one["text"] for one in request.json["notices"]] == ["Failures: 80 %."]
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    mac = hmac.digest(secret_of(channel), signed, hashlib.sha256)
    assert request.headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


def test_a_name_mentions_nobody_in_a_chat(organization: Organization, receiver: Receiver) -> None:
    notice(make_channel(organization, kind="slack", address=receiver.url), "<!channel> & co.")
    work()
    assert "• &lt;!channel&gt; &amp; co." in receiver.requests[0].json["text"]


def test_teams_gets_a_card(organization: Organization, receiver: Receiver) -> None:
    notice(make_channel(organization, kind="teams", address=receiver.url))
    work()
    [attachment] = receiver.requests[0].json["attachments"]
    assert [block["text"] for block in attachment["content"]["body"]][1:] == ["Failures: 80 %."]


def test_a_name_is_no_markdown_in_teams(organization: Organization, receiver: Receiver) -> None:
    notice(make_channel(organization, kind="teams", address=receiver.url), "[log in](https://evil.test) **now** #1_a.")
    work()
    [attachment] = receiver.requests[0].json["attachments"]
    assert attachment["content"]["body"][1]["text"] == r"\[log in\](https://evil.test) \*\*now\*\* \#1\_a."


def test_one_alert_and_one_end_are_counted_as_such_with_the_worst_severity(
    organization: Organization, receiver: Receiver
) -> None:
    channel = make_channel(organization, kind="slack", address=receiver.url)
    notice(channel, severity="warning")
    notice(channel, change="recovered")
    work()
    assert receiver.requests[0].json["text"].startswith("*[warning] 1 alert, 1 over (Home)*")


def test_several_alerts_say_the_severity_of_each(organization: Organization, receiver: Receiver) -> None:
    channel = make_channel(organization, kind="slack", address=receiver.url)
    notice(channel, "The first.", severity="warning")
    notice(channel, "The second.")
    work()
    text = receiver.requests[0].json["text"]
    assert text.startswith("*[error] 2 alerts (Home)*\n• [warning] The first.\n• [error] The second.\n")


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (timedelta(minutes=2), "Failures: 80 %."),
        (timedelta(minutes=20), "Failures: 80 %. (noticed at {:%H:%M} CET)"),
        (timedelta(days=1), "Failures: 80 %. (noticed on {:%Y-%m-%d at %H:%M} CET)"),
    ],
)
def test_what_is_told_late_says_of_when_it_is(
    organization: Organization, receiver: Receiver, clock: FixedClock, late: timedelta, told: str
) -> None:
    notice(make_channel(organization, kind="slack", address=receiver.url))
    clock.at = NOW + late
    work()
    assert f"• {told.format(NOW.astimezone(display_zone()))}\n" in receiver.requests[0].json["text"]


def test_an_address_may_be_a_variable(organization: Organization, receiver: Receiver) -> None:
    make_variable(organization=organization, key="chat", value=receiver.url)
    notice(make_channel(organization, kind="slack", address="{{env.chat}}"))
    work()
    assert len(receiver.requests) == 1


def test_what_is_not_taken_is_tried_again_with_the_same_id(
    organization: Organization, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer = lambda _, number: Reply(503 if number == 1 else 200)
    channel = make_channel(organization, kind="webhook", address=receiver.url)
    notice(channel)
    work()
    assert work() == 0
    clock.move(PAUSES[0])
    work()
    assert states() == [("sent", 2)]
    first, second = (one.headers["webhook-id"] for one in receiver.requests)
    assert first == second


def test_a_channel_that_fails_says_since_when_and_stops_no_other(
    organization: Organization, receiver: Receiver
) -> None:
    receiver.answer = lambda request, _: Reply(500 if request.path == "/bad" else 200, body=b"out of order")
    bad = make_channel(organization, kind="slack", address=f"{receiver.url}/bad")
    notice(bad)
    notice(make_channel(organization, kind="slack", address=f"{receiver.url}/good"))
    work()
    assert states() == [("due", 1), ("sent", 1)]
    bad.refresh_from_db()
    assert (bad.failing_since, bad.last_failure) == (NOW, "127.0.0.1 answered 500: out of order.")


def test_after_the_last_attempt_it_has_failed(
    organization: Organization, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer = lambda _, __: Reply(503)
    notice(make_channel(organization, kind="slack", address=receiver.url))
    for pause in (*PAUSES, timedelta(0)):
        work()
        clock.move(pause)
    assert states() == [("failed", 1 + len(PAUSES))]


def test_a_refusal_for_good_is_not_tried_again(organization: Organization, receiver: Receiver) -> None:
    receiver.answer = lambda _, __: Reply(404)
    notice(make_channel(organization, kind="slack", address=receiver.url))
    work()
    assert states() == [("failed", 1)]


def test_a_private_address_gets_nothing(organization: Organization) -> None:
    channel = make_channel(organization, kind="slack", address="https://chat.example.test/")
    seal_address(channel, "http://127.0.0.1:8009/", NOW)
    channel.save()
    notice(channel)
    work()
    assert states() == [("failed", 1)]


def test_without_a_mail_server_the_channel_says_so(organization: Organization) -> None:
    channel = make_channel(organization)
    notice(channel)
    work()
    channel.refresh_from_db()
    assert channel.last_failure == "This hub has no mail server; HUB_EMAIL_URL names one."


@pytest.mark.usefixtures("_mail")
def test_a_mail_that_was_under_way_when_the_hub_stopped_is_not_sent_again(
    organization: Organization, clock: FixedClock, mailoutbox: list[Any]
) -> None:
    notice(make_channel(organization))
    claim(clock.now())
    clock.move(LEASE)
    work()
    assert (states(), mailoutbox) == ([("failed", 1)], [])


def test_a_webhook_gets_it_again_under_the_same_id(
    organization: Organization, receiver: Receiver, clock: FixedClock
) -> None:
    notice(make_channel(organization, kind="webhook", address=receiver.url))
    parcel = claim(clock.now())
    assert parcel is not None
    clock.move(LEASE)
    work()
    assert [one.headers["webhook-id"] for one in receiver.requests] == [str(parcel.message.id)]


def test_while_somebody_sends_to_a_channel_nobody_else_does(organization: Organization, clock: FixedClock) -> None:
    channel = make_channel(organization)
    notice(channel)
    claim(clock.now())
    notice(channel)
    assert claim(clock.now()) is None


def test_a_channel_that_was_deleted_meanwhile_gets_nothing(organization: Organization) -> None:
    channel = make_channel(organization)
    notice(channel)
    AlertChannel.objects.all().delete()
    work()
    assert states() == [("failed", 0)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", [AlertNotice, AlertChannel])
@pytest.mark.parametrize(("status", "state"), [(200, "sent"), (404, "failed"), (503, "due")])
def test_a_database_that_is_busy_for_a_moment_is_asked_again(
    organization: Organization, receiver: Receiver, table: type[Model], status: int, state: str
) -> None:
    receiver.answer = lambda _, __: Reply(status)
    notice(make_channel(organization, kind="webhook", address=receiver.url))
    refusals = [OperationalError("the server went away")]

    def refuse(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(f'UPDATE "{table._meta.db_table}"') and refusals:
            raise refusals.pop()
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        work()
    assert (states(), len(receiver.requests), refusals) == ([(state, 1)], 1, [])
