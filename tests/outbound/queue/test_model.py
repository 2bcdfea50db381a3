"""The queue under random operations: in whatever order they come, it keeps order and loses nothing."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbound.models import Stream
from outbound.queue.expiry import expire
from tests.builders import NOW, make_organization
from tests.conftest import FixedClock
from tests.outbound.queue.conftest import FAILED, FIT, Queue, names_of

ATTEMPTS = 2
SHORT, LONG = 1, 60
"""Days for which messages are kept."""

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("enqueue"), st.integers(0, 30), st.booleans(), st.sampled_from([SHORT, LONG])),
        st.tuples(st.just("poll"), st.integers(1, 4)),
        st.tuples(st.just("ack"), st.integers(0, 4)),
        st.tuples(st.just("wait"), st.sampled_from([1, 299, 301, 3 * 86_400])),
        st.tuples(st.just("expire")),
        st.tuples(st.just("unblock")),
        st.tuples(st.just("redrive")),
    ),
    max_size=30,
)


@pytest.mark.django_db(transaction=False)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, blocks=st.booleans())
def test_any_sequence_of_operations_keeps_order_and_loses_nothing(
    clock: FixedClock, steps: list[tuple[Any, ...]], blocks: bool
) -> None:
    clock.at = NOW
    policy = "block" if blocks else "dead_letter"
    queue = Queue(make_organization(), clock, poison_policy=policy, max_delivery_attempts=ATTEMPTS)
    run = Run(queue)
    for name, *arguments in steps:
        getattr(run, name)(*arguments)
        run.check()
    run.finish()


class Run:
    """Does the steps and looks after each whether what must always hold does."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.numbers = itertools.count()
        self.known: set[str] = set()
        self.failed: set[str] = set()
        self.confirmed: list[str] = []
        self.deliveries: dict[str, int] = {}
        self.lease: Any = None
        self.lease_names: list[str] = []

    def enqueue(self, age: int, fails: bool, days: int) -> None:
        """An event that happened age seconds ago; perhaps one that could not be mapped."""
        name = str(next(self.numbers))
        self.known.add(name)
        if fails:
            self.failed.add(name)
        moment = self.queue.at - timedelta(seconds=age)
        self.queue.put(name, occurred_at=moment, retention_days=days, **(FAILED if fails else {}))

    def poll(self, limit: int) -> None:
        """What is handed out is the beginning of the stream, was mapped, and was not handed out too often."""
        was_leased = self._is_leased()
        lease = self.queue.poll(limit)
        names = names_of(lease)
        if not names:
            return
        assert not was_leased
        assert len(names) <= limit
        assert not self.failed & set(names)
        waiting = self._names("queued")
        assert waiting[: len(names)] == names
        for name in names:
            self.deliveries[name] = self.deliveries.get(name, 0) + 1
            assert self.deliveries[name] <= ATTEMPTS
        self.lease, self.lease_names = lease, names

    def ack(self, count: int) -> None:
        """Of the last lease, whether it still counts or not."""
        if self.lease is None or not count:
            return
        wanted = self.lease_names[:count]
        if not wanted:
            return
        answers = self.queue.ack(self.lease, *wanted)
        accepted = [name for name, answer in zip(wanted, answers, strict=True) if answer == "accepted"]
        assert not set(accepted) & set(self.confirmed)
        assert set(answers) <= {"accepted", "not_found", "stale_lease"}
        self.confirmed += accepted

    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.queue.clock.move(seconds=seconds)

    def expire(self) -> None:
        """The schedule runs."""
        expire()

    def unblock(self) -> None:
        """Exactly one dead letter more, or none when nothing was blocked."""
        before = len(self.queue.dead())
        outcome = self.queue.unblock()
        assert len(self.queue.dead()) - before == (outcome.dead_lettered_id is not None)
        assert outcome.was_blocked or outcome.dead_lettered_id is None

    def redrive(self) -> None:
        """All dead letters go to the tail, in their order, mapped by now."""
        names = [self._name(letter) for letter in self.queue.dead()]
        self.queue.redrive(remap=lambda letters: [FIT] * len(letters))
        self.failed -= set(names)
        for name in names:
            self.deliveries.pop(name, None)
        if names:
            assert self._names("queued")[-len(names) :] == names

    def check(self) -> None:
        """Every message is in one place: queued, a dead letter, confirmed, or told to have expired."""
        stored = [self._name(row) for row in self.queue.rows()]
        gone = [span.correlation_id.removeprefix("c-") for span in self.queue.spans("MSG_EXPIRED_UNPOLLED")]
        assert len(stored) == len(set(stored))
        assert not set(stored) & set(self.confirmed)
        assert not set(gone) & set(self.confirmed)
        told = [span.correlation_id.removeprefix("c-") for span in self.queue.spans("MSG_ACKED")]
        assert sorted(told) == sorted(self.confirmed)
        dead_once = {span.correlation_id.removeprefix("c-") for span in self.queue.spans("MSG_DEAD_LETTERED")}
        missing = self.known - set(stored) - set(self.confirmed) - set(gone)
        assert missing <= dead_once

    def finish(self) -> None:
        """Unblocked and redriven, everything that is still kept is delivered, in stream order."""
        self.wait(400)
        kept = {self._name(row) for row in self.queue.rows() if row.expires_at > self.queue.at}
        delivered: list[str] = []
        for _ in range(2 * len(self.known) + 3):
            self.queue.unblock()
            self.queue.redrive(remap=lambda letters: [FIT] * len(letters))
            self.wait(3)
            delivered += self.queue.drain()
        assert sorted(delivered) == sorted(kept)

    def _is_leased(self) -> bool:
        stream = Stream.objects.filter(pk=self.queue.integration.pk).first()
        return stream is not None and stream.is_leased(self.queue.at)

    def _names(self, state: str) -> list[str]:
        return [self._name(row) for row in self.queue.rows() if row.state == state and row.expires_at > self.queue.at]

    @staticmethod
    def _name(row: Any) -> str:
        return str(row.correlation_id).removeprefix("c-")
