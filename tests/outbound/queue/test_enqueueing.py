"""Enqueueing: once per event and use case, told when new, and beside whoever polls (outbound.md 13.3, 13.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from outbound.queue.enqueueing import enqueue
from tests.builders import NOW
from tests.outbound.queue.conftest import Queue, public

pytestmark = pytest.mark.django_db


def test_a_new_message_is_told(queue: Queue) -> None:
    [event_id] = queue.put("a")
    [span], [row] = queue.spans("MSG_ENQUEUED"), queue.rows()
    assert (span.level, span.sync_type, span.event_id) == ("info", "outbound", event_id)
    assert (span.correlation_id, span.use_case_id) == ("c-a", queue.use_case.pk)
    assert span.detail == {"message_id": public(row.pk)}


def test_an_event_is_queued_once_per_use_case(queue: Queue) -> None:
    other = queue.add_use_case()
    first = queue.message("a")
    queue.put_messages(first, first)
    queue.put_messages(first)
    queue.put("a", event_id=first.event_id, use_case_id=other.pk)
    assert queue.polled() == ["a", "a"]


def test_a_repeat_is_not_told_and_changes_nothing(queue: Queue) -> None:
    message = queue.message("a")
    queue.put_messages(message)
    before = queue.rows()[0].__dict__ | {"_state": None}
    queue.clock.move(minutes=1)
    with transaction.atomic():
        assert enqueue([message, queue.message("b")], queue.at) == 1
    assert queue.rows()[0].__dict__ | {"_state": None} == before
    assert [span.correlation_id for span in queue.spans("MSG_ENQUEUED")] == ["c-a", "c-b"]


def test_a_dead_letter_is_not_queued_again(queue: Queue) -> None:
    message = queue.message("a", mapping_failure="boom")
    queue.put_messages(message)
    queue.poll()
    queue.put_messages(message)
    assert (queue.polled(), len(queue.dead())) == ([], 1)


def test_retention_is_counted_from_when_it_was_enqueued(queue: Queue) -> None:
    queue.put("a", retention_days=3)
    assert [row.expires_at for row in queue.rows()] == [NOW + timedelta(days=3)]


def test_nothing_to_enqueue_costs_nothing(queue: Queue, count_queries) -> None:
    with count_queries() as counted:
        assert enqueue([], NOW) == 0
    assert len(counted) == 0


def test_enqueueing_does_not_touch_the_stream(queue: Queue, count_queries) -> None:
    with count_queries() as counted:
        queue.put("a", "b")
    assert not [one["sql"] for one in counted if "outbound_stream" in one["sql"]]


@pytest.mark.parametrize("messages", [1, 60])
def test_enqueueing_costs_the_same_however_much_is_new(queue: Queue, statements, messages: int) -> None:
    new = [queue.message(str(number)) for number in range(messages)]
    with statements() as counted, transaction.atomic():
        enqueue(new, NOW)
    assert counted() <= 4 + messages // 30
