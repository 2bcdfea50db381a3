"""Trying the token of a webhook asks its token server and nobody else."""

from __future__ import annotations

import pytest

from hub.errors import Invalid
from outbound.models import Webhook
from outbound.trials.token import TokenTrial, try_token
from outbound.webhooks.credentials import store_secrets
from tests.builders import NOW
from tests.outbound.world import World
from tests.receiver import Receiver, Reply

SECRET = "hunter2-hunter2"


def with_oauth(world: World, receiver: Receiver) -> Webhook:
    """A webhook whose tokens the receiver gives."""
    auth = {"authType": "OAUTH_CLIENT_CREDENTIALS", "clientId": "hub", "httpMethod": "POST"}
    webhook = world.webhook(auth=auth | {"endpoint": f"{receiver.url}/token"})
    store_secrets(webhook, {"clientSecret": SECRET}, needed="clientSecret", at=NOW)
    webhook.save()
    return webhook


def tried(world: World, webhook: Webhook) -> TokenTrial:
    return try_token(organization=world.organization, webhook_id=webhook.pk, at=NOW)


def test_a_token_is_told_without_itself(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(200, body=b'{"access_token":"t0ken","token_type":"Bearer","expires_in":3600}'))
    trial = tried(world, with_oauth(world, receiver))
    assert (trial.is_ok, trial.expires_in_s, trial.token_type) == (True, 3600, "Bearer")
    assert "t0ken" not in str(trial)


def test_nothing_but_the_token_server_is_asked(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(200, body=b'{"access_token":"t0ken"}'))
    tried(world, with_oauth(world, receiver))
    assert [request.path for request in receiver.requests] == ["/token"]


def test_a_refusal_is_told_without_the_secret(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(400, body=b'{"error":"invalid_client"}'))
    trial = tried(world, with_oauth(world, receiver))
    assert not trial.is_ok
    assert "invalid_client" in trial.message
    assert SECRET not in str(trial)


def test_a_webhook_without_tokens_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        tried(world, world.webhook())
