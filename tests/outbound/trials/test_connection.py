"""Trying a connection tells how far one comes, under the policy of deliveries, and delivers nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from outbound.models import Delivery, Webhook
from outbound.trials.connection import ConnectionTrial, try_connection
from outbound.trials.steps import StepName, StepStatus
from outbound.webhooks.credentials import store_secrets
from tests.builders import NOW, make_secret
from tests.hub.http import receivers
from tests.hub.http.certificates import Authority
from tests.hub.http.conftest import Names
from tests.hub.http.conftest import names as names
from tests.outbound.world import World
from tests.receiver import Receiver, Reply

SECRET = "hunter2-hunter2"
OAUTH = {"authType": "OAUTH_CLIENT_CREDENTIALS", "clientId": "hub", "httpMethod": "POST"}


def tried(world: World, webhook: Webhook) -> ConnectionTrial:
    return try_connection(organization=world.organization, webhook_id=webhook.pk, at=NOW)


def outcome(trial: ConnectionTrial) -> dict[str, str]:
    return {str(step.name): str(step.status) for step in trial.steps}


def messages(trial: ConnectionTrial, name: StepName) -> str:
    return next(step.message for step in trial.steps if step.name == name)


def with_secret(webhook: Webhook, name: str, text: str) -> Webhook:
    store_secrets(webhook, {name: text}, needed=name, at=NOW)
    webhook.version += 1
    webhook.save()
    return webhook


def test_a_receiver_that_answers_is_reached_in_every_step(world: World, receiver: Receiver) -> None:
    trial = tried(world, world.webhook())
    assert trial.is_ok
    assert outcome(trial) == {
        "address": "ok",
        "dns": "skipped",
        "connect": "ok",
        "tls": "skipped",
        "authentication": "skipped",
        "http": "ok",
    }


def test_nothing_is_delivered(world: World, receiver: Receiver) -> None:
    tried(world, world.webhook())
    assert not Delivery.objects.exists()
    assert receiver.requests == []  # it knows no OPTIONS, and keeps nothing that it does not know


def test_each_step_tells_how_long_it_took(world: World, names: Names, settings: Any, tmp_path: Any) -> None:
    authority = Authority(tmp_path)
    settings.HUB_EGRESS_CA_FILE = authority.file
    names.resolve("erp.example", ["127.0.0.1"])
    with receivers.Receiver(receivers.answering(), tls=authority.server("erp.example")) as secured:
        trial = tried(world, world.webhook(url=f"https://erp.example:{secured.port}/events"))
    assert outcome(trial) == dict.fromkeys(("address", "dns", "connect", "tls"), "ok") | {
        "authentication": "skipped",
        "http": "ok",
    }
    assert all(step.duration_ms > 0 for step in trial.steps if step.status is StepStatus.OK)


def test_a_name_that_leads_nowhere_ends_the_trial(world: World, names: Names) -> None:
    trial = tried(world, world.webhook(url="https://erp.example/events"))
    assert outcome(trial) == {"address": "ok", "dns": "failed"} | dict.fromkeys(
        ("connect", "tls", "authentication", "http"), "skipped"
    )


def test_a_private_address_is_refused_as_it_is_for_deliveries(world: World, names: Names) -> None:
    names.resolve("erp.example", ["10.0.0.7"])
    trial = tried(world, world.webhook(url="https://erp.example/events"))
    [failed] = [step for step in trial.steps if step.status is StepStatus.FAILED]
    assert (failed.name, failed.code) == (StepName.DNS, "ADDRESS_REFUSED")


def test_a_port_where_nobody_listens_fails_to_connect(world: World) -> None:
    with receivers.Receiver(receivers.answering()) as gone:
        port = gone.port
    trial = tried(world, world.webhook(url=f"http://127.0.0.1:{port}/"))
    assert (outcome(trial)["connect"], outcome(trial)["http"]) == ("failed", "skipped")


def test_a_certificate_that_nobody_vouches_for_fails_the_encryption(world: World, names: Names, tmp_path: Any) -> None:
    names.resolve("erp.example", ["127.0.0.1"])
    with receivers.Receiver(receivers.answering(), tls=Authority(tmp_path).server("erp.example")) as secured:
        trial = tried(world, world.webhook(url=f"https://erp.example:{secured.port}/"))
    assert (outcome(trial)["connect"], outcome(trial)["tls"]) == ("ok", "failed")


def test_a_variable_without_a_value_fails_the_address_by_name(world: World) -> None:
    trial = tried(world, world.webhook(url="https://{{env.erp.host}}/events"))
    assert outcome(trial)["address"] == "failed"
    assert "erp.host" in str(trial.steps[0])


def test_a_webhook_without_an_address_says_so(world: World) -> None:
    assert messages(tried(world, world.webhook(url=None)), StepName.ADDRESS) == "The webhook has no address yet."


def test_a_secret_that_is_not_set_fails_the_authentication(world: World, receiver: Receiver) -> None:
    webhook = world.webhook(auth={"authType": "API_KEY", "keyName": "X-Key"})
    assert outcome(tried(world, webhook))["authentication"] == "failed"


def test_a_token_server_that_refuses_fails_the_authentication(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(401, body=b'{"error":"invalid_client"}'))
    webhook = world.webhook(auth=OAUTH | {"endpoint": f"{receiver.url}/token"})
    trial = tried(world, with_secret(webhook, "clientSecret", SECRET))
    assert (outcome(trial)["authentication"], outcome(trial)["http"]) == ("failed", "skipped")
    assert "invalid_client" in messages(trial, StepName.AUTHENTICATION)


def test_a_token_goes_along_to_the_receiver(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(200, body=b'{"access_token":"t0ken","expires_in":3600}'))
    with receivers.Receiver(receivers.answering()) as erp:
        webhook = world.webhook(url=f"http://127.0.0.1:{erp.port}/", auth=OAUTH | {"endpoint": f"{receiver.url}/token"})
        trial = tried(world, with_secret(webhook, "clientSecret", SECRET))
        [head] = erp.heads
    assert trial.is_ok
    assert head.startswith("OPTIONS / ")
    assert "Authorization: Bearer t0ken" in head


@pytest.mark.parametrize(
    ("status", "expected"), [(204, "ok"), (404, "ok"), (405, "ok"), (501, "ok"), (403, "failed"), (503, "failed")]
)
def test_what_the_receiver_answers_is_judged(world: World, status: int, expected: str) -> None:
    with receivers.Receiver(receivers.answering(status=status)) as erp:
        trial = tried(world, world.webhook(url=f"http://127.0.0.1:{erp.port}/"))
    assert (outcome(trial)["http"], trial.status_code) == (expected, status)


def test_a_redirect_is_not_followed(world: World) -> None:
    with receivers.Receiver(receivers.answering(status=302)) as erp:
        trial = tried(world, world.webhook(url=f"http://127.0.0.1:{erp.port}/"))
        assert erp.connections == 2  # one to measure, one to ask
    assert outcome(trial)["http"] == "failed"


def test_no_step_tells_a_secret(world: World) -> None:
    make_secret(organization=world.organization, key="erp.host", value="secret-host.example")
    trial = tried(world, world.webhook(url="http://{{env.erp.host}}/events"))
    assert not trial.is_ok
    assert "secret-host" not in json.dumps([str(step) for step in trial.steps])


def test_a_disabled_webhook_can_be_tried(world: World, receiver: Receiver) -> None:
    assert tried(world, world.webhook(enabled=False)).is_ok
