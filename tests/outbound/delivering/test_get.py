"""A GET trigger carries its payload in the query, and whatever cannot stand there fails by name (outbound.md 6.6)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, urlsplit

import pytest

from hub.events.switches import switch_on
from outbound.models import DeliveryState, Webhook
from outbound.signing_keys import signer_of
from tests.builders import NOW
from tests.outbound.world import EVENT, World, mapping
from tests.receiver import Received, Receiver


def triggered(world: World, expression: str, *, path: str = "/trigger") -> None:
    """What a mapping makes of a changed contact goes to a webhook by GET."""
    world.webhook(httpMethod="GET", url=f"{world.receiver.url}{path}")
    world.use_case(mapping(jsonata_expression=expression))
    world.change_contact("C-1")
    world.work()


def query_of(request: Received) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(request.path).query, keep_blank_values=True)


def test_scalars_become_parameters(world: World, receiver: Receiver) -> None:
    triggered(world, '{"text": "a b&c=ü", "whole": 12, "part": 1.5, "yes": true, "no": false, "empty": ""}')
    assert query_of(receiver.requests[0]) == [
        ("text", "a b&c=ü"),
        ("whole", "12"),
        ("part", "1.5"),
        ("yes", "true"),
        ("no", "false"),
        ("empty", ""),
    ]


def test_a_list_repeats_its_name(world: World, receiver: Receiver) -> None:
    triggered(world, '{"recordingIds": ["a", "b", 3]}')
    assert query_of(receiver.requests[0]) == [("recordingIds", "a"), ("recordingIds", "b"), ("recordingIds", "3")]


def test_null_and_nothing_are_left_out(world: World, receiver: Receiver) -> None:
    triggered(world, '{"gone": null, "never": contact.nothing, "some": ["a", null], "none": []}')
    assert query_of(receiver.requests[0]) == [("some", "a")]


def test_a_name_that_the_address_has_too_is_the_payloads(world: World, receiver: Receiver) -> None:
    triggered(world, '{"number": contact.customer_number}', path="/trigger?number=fixed&number=again&kept=1")
    assert query_of(receiver.requests[0]) == [("kept", "1"), ("number", "C-1")]


def test_there_is_no_body_and_nothing_that_describes_one(world: World, receiver: Receiver) -> None:
    triggered(world, '{"a": 1}')
    [request] = receiver.requests
    assert (request.method, request.body) == ("GET", b"")
    assert request.headers.keys().isdisjoint({"content-type", "content-length", "transfer-encoding"})


def test_the_signature_is_that_of_an_empty_payload(world: World, receiver: Receiver) -> None:
    triggered(world, '{"a": 1}')
    headers = receiver.requests[0].headers
    secret = signer_of(world.organization.pk, Webhook.objects.get(pk="wh_1"), NOW).signing_secrets[0]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    assert headers["webhook-signature"].split()[1] == f"v1,{expected}"


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ('["a", "b"]', "body: the expression yields a list; an object is needed"),
        ('"text"', "body: the expression yields a text; an object is needed"),
        ('{"a": {"b": 1}}', "body: a is nested; a query parameter is a value or a list of values"),
        ('{"a": [{"b": 1}]}', "body: a is nested; a query parameter is a value or a list of values"),
        ('{"a": [[1], [2]]}', "body: a is nested; a query parameter is a value or a list of values"),
    ],
)
def test_what_cannot_stand_in_a_query_fails_for_good(
    world: World, receiver: Receiver, expression: str, sentence: str
) -> None:
    triggered(world, expression)
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert delivery.message == sentence
    assert receiver.requests == []


def test_an_event_that_no_expression_has_made_flat_fails_for_good(world: World, receiver: Receiver) -> None:
    world.webhook(httpMethod="GET", eventName=f"event_{EVENT}")
    switch_on(organization_id=world.organization.pk, name=EVENT)
    world.organization.bump_config_version()
    world.change_contact("C-1")
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert "is nested" in delivery.message
    assert receiver.requests == []


@pytest.mark.parametrize(("characters", "state"), [(8000, "succeeded"), (8192, "failed")])
def test_an_address_of_more_than_8_kb_is_not_called(
    world: World, receiver: Receiver, characters: int, state: str
) -> None:
    triggered(world, f'{{"long": $pad("x", {characters}, "x")}}')
    assert (world.delivery().state, len(receiver.requests)) == (state, int(state == "succeeded"))


def test_a_post_carries_compact_json_of_a_known_length(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case(mapping(jsonata_expression='{"a": 1, "b": ["ü"]}'))
    world.change_contact()
    world.work()
    [request] = receiver.requests
    assert request.body == '{"a":1,"b":["ü"]}'.encode()
    assert (request.headers["content-type"], request.headers["content-length"]) == ("application/json", "18")
