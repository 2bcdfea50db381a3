"""Values of the environment on their way out: filled in last, missing ones named, none of a secret kept."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import Any
from urllib.parse import quote

import pytest

from hub.http.messages import WEBHOOK
from monitoring.models import MonitoringEvent
from outbound.models import Delivery, DeliveryAttempt, DeliveryState
from outbound.webhooks.credentials import store_secrets
from tests.builders import NOW, make_secret, make_variable
from tests.outbound.world import World
from tests.receiver import Receiver, Reply

SECRET = 's3cr3t/"väl+ue" of <them>'


def deliver(world: World, **configuration: Any) -> DeliveryAttempt:
    """One attempt to a webhook of this configuration."""
    world.webhook(**configuration)
    world.use_case()
    world.change_contact()
    world.work()
    return DeliveryAttempt.objects.get()


def with_header(value: str, name: str = "X-Partner") -> dict[str, Any]:
    """A webhook that sends one more header."""
    return {"payloadConfiguration": {"custom_headers": {name: value}}}


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps({"echo": SECRET}),
        json.dumps({"echo": SECRET}, ensure_ascii=False),
        escape(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(f"user:{SECRET}".encode()).decode(),
    ],
    ids=["plain", "percent", "json", "json-utf8", "html", "base64", "base64-pair"],
)
def test_a_secret_that_a_receiver_echoes_in_any_form_is_not_kept(
    world: World, receiver: Receiver, written: str
) -> None:
    make_secret(organization=world.organization, key="partner.secret", value=SECRET)
    receiver.answer = lambda _, __: Reply(400, body=f"refused: {written}".encode())
    auth = {"authType": "API_KEY", "keyName": "X-Key"}
    webhook = world.webhook(auth=auth)
    store_secrets(webhook, {"keyValue": "{{env.partner.secret}}"}, needed="keyValue", at=NOW)
    webhook.save()
    world.use_case()
    world.change_contact()
    world.work()
    attempt = DeliveryAttempt.objects.get()
    assert receiver.requests[0].headers["x-key"].encode("latin-1").decode() == SECRET
    assert attempt.response_body.startswith("refused: ")
    assert "***" in attempt.response_body
    kept = json.dumps(list(DeliveryAttempt.objects.values()), default=str)
    assert [form for form in (SECRET, written, "s3cr3t") if form in kept] == []


@pytest.mark.parametrize("kept_of_it", [1, 6, len(SECRET) - 1])
def test_an_answer_that_is_cut_within_a_secret_keeps_no_part_of_it(
    world: World, receiver: Receiver, kept_of_it: int
) -> None:
    make_secret(organization=world.organization, key="partner.secret", value=SECRET)
    before = b"." * (WEBHOOK.kept_bytes - kept_of_it)
    receiver.answer = lambda _, __: Reply(400, body=before + SECRET.encode() + b"." * 100)
    attempt = deliver(world, **with_header("{{env.partner.secret}}"))
    assert attempt.is_cut
    assert set(attempt.response_body) == {"."}


def test_a_key_that_is_absent_from_an_address_is_named_and_nobody_is_asked(world: World, receiver: Receiver) -> None:
    attempt = deliver(world, url="https://{{env.host}}/document/import")
    assert world.delivery().state == DeliveryState.FAILED
    assert "env.host: there is no such variable" in attempt.error
    assert (attempt.url, receiver.requests) == ("", [])


def test_a_key_without_a_value_is_absent_too(world: World, receiver: Receiver) -> None:
    make_variable(organization=world.organization, key="host", value=None)
    attempt = deliver(world, url="https://{{env.host}}/document/import")
    assert "env.host: there is no such variable, or it has no value" in attempt.error


def test_a_value_that_reads_like_a_reference_is_sent_as_it_is(world: World, receiver: Receiver) -> None:
    make_variable(organization=world.organization, key="one", value="{{env.other}}")
    make_variable(organization=world.organization, key="other", value="never sent")
    deliver(world, **with_header("{{env.one}}"))
    assert receiver.requests[0].headers["x-partner"] == "{{env.other}}"


@pytest.mark.parametrize(
    "url", ["https://s3cr3t-{{env.host}}.invalid/", "https://{{env.host}}:x/", "http://{{env.host}}/"]
)
def test_a_secret_in_an_address_is_in_no_message_about_it(world: World, url: str) -> None:
    make_secret(organization=world.organization, key="host", value="s3cr3t-host")
    world.webhook(url=url)
    world.use_case()
    world.change_contact()
    world.work()
    kept = [*Delivery.objects.values(), *DeliveryAttempt.objects.values(), *MonitoringEvent.objects.values()]
    assert world.delivery().state != DeliveryState.SUCCEEDED
    assert "s3cr3t-host" not in str(kept)


def test_a_short_secret_is_hidden_where_a_name_gives_it_away(world: World, receiver: Receiver) -> None:
    make_secret(organization=world.organization, key="pin", value="1234")
    receiver.answer = lambda _, __: Reply(
        400, headers={"Location": "https://a.example/?token=1234"}, body=b'{"password": "1234", "page": 2}'
    )
    attempt = deliver(
        world, url=f"{receiver.url}/x?token={{{{env.pin}}}}", **with_header("{{env.pin}}", "X-Auth-Token")
    )
    assert receiver.requests[0].path == "/x?token=1234"
    assert attempt.url.endswith("/x?token=***")
    assert ["X-Auth-Token", "***"] in attempt.request_headers
    assert ["Location", "https://a.example/?token=***"] in attempt.response_headers
    assert attempt.response_body == '{"password": "***", "page": 2}'


def test_the_header_that_carries_the_key_is_hidden_by_its_name(world: World, receiver: Receiver) -> None:
    webhook = world.webhook(auth={"authType": "API_KEY", "keyName": "X-Partner"})
    store_secrets(webhook, {"keyValue": "1234"}, needed="keyValue", at=NOW)
    webhook.save()
    world.use_case()
    world.change_contact()
    world.work()
    assert ["X-Partner", "***"] in DeliveryAttempt.objects.get().request_headers
