"""status_of: what the outbound status of an integration says of its stream (outbound.md section 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outbound.queue.status import PollStatus, status_of
from tests.builders import NOW
from tests.outbound.queue.conftest import FAILED, Queue

pytestmark = pytest.mark.django_db
NOTHING = PollStatus(0, True, None, None, None, False, 0, True)


def status(queue: Queue) -> PollStatus:
    return status_of(queue.integration, queue.at)


def test_a_stream_that_nobody_polled_has_no_moments(queue: Queue) -> None:
    assert status(queue) == NOTHING


def test_depth_and_age_are_those_of_what_is_not_confirmed(queue: Queue) -> None:
    queue.put("a", "b")
    queue.clock.move(seconds=90)
    queue.put("c")
    queue.poll(limit=1)
    found = status(queue)
    assert (found.queue_depth, found.oldest_unconsumed_age_seconds) == (3, 90)


def test_the_last_poll_and_the_last_acknowledgement_are_known(queue: Queue) -> None:
    queue.put("a")
    lease = queue.poll()
    queue.clock.move(seconds=5)
    queue.ack(lease)
    found = status(queue)
    assert (found.last_poll_at, found.last_ack_at) == (NOW, NOW + timedelta(seconds=5))


def test_a_blocked_stream_says_so_until_it_is_free(blocking: Queue) -> None:
    blocking.put("bad", **FAILED)
    blocking.poll()
    assert status(blocking).blocked
    blocking.unblock()
    assert (status(blocking).blocked, status(blocking).dlq_count) == (False, 1)


def test_beyond_a_bound_is_said_how_many_there_are_at_least(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outbound.queue.status.COUNTED", 2)
    queue.put("a", "b")
    assert (status(queue).queue_depth, status(queue).is_depth_exact) == (2, True)
    queue.put("c")
    assert (status(queue).queue_depth, status(queue).is_depth_exact) == (2, False)


def test_what_has_expired_is_not_counted(queue: Queue) -> None:
    queue.put("a", retention_days=1)
    queue.clock.move(days=1)
    assert status(queue) == NOTHING


def test_it_costs_four_statements_at_most(blocking: Queue, statements) -> None:
    blocking.put("bad", "b", **FAILED)
    blocking.poll()
    with statements() as counted:
        status(blocking)
    assert counted() == 4
