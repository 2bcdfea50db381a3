"""Where webhooks would lead and what receivers try, met by real deliveries (section 16 of the security rules)."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from outbound.models import DeliveryAttempt, DeliveryState
from outbound.webhooks.credentials import store_secrets
from tests.builders import NOW, make_variable
from tests.hostile_urls import NOWHERE
from tests.hostile_urls import connections as connections
from tests.hub.http.conftest import Names
from tests.hub.http.conftest import names as names
from tests.hub.http.receivers import Receiver as RawReceiver
from tests.hub.http.receivers import flooding, saying
from tests.outbound.world import World, mapping
from tests.receiver import Receiver, Reply

OK = b"HTTP/1.1 200 OK\r\n"
OAUTH = {"authType": "OAUTH_CLIENT_CREDENTIALS", "clientId": "hub", "httpMethod": "POST"}


def delivered(world: World, *webhooks: dict[str, Any]) -> list[str]:
    """The states of the deliveries of one event to webhooks with this configuration, in their order."""
    for number, configuration in enumerate(webhooks):
        row = world.webhook(f"wh_{number}", **configuration)
        if "auth" in configuration:
            store_secrets(row, {"clientSecret": "hunter2-hunter2"}, needed="clientSecret", at=NOW)
            row.save()
    world.use_case(*(mapping(f"wh_{number}", number=number + 1) for number in range(len(webhooks))))
    world.change_contact()
    world.work()
    of_webhook = {one.webhook_id: str(one.state) for one in world.deliveries()}
    return [of_webhook[f"wh_{number}"] for number in range(len(webhooks))]


def test_no_webhook_leads_to_what_may_not_be_called(
    world: World, settings: Any, names: Names, connections: Any
) -> None:
    settings.HUB_EGRESS_ALLOW = []
    states = delivered(world, *({"url": url} for url in NOWHERE))
    assert dict(zip(NOWHERE, states, strict=True)) == dict.fromkeys(NOWHERE, DeliveryState.FAILED)
    assert (names.asked, connections) == ([], [])


def test_no_token_is_asked_for_where_nothing_may_be_called(
    world: World, settings: Any, names: Names, connections: Any
) -> None:
    settings.HUB_EGRESS_ALLOW = []
    states = delivered(world, *({"url": "https://erp.example/", "auth": OAUTH | {"endpoint": url}} for url in NOWHERE))
    assert dict(zip(NOWHERE, states, strict=True)) == dict.fromkeys(NOWHERE, DeliveryState.FAILED)
    assert (names.asked, connections) == ([], [])


def test_a_variable_that_turns_to_the_inside_takes_no_delivery_along(
    world: World, names: Names, connections: Any
) -> None:
    make_variable(organization=world.organization, key="erp.host", value="metadata.google.internal")
    assert delivered(world, {"url": "https://{{env.erp.host}}/"}) == [DeliveryState.FAILED]
    assert (names.asked, connections) == ([], [])


@pytest.mark.parametrize("addresses", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"]])
def test_one_private_address_among_those_of_a_name_is_enough(
    world: World, names: Names, connections: Any, addresses: list[str]
) -> None:
    names.resolve("erp.example", addresses)
    assert delivered(world, {"url": "https://erp.example/"}) == [DeliveryState.FAILED]
    assert connections == []


def test_a_name_that_changes_its_mind_is_asked_once(
    world: World, receiver: Receiver, settings: Any, names: Names, connections: Any
) -> None:
    settings.HUB_EGRESS_ALLOW = ["erp.example"]
    names.resolve("erp.example", ["127.0.0.1"], ["169.254.169.254"])
    port = int(receiver.url.rpartition(":")[2])
    assert delivered(world, {"url": f"http://erp.example:{port}/"}) == [DeliveryState.SUCCEEDED]
    assert (names.asked, connections) == (["erp.example"], [("127.0.0.1", port)])


def test_a_hub_that_the_operator_denies_is_no_target(
    world: World, settings: Any, names: Names, connections: Any
) -> None:
    settings.HUB_EGRESS_DENY = ["hub.example.com"]
    names.resolve("hub.example.com", ["93.184.216.34"])
    assert delivered(world, {"url": "https://hub.example.com/v1/managed-call/x/execute"}) == [DeliveryState.FAILED]
    assert (names.asked, connections) == ([], [])


def test_a_redirect_is_not_followed(world: World, receiver: Receiver) -> None:
    receiver.answer = lambda *_: Reply(307, {"Location": f"{receiver.url}/elsewhere"})
    assert delivered(world, {}) == [DeliveryState.FAILED]
    assert [one.path for one in receiver.requests] == ["/events"]


@pytest.mark.parametrize("value", ["a\r\nX-Role: admin", "a\nX-Role: admin"])
def test_no_variable_becomes_another_header(world: World, receiver: Receiver, connections: Any, value: str) -> None:
    make_variable(organization=world.organization, key="tenant", value=value)
    headers = {"custom_headers": {"X-Tenant": "{{env.tenant}}"}}
    assert delivered(world, {"payloadConfiguration": headers}) == [DeliveryState.FAILED]
    assert (receiver.requests, connections) == ([], [])


TWICE = gzip.compress(gzip.compress(b"\0" * 2**26))
LIES = {
    "ten thousand headers": saying(OK + b"X-A: 1\r\n" * 10_000 + b"\r\n"),
    "packed twice": saying(OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(TWICE) + TWICE),
    "too short": saying(OK + b"Content-Length: 100\r\n\r\nabc"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_what_is_no_answer_is_no_delivery(world: World, lie: Any) -> None:
    with RawReceiver(lie) as target:
        [state] = delivered(world, {"url": f"http://127.0.0.1:{target.port}/"})
    assert state != DeliveryState.SUCCEEDED


@pytest.mark.parametrize("head", [b"Content-Length: 5000000000", b"X-None: 1"])
def test_of_an_answer_without_end_only_the_beginning_is_kept(world: World, head: bytes) -> None:
    script = flooding(OK + head + b"\r\n\r\n", b"x" * 2**16, at_most=2**26)
    with RawReceiver(script) as target:
        assert delivered(world, {"url": f"http://127.0.0.1:{target.port}/"}) == [DeliveryState.SUCCEEDED]
    assert len(DeliveryAttempt.objects.get().response_body) <= 2**16
