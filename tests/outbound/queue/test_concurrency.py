"""Everybody at the same moment, each on a connection of its own: nothing is handed out twice, nothing is lost."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from outbound.models import QueuedMessage
from outbound.queue.expiry import expire
from outbound.queue.polling import Lease
from tests.builders import make_integration
from tests.conftest import FixedClock
from tests.hub.entities.conftest import Store, in_threads
from tests.outbound.queue.conftest import FAILED, FIT, Queue, names_of


@pytest.fixture
def queue(file_store: Store, clock: FixedClock) -> Queue:
    """One that several threads can use at once, of a use case that puts nothing aside."""
    return Queue(file_store.organization, clock, max_delivery_attempts=100)


def test_of_many_who_poll_at_once_one_gets_the_batch(queue: Queue) -> None:
    queue.put(*"abc")
    answers = in_threads(*[queue.poll] * 8)
    assert Counter(len(lease.messages) for lease in answers) == {3: 1, 0: 7}


def test_a_stream_that_is_polled_by_many_for_the_first_time_is_made_once(queue: Queue) -> None:
    queue.put("a")
    integrations = [make_integration(organization=queue.organization) for _ in range(3)]
    for integration in integrations:
        queue.integration = integration
        assert in_threads(*[queue.polled] * 4) == [[]] * 4


def test_of_many_who_confirm_the_same_batch_one_is_accepted(queue: Queue) -> None:
    queue.put(*"abc")
    lease = queue.poll()
    answers = Counter(tuple(answer) for answer in in_threads(*[lambda: queue.ack(lease)] * 6))
    assert answers == {("accepted",) * 3: 1, ("not_found",) * 3: 5}
    assert len(queue.spans("MSG_ACKED")) == 3


def test_an_event_that_is_enqueued_by_many_is_queued_once(queue: Queue) -> None:
    messages = [queue.message(str(number)) for number in range(20)]
    orders = [messages, messages[::-1], messages[10:] + messages[:10]] * 2
    in_threads(*[lambda order=order: queue.put_messages(*order) for order in orders])
    assert len(queue.spans("MSG_ENQUEUED")) == len(queue.rows()) == 20


def test_whatever_is_enqueued_while_somebody_polls_is_handed_out_once(queue: Queue) -> None:
    numbers = itertools.count()
    handed: list[str] = []

    def enqueue_some() -> None:
        for _ in range(15):
            queue.put(*[str(next(numbers)) for _ in range(3)])

    def consume() -> None:
        for _ in range(40):
            lease = queue.poll(7)
            handed.extend(names_of(lease))
            queue.ack(lease)

    in_threads(enqueue_some, enqueue_some, consume)
    for _ in range(2):  # what the first poll finds to be late goes to the tail, and settles there
        queue.clock.move(seconds=10)
        handed += queue.drain()
    assert Counter(handed) == Counter(map(str, range(90)))


def test_a_message_is_either_confirmed_or_expires_but_never_both(queue: Queue) -> None:
    queue.put(*[str(number) for number in range(40)], retention_days=1)
    queue.clock.move(days=1, seconds=-1)
    lease = queue.poll(100)
    works: list[Callable[[], object]] = [
        lambda: queue.ack(lease),
        expire,
        lambda: (queue.clock.move(seconds=2), expire()),
    ]
    in_threads(*works)
    expire()
    told = [span.event_id for code in ("MSG_ACKED", "MSG_EXPIRED_UNPOLLED") for span in queue.spans(code)]
    assert (len(told), len(set(told)), queue.rows()) == (40, 40, [])


def test_polls_redrives_and_expiry_at_once_end_in_no_error(queue: Queue) -> None:
    queue.put(*"abcdef", **FAILED)
    queue.put(*"uvwxyz")
    leases: list[Lease] = []

    def consume() -> None:
        for _ in range(10):
            leases.append(queue.poll(3))
            queue.ack(leases[-1])

    def redrive() -> None:
        for _ in range(10):
            queue.redrive(remap=lambda letters: [FIT] * len(letters))

    in_threads(consume, redrive, redrive, lambda: [expire() for _ in range(10)])
    queue.redrive(remap=lambda letters: [FIT] * len(letters))
    queue.clock.move(timedelta(seconds=30))
    queue.drain()
    assert QueuedMessage.objects.count() == 0
    assert len({span.event_id for span in queue.spans("MSG_ACKED")}) == len(queue.spans("MSG_ACKED")) == 12
