"""The five operations over HTTP: shapes, refusals, grants (outbound.md 13.1, 13.2, 13.5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.ids import new_id, to_text
from outbound.models import MessageState, QueuedMessage
from tests.builders import make_token
from tests.outbound.queue.conftest import FAILED, Queue, public

pytestmark = pytest.mark.django_db


class Door:
    """The operations of one queue, as a client sees them."""

    def __init__(self, client: Client, queue: Queue) -> None:
        self.client = client
        self.path = f"/v1/integrations/{queue.integration.pk}/outbound/messages"

    def post(self, operation: str, body: Any = None) -> Any:  # Any: an answer of the test client
        content = b"" if body is None else json.dumps(body).encode()
        return self.client.generic("POST", f"{self.path}/{operation}", content, content_type="application/json")

    def poll(self, **body: Any) -> Any:
        return self.post("poll", body).json()


@pytest.fixture
def door(queue: Queue, client_of: Callable[..., Client]) -> Door:
    """The door of an ERP that may do everything."""
    return Door(client_of(make_token(organization=queue.organization)), queue)


def test_a_poll_answers_messages_with_their_payloads(queue: Queue, door: Door) -> None:
    [event_id] = queue.put("a", payload=b'{"name": "a", "n": [1, 2.50, "\xc3\xbc"]}', mapping_version="0" * 16)
    answer = door.poll()
    [message] = answer.pop("messages")
    assert answer == {"visibility_timeout_seconds": 300, "has_more": False}
    assert message.pop("lease_token").startswith("lt_")
    assert message == {
        "id": public(queue.rows()[0].pk),
        "org_id": str(queue.organization.pk),
        "use_case_id": str(queue.use_case.pk),
        "event_name": "contract.created",
        "event_id": to_text("", event_id),
        "group": "0",
        "payload": {"name": "a", "n": [1, 2.5, "ü"]},
        "mapping_version": "0" * 16,
        "enqueued_at": "2026-01-15T08:00:00.000Z",
    }


def test_a_raw_message_has_no_mapping_version(queue: Queue, door: Door) -> None:
    queue.put("a")
    assert "mapping_version" not in door.poll()["messages"][0]


def test_a_payload_is_passed_on_digit_by_digit(queue: Queue, door: Door) -> None:
    queue.put("a", raw_payload=b'{"big":12345678901234567890123,"exact":1.10}')
    assert b'{"big":12345678901234567890123,"exact":1.10}' in door.post("poll").content


def test_a_poll_needs_no_body_and_takes_ten(queue: Queue, door: Door) -> None:
    queue.put(*"abcdefghijkl")
    answer = door.post("poll").json()
    assert (len(answer["messages"]), answer["has_more"]) == (10, True)


def test_an_acknowledgement_answers_each_id(queue: Queue, door: Door) -> None:
    queue.put("a", "b", "c")
    messages = door.poll(limit=3)["messages"]
    first, _, third = [{"id": one["id"], "lease_token": one["lease_token"]} for one in messages]
    answer = door.post("ack", {"acks": [third, first]}).json()
    assert answer == {
        "results": [
            {"id": third["id"], "status": "rejected", "reason": "out_of_order"},
            {"id": first["id"], "status": "accepted"},
        ]
    }


def test_dead_letters_show_what_was_to_be_delivered(queue: Queue, door: Door) -> None:
    [event_id] = queue.put("bad", **FAILED)
    door.poll()
    [letter] = door.client.get(f"{door.path}/dlq").json()["items"]
    assert letter == {
        "id": public(queue.dead()[0].pk),
        "use_case_id": str(queue.use_case.pk),
        "event_name": "contract.created",
        "event_id": to_text("", event_id),
        "enqueued_at": "2026-01-15T08:00:00.000Z",
        "dead_lettered_at": "2026-01-15T08:00:00.000Z",
        "delivery_attempts": 0,
        "reason": "mapping_failed",
        "mapping_error": "boom at 3",
        "expires_at": "2026-02-14T08:00:00.000Z",
        "payload": {"name": "bad"},
    }


def test_dead_letters_come_in_pages(queue: Queue, door: Door) -> None:
    queue.put(*"abc", **FAILED)
    door.poll()
    first = door.client.get(f"{door.path}/dlq?limit=2").json()
    second = door.client.get(f"{door.path}/dlq", {"limit": 2, "next_token": first["next_token"]}).json()
    assert [one["payload"]["name"] for one in first["items"] + second["items"]] == ["a", "b", "c"]
    assert "next_token" not in second


def test_redriving_names_the_new_message(queue: Queue, door: Door) -> None:
    queue.put("bad", **FAILED)
    door.poll()
    old, unknown = public(queue.dead()[0].pk), public(new_id())
    results = door.post("dlq/redrive", {"ids": [unknown, old]}).json()["results"]
    assert results[0] == {"id": unknown, "status": "not_found"}
    assert (results[1]["status"], results[1]["message_id"]) == ("redriven", public(queue.rows()[0].pk))


def test_redriving_says_why_the_mapping_failed(queue: Queue, door: Door) -> None:
    queue.put("bad", **FAILED)
    door.poll()
    queue.use_case.delete()
    [result] = door.post("dlq/redrive", {"ids": [public(queue.dead()[0].pk)]}).json()["results"]
    assert result["status"] == "mapping_failed"
    assert "use case" in result["mapping_error"]


def test_unblocking_names_the_dead_letter(blocking: Queue, client_of: Callable[..., Client]) -> None:
    door = Door(client_of(make_token(organization=blocking.organization)), blocking)
    blocking.put("bad", **FAILED)
    door.poll()
    head = public(blocking.rows()[0].pk)
    assert door.post("unblock", {"reason": "skip"}).json() == {"unblocked": True, "dead_lettered_id": head}
    assert door.post("unblock").json() == {"unblocked": False}


def test_who_redrives_and_unblocks_is_in_the_audit_trail(blocking: Queue, client_of: Callable[..., Client]) -> None:
    door = Door(client_of(make_token(organization=blocking.organization)), blocking)
    blocking.put("bad", **FAILED)
    door.poll()
    door.post("unblock", {"reason": "skip"})
    door.post("unblock")
    door.post("dlq/redrive", {"ids": [public(blocking.dead()[0].pk)]})
    entries = AuditEntry.objects.filter(organization=blocking.organization).order_by("sequence")
    assert [entry.action for entry in entries] == ["queue.unblocked", "queue.redriven"]
    assert entries[0].changes["reason"] == "skip"


def test_who_unblocks_without_a_reason_is_in_the_audit_trail(blocking: Queue, client_of: Callable[..., Client]) -> None:
    token = make_token(organization=blocking.organization)
    door = Door(client_of(token), blocking)
    blocking.put("bad", **FAILED)
    door.poll()
    assert door.post("unblock", {}).json()["unblocked"] is True
    [entry] = AuditEntry.objects.filter(organization=blocking.organization, action="queue.unblocked")
    assert (entry.actor_type, entry.actor_id, entry.changes["reason"]) == ("token", token.id, "")


WRONG = [
    ("poll", {"limit": 0}, "limit"),
    ("poll", {"limit": 101}, "limit"),
    ("poll", {"limit": "1"}, "limit"),
    ("poll", {"limit": True}, "limit"),
    ("poll", {"limit": 1.5}, "limit"),
    ("poll", {"limit": None}, "limit"),
    ("poll", {"max": 1}, "max"),
    ("poll", [], ""),
    ("ack", None, ""),
    ("ack", {}, "acks"),
    ("ack", {"acks": []}, "acks"),
    ("ack", {"acks": {}}, "acks"),
    ("ack", {"acks": [{"id": "m", "lease_token": "t"}] * 101}, "acks"),
    ("ack", {"acks": ["m"]}, "acks[0]"),
    ("ack", {"acks": [{"id": "m"}]}, "acks[0].lease_token"),
    ("ack", {"acks": [{"id": 1, "lease_token": "t"}]}, "acks[0].id"),
    ("ack", {"acks": [{"id": "", "lease_token": "t"}]}, "acks[0].id"),
    ("ack", {"acks": [{"id": "m" * 65, "lease_token": "t"}]}, "acks[0].id"),
    ("ack", {"acks": [{"id": "m", "lease_token": "t", "more": 1}]}, "acks[0].more"),
    ("ack", {"acks": [{"id": "m", "lease_token": "t"}], "more": 1}, "more"),
    ("dlq/redrive", {"ids": []}, "ids"),
    ("dlq/redrive", {"ids": ["m"] * 101}, "ids"),
    ("dlq/redrive", {"ids": [None]}, "ids[0]"),
    ("dlq/redrive", {"ids": ["m"], "reapply_mapping": "yes"}, "reapply_mapping"),
    ("dlq/redrive", {"ids": ["m"], "more": 1}, "more"),
    ("unblock", {"reason": "x" * 501}, "reason"),
    ("unblock", {"reason": None}, "reason"),
    ("unblock", {"more": 1}, "more"),
]


@pytest.mark.parametrize(("operation", "body", "path"), WRONG)
def test_what_makes_no_sense_is_refused_by_its_name(door: Door, operation: str, body: Any, path: str) -> None:
    answer = door.post(operation, body)
    assert answer.status_code == 400
    assert not path or [one["path"] for one in answer.json()["details"]] == [path]


@pytest.mark.parametrize("token", ["x", "e30"])
def test_a_page_that_nobody_gave_out_is_named_as_the_answer_names_it(door: Door, token: str) -> None:
    answer = door.client.get(f"{door.path}/dlq", {"next_token": token})
    assert answer.json()["details"] == [{"path": "next_token", "message": "send back next_token unchanged"}]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "next_token=x", "next_token=e30", "next_token="])
def test_a_page_that_makes_no_sense_is_refused(door: Door, query: str) -> None:
    assert door.client.get(f"{door.path}/dlq?{query}").status_code == 400


@pytest.mark.parametrize("operation", ["poll", "ack", "dlq/redrive", "unblock"])
def test_bodies_are_bounded(door: Door, operation: str) -> None:
    assert door.post(operation, {"filling": "x" * 128 * 1024}).status_code == 413


def test_a_refused_poll_leases_nothing(queue: Queue, door: Door) -> None:
    queue.put("a")
    door.poll(max=1)
    assert QueuedMessage.objects.filter(state=MessageState.QUEUED, attempts=0).count() == 1
    assert queue.polled() == ["a"]


@pytest.mark.parametrize("operation", ["dlq/redrive", "unblock"])
def test_a_token_that_may_only_consume_decides_nothing(
    queue: Queue, client_of: Callable[..., Client], operation: str
) -> None:
    token = make_token(organization=queue.organization, grants=("integration:consume",))
    door = Door(client_of(token), queue)
    assert door.post(operation, {}).status_code == door.client.get(f"{door.path}/dlq").status_code == 403
    assert door.post("poll").status_code == 200


def test_a_grant_to_consume_counts_for_its_integration_alone(queue: Queue, client_of: Callable[..., Client]) -> None:
    other = Queue(queue.organization, queue.clock)
    grant = {"action": "integration:consume", "resource": f"integration:{queue.integration.pk}"}
    client = client_of(make_token(organization=queue.organization, grants=(grant,)))
    assert Door(client, queue).post("poll").status_code == 200
    assert Door(client, other).post("poll").status_code == 403
