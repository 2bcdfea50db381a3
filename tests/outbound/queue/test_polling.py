"""Polling: leases, order, late arrivals, bounds (outbound.md 13.1 and 13.3)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from outbound.queue.polling import MOST_BYTES
from tests.builders import NOW
from tests.outbound.queue.conftest import Queue, names_of

pytestmark = pytest.mark.django_db
TWO_SECONDS = timedelta(seconds=2)


def test_messages_come_in_the_order_of_their_events(queue: Queue) -> None:
    second = queue.message("second", occurred_at=NOW - timedelta(minutes=1))
    first = queue.message("first", occurred_at=NOW - timedelta(minutes=2))
    queue.put_messages(second)
    queue.put_messages(first)
    assert queue.polled() == ["first", "second"]


def test_events_of_one_moment_come_as_they_were_enqueued(queue: Queue) -> None:
    moment = NOW - timedelta(minutes=1)
    queue.put_messages(*[queue.message(str(number), occurred_at=moment) for number in range(5)])
    assert queue.polled() == ["0", "1", "2", "3", "4"]


def test_all_poll_use_cases_of_an_integration_share_one_stream(queue: Queue) -> None:
    other = queue.add_use_case()
    queue.put("a")
    queue.put("b", use_case_id=other.pk)
    queue.put("c")
    assert queue.polled() == ["a", "b", "c"]


def test_integrations_do_not_see_each_others_messages(queue: Queue) -> None:
    neighbour = Queue(queue.organization, queue.clock)
    queue.put("mine")
    assert neighbour.polled() == []


def test_a_lease_hides_its_messages_and_all_behind_them(queue: Queue) -> None:
    queue.put("a", "b")
    assert queue.polled(limit=1) == ["a"]
    assert queue.polled() == []


def test_a_lapsed_lease_is_handed_out_again_under_a_new_token(queue: Queue) -> None:
    queue.put("a", "b")
    first = queue.poll()
    queue.clock.move(seconds=300)
    second = queue.poll()
    assert [one.id for one in second.messages] == [one.id for one in first.messages]
    assert second.token != first.token


def test_a_lease_lasts_as_long_as_the_integration_says(queue: Queue) -> None:
    queue.integration.settings = {"outbound": {"visibility_timeout_seconds": 60}}
    queue.put("a")
    assert queue.poll().visibility_timeout == timedelta(seconds=60)
    queue.clock.move(seconds=59)
    assert queue.polled() == []
    queue.clock.move(seconds=1)
    assert queue.polled() == ["a"]


@pytest.mark.parametrize(
    ("stored", "seconds"),
    [
        (None, 300),
        ("x", 300),
        ({"visibility_timeout_seconds": "x"}, 300),
        ({"visibility_timeout_seconds": True}, 300),
        ({"visibility_timeout_seconds": 7}, 30),
        ({"visibility_timeout_seconds": 9999}, 3600),
    ],
)
def test_a_timeout_that_makes_no_sense_is_held_within_its_bounds(queue: Queue, stored: object, seconds: int) -> None:
    queue.integration.settings = {"outbound": stored}
    assert queue.poll().visibility_timeout == timedelta(seconds=seconds)


def test_has_more_says_whether_another_batch_can_follow(queue: Queue) -> None:
    queue.put("a", "b", "c")
    lease = queue.poll(limit=2)
    queue.ack(lease)
    assert (lease.has_more, queue.poll(limit=2).has_more) == (True, False)


def test_a_message_waits_until_its_event_has_settled(queue: Queue) -> None:
    queue.put("a", occurred_at=NOW)
    assert queue.polled() == []
    queue.clock.move(TWO_SECONDS)
    assert queue.polled() == ["a"]


def test_an_event_of_tomorrow_counts_as_one_of_now(queue: Queue) -> None:
    queue.put("a", occurred_at=NOW + timedelta(days=1))
    queue.clock.move(TWO_SECONDS)
    assert queue.polled() == ["a"]


def test_what_comes_before_something_handed_out_goes_to_the_tail_unchanged(queue: Queue) -> None:
    early = queue.message("late", payload=b'{"name": "late", "mapped": true}', mapping_version="0" * 16)
    queue.put("a", "b")
    lease = queue.poll(limit=1)
    queue.put_messages(early)
    queue.ack(lease)
    assert queue.polled() == ["b"]
    queue.lapse()
    last = queue.poll()
    assert names_of(last) == ["b", "late"]
    assert json.loads(last.messages[-1].payload or b"") == {"name": "late", "mapped": True}


def test_a_late_arrival_is_told_once(queue: Queue) -> None:
    early = queue.message("late")
    queue.put("a")
    queue.ack(queue.poll())
    queue.put_messages(early)
    for _ in range(2):
        queue.poll()
    [span] = queue.spans("MSG_LATE_ARRIVAL")
    assert span.level == "warning"
    assert span.detail == {
        "message_id": span.detail["message_id"],
        "event_name": "contract.created",
        "original_sequence_time": "2026-01-15T07:50:01.000Z",
        "rekeyed_sequence_time": "2026-01-15T08:00:00.000Z",
    }


def test_late_arrivals_keep_their_order(queue: Queue) -> None:
    early = [queue.message(name) for name in "xyz"]
    queue.put("a")
    queue.ack(queue.poll())
    queue.put_messages(early[2], early[0])
    queue.put_messages(early[1])
    queue.poll()
    queue.clock.move(TWO_SECONDS)
    queue.clock.move(TWO_SECONDS)
    assert queue.polled() == ["x", "y", "z"]


def test_what_was_handed_out_before_is_no_late_arrival(queue: Queue) -> None:
    queue.put("a", "b")
    queue.fail(2)
    assert queue.polled() == ["a", "b"]
    assert queue.spans("MSG_LATE_ARRIVAL") == []


def test_nothing_late_is_handed_out_however_much_of_it_there_is(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outbound.queue.lateness.MOVED_AT_ONCE", 2)
    early = [queue.message(name) for name in "vwxyz"]
    queue.put("a")
    queue.ack(queue.poll())
    queue.put_messages(*early)
    answers = [(names_of(lease), lease.has_more) for lease in (queue.poll() for _ in range(3))]
    queue.clock.move(seconds=10)
    assert answers == [([], True), ([], True), ([], False)]
    assert queue.polled() == list("vwxyz")


def test_expired_messages_are_not_handed_out(queue: Queue) -> None:
    queue.put("a", retention_days=1)
    queue.put("b", retention_days=2)
    queue.clock.move(days=1)
    assert queue.polled() == ["b"]


def test_a_batch_ends_before_it_becomes_too_large_for_one_answer(queue: Queue) -> None:
    filling = "x" * (MOST_BYTES // 3)
    for name in "abcd":
        queue.put(name, raw_payload=json.dumps({"name": name, "filling": filling}).encode())
    lease = queue.poll()
    queue.ack(lease)
    assert (names_of(lease), lease.has_more) == (["a", "b"], True)
    assert queue.polled() == ["c", "d"]


def test_a_message_larger_than_an_answer_is_handed_out_alone(queue: Queue) -> None:
    queue.put("large", raw_payload=json.dumps({"name": "large", "filling": "x" * MOST_BYTES}).encode())
    queue.put("small")
    assert queue.polled() == ["large"]


def test_the_payload_is_what_the_mapping_made_or_else_the_event(queue: Queue) -> None:
    queue.put("raw")
    queue.put("raw", payload=b'{"name": "mapped"}', mapping_version="f" * 16)
    lease = queue.poll()
    assert names_of(lease) == ["raw", "mapped"]
    assert [one.mapping_version for one in lease.messages] == ["", "f" * 16]


def test_an_idle_consumer_poisons_nothing(queue: Queue) -> None:
    queue.put("a")
    for _ in range(10):
        queue.lapse()
    assert queue.polled() == ["a"]


@pytest.mark.parametrize("messages", [2, 90])
def test_a_poll_costs_the_same_however_much_it_hands_out(queue: Queue, statements, messages: int) -> None:
    queue.put(*[str(number) for number in range(messages)])
    queue.poll(limit=1)
    queue.clock.move(minutes=1)
    with statements() as fresh:
        assert queue.poll().messages == ()
    queue.lapse()
    with statements() as repeated:
        assert len(queue.poll(limit=100).messages) == messages
    assert (fresh(), repeated()) == (2, 5)


@pytest.mark.parametrize("messages", [2, 90])
def test_a_poll_of_fresh_messages_costs_three_statements(queue: Queue, statements, messages: int) -> None:
    queue.put("a", *[str(number) for number in range(messages)])
    queue.ack(queue.poll(limit=1))
    with statements() as counted:
        assert len(queue.poll(limit=100).messages) == messages
    assert counted() == 3
