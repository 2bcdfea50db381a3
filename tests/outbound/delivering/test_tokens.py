"""Deliveries to receivers that ask for an OAuth token."""

from __future__ import annotations

import json
from importlib.metadata import version

from outbound.models import DeliveryAttempt, DeliveryState
from outbound.webhooks.credentials import store_secrets
from tests.builders import NOW
from tests.outbound.world import World
from tests.receiver import Received, Receiver, Reply

TOKEN_PATH = "/token"


def with_tokens(world: World, receiver: Receiver) -> None:
    """A webhook whose receiver gives tokens t0ken-1, t0ken-2 and so on, and echoes the one that it gets."""
    given = 0

    def answer(request: Received, _: int) -> Reply:
        nonlocal given
        if request.path == TOKEN_PATH:
            given += 1
            return Reply(body=json.dumps({"access_token": f"t0ken-{given}", "expires_in": 3600}).encode())
        return Reply(body=request.headers["authorization"].encode())

    receiver.answer = answer
    auth = {"authType": "OAUTH_CLIENT_CREDENTIALS", "clientId": "hub", "httpMethod": "POST"}
    webhook = world.webhook(auth=auth | {"endpoint": f"{receiver.url}{TOKEN_PATH}"})
    store_secrets(webhook, {"clientSecret": "hunter2-hunter2"}, needed="clientSecret", at=NOW)
    webhook.save()
    world.use_case()


def test_a_delivery_carries_the_token_as_bearer(world: World, receiver: Receiver) -> None:
    with_tokens(world, receiver)
    world.change_contact()
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED
    assert [one.headers["authorization"] for one in receiver.requests if one.path != TOKEN_PATH] == ["Bearer t0ken-1"]


def test_receivers_know_deliveries_by_their_agent_and_token_servers_the_hub(world: World, receiver: Receiver) -> None:
    with_tokens(world, receiver)
    world.change_contact()
    world.work()
    number = version("integration-hub")
    assert {one.path: one.headers["user-agent"] for one in receiver.requests} == {
        TOKEN_PATH: f"integration-hub/{number}",
        "/events": f"hub-webhooks/{number}",
    }


def test_a_token_is_nowhere_kept_whatever_the_receiver_echoes(world: World, receiver: Receiver) -> None:
    with_tokens(world, receiver)
    world.change_contact()
    world.work()
    attempt = DeliveryAttempt.objects.get()
    assert ["Authorization", "***"] in attempt.request_headers
    assert attempt.response_body == "Bearer ***"


def test_one_token_serves_many_deliveries(world: World, receiver: Receiver) -> None:
    with_tokens(world, receiver)
    for number in range(3):
        world.change_contact(f"C-{number}")
    world.work()
    assert len([one for one in receiver.requests if one.path == TOKEN_PATH]) == 1


def test_a_refused_token_is_replaced_within_the_attempt(world: World, receiver: Receiver) -> None:
    with_tokens(world, receiver)
    give = receiver.answer

    def refuse_the_first(request: Received, number: int) -> Reply | None:
        is_refused = request.headers.get("authorization") == "Bearer t0ken-1"
        return Reply(401) if is_refused else give(request, number)

    receiver.answer = refuse_the_first
    world.change_contact()
    world.work()
    assert (world.delivery().state, world.delivery().attempts) == (DeliveryState.SUCCEEDED, 1)
    assert DeliveryAttempt.objects.get().response_body == "Bearer ***"
