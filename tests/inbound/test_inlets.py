"""Inlets: an event from a system that can only call a URL."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from inbound.models import DeduplicationKey, InboundBody, InboundEvent
from tests.builders import make_token
from tests.cast import OWNER
from tests.inbound.conftest import Erp, drain

FLAT = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["customer_number"],
            "fields": [
                {"attribute": "customer_number", "field": "number"},
                {"attribute": "tags", "field": "tag"},
            ],
        }
    ]
}


@pytest.fixture
def inlet(erp: Erp) -> str:
    """The address of a use case that takes flat payloads."""
    erp.add_use_case("flat", FLAT)
    return f"/v1/erp/inlets/{erp.integration.pk}/flat"


def payload_of(answer: Any) -> Any:
    """What was stored as the payload of the only event."""
    assert answer.status_code == 202, answer.content
    return json.loads(bytes(InboundBody.objects.get().body))


def test_the_query_of_a_get_becomes_an_entity(erp: Erp, machine: Client, inlet: str) -> None:
    answer = machine.get(f"{inlet}?number=C-1&tag=a&tag=b")
    drain()
    assert (answer.status_code, answer.json()["status"]) == (202, "success")
    assert erp.entity("C-1").attributes["tags"] == ["a", "b"]


def test_a_name_that_comes_several_times_is_a_list_and_blanks_are_kept(machine: Client, inlet: str) -> None:
    assert payload_of(machine.get(f"{inlet}?a=1&b=&a=2&c=%C3%BC+x")) == {"a": ["1", "2"], "b": "", "c": "ü x"}


def test_the_json_object_of_a_post_is_stored_as_it_came(machine: Client, inlet: str) -> None:
    body = '{ "number":"C-1", "amount": 1.50 }'
    answer = machine.post(inlet, body, content_type="application/json")
    assert answer.status_code == 202
    assert bytes(InboundBody.objects.get().body) == body.encode()


def test_a_form_is_taken_like_a_query(machine: Client, inlet: str) -> None:
    form = "number=C-1&tag=a&tag=b"
    answer = machine.post(inlet, form, content_type="application/x-www-form-urlencoded")
    assert payload_of(answer) == {"number": "C-1", "tag": ["a", "b"]}


def test_a_post_without_a_body_takes_its_query(machine: Client, inlet: str) -> None:
    assert payload_of(machine.generic("POST", f"{inlet}?number=C-1")) == {"number": "C-1"}


def test_the_token_may_come_as_api_key(client: Client, erp: Erp, inlet: str) -> None:
    answer = client.get(f"{inlet}?number=C-1", headers={"X-API-Key": erp.token.text})
    assert answer.status_code == 202


def test_what_belongs_to_the_event_is_no_part_of_its_payload(machine: Client, inlet: str) -> None:
    query = "number=C-1&_deduplication_id=D-1&_correlation_id=order-7&_event_type=UPDATE"
    assert payload_of(machine.get(f"{inlet}?{query}")) == {"number": "C-1"}
    event = InboundEvent.objects.get()
    assert (event.correlation_id, event.event_type) == ("order-7", "UPDATE")
    assert DeduplicationKey.objects.get().deduplication_id == "D-1"


def test_a_repeat_is_told_as_a_duplicate(machine: Client, inlet: str) -> None:
    address = f"{inlet}?number=C-1&_deduplication_id=D-1"
    statuses = [machine.get(address).json()["status"] for _ in range(2)]
    assert statuses == ["success", "skipped"]


def test_a_body_cannot_smuggle_members_into_the_event(machine: Client, inlet: str) -> None:
    body = '{"number":"C-1"},"event_type":"DELETE","x":{"a":1}'
    answer = machine.post(inlet, body, content_type="application/json")
    assert (answer.status_code, InboundEvent.objects.count()) == (400, 0)


def test_a_slug_that_nothing_answers_to_is_stored_and_ignored(erp: Erp, machine: Client) -> None:
    answer = machine.get(f"/v1/erp/inlets/{erp.integration.pk}/nobody?number=C-1")
    assert (answer.status_code, answer.json()["status"]) == (202, "ignored")
    assert InboundEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "body", "message"),
    [
        ("", "", "There is no payload: send parameters, or a JSON object as the body."),
        ("?a=1", '{"b":2}', "a: stands in the query while there is a body; send the payload in one of both"),
        ("", "[1]", "The body must be a JSON object."),
        ("?a=%FF", "", "A parameter of the query is not UTF-8."),
        ("?a=1&_event_type=MOVE", "", "_event_type: must be one of CREATE, UPDATE, DELETE"),
        ("?a=1&_deduplication_id=%2F", "", None),
        ("", "{}", None),
    ],
)
def test_what_is_no_event_is_refused_in_the_words_of_the_call(
    machine: Client, inlet: str, query: str, body: str, message: str | None
) -> None:
    answer = machine.post(f"{inlet}{query}", body, content_type="application/json")
    assert (answer.status_code, InboundEvent.objects.count()) == (400, 0)
    told = answer.json()["message"]
    assert "events[" not in told
    assert message is None or told == message


def test_a_browser_that_is_signed_in_calls_no_inlet(client_of: Any, inlet: str) -> None:
    assert client_of(OWNER).get(f"{inlet}?number=C-1").status_code == 403
    assert InboundEvent.objects.count() == 0


def test_a_token_of_another_integration_is_refused(erp: Erp, client_of: Any, inlet: str) -> None:
    token = make_token(organization=erp.organization, integration_ids=["6f1d3f5e-9a54-4f0e-8f43-7f0a4f7c2c11"])
    assert client_of(token).get(f"{inlet}?number=C-1").status_code == 403


def test_a_look_at_the_head_is_no_call(machine: Client, inlet: str) -> None:
    assert machine.head(f"{inlet}?number=C-1").status_code == 405


def test_calls_count_against_the_limit_of_the_minute(machine: Client, inlet: str, settings: Any) -> None:
    settings.HUB_RATE_LIMIT_PER_MINUTE, settings.HUB_RATE_LIMIT_COUNTS_GET = 2, False
    assert [machine.get(f"{inlet}?number=C-1").status_code for _ in range(3)] == [202, 202, 429]


def test_a_payload_with_what_no_database_takes_ends_as_an_error_of_its_event(machine: Client, inlet: str) -> None:
    answer = machine.post(inlet, r'{"number":"a\u0000b"}', content_type="application/json")
    assert answer.status_code == 202
    drain()
    assert InboundEvent.objects.count() == 1
