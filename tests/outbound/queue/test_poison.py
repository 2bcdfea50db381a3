"""Poison: what is leased too often or cannot be mapped is put aside, or halts the stream (outbound.md 13.4)."""

from __future__ import annotations

import pytest

from hub.accounts.models import Organization
from monitoring.models import BucketDelta
from tests.conftest import FixedClock
from tests.outbound.queue.conftest import FAILED, Queue, names_of, polled, public

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(organization: Organization, clock: FixedClock) -> Queue:
    """One whose use case puts messages aside after two leases."""
    return Queue(organization, clock, max_delivery_attempts=2)


def test_a_message_leased_too_often_becomes_a_dead_letter_and_the_stream_goes_on(queue: Queue) -> None:
    queue.put("bad", "good")
    queue.fail(2, limit=1)
    assert queue.polled() == ["good"]
    [letter] = queue.dead()
    assert (letter.delivered(), letter.attempts, letter.dead_reason) == (
        b'{"name": "bad"}', 2, "max_delivery_attempts",
    )  # fmt: skip


def test_a_dead_letter_is_told_and_counted_as_an_error(queue: Queue) -> None:
    [event_id] = queue.put("bad")
    queue.fail(2)
    queue.poll()
    [span] = queue.spans("MSG_DEAD_LETTERED")
    assert (span.event_id, span.level, span.category) == (event_id, "error", "downstream_api")
    letter_id = public(queue.dead()[0].pk)
    assert span.detail == {"message_id": letter_id, "delivery_attempts": 2, "reason": "max_delivery_attempts"}
    assert [row.status for row in BucketDelta.objects.of(queue.organization)] == ["error"]


def test_without_a_word_of_the_use_case_the_fifth_lease_is_the_last(
    organization: Organization, clock: FixedClock
) -> None:
    queue = Queue(organization, clock)
    queue.put("bad")
    queue.fail(5)
    assert (queue.polled(), len(queue.dead())) == ([], 1)


def test_a_use_case_that_is_gone_puts_aside_after_five_leases(blocking: Queue) -> None:
    blocking.put("bad", "good")
    blocking.use_case.delete()
    blocking.fail(5, limit=1)
    assert blocking.polled() == ["good"]


def test_the_policy_is_that_of_now(queue: Queue) -> None:
    queue.put("bad")
    queue.fail(1)
    queue.use_case.configuration = polled(max_delivery_attempts=1)
    queue.use_case.save()
    assert (queue.polled(), len(queue.dead())) == ([], 1)


def test_each_message_has_the_policy_of_its_use_case(queue: Queue) -> None:
    patient = queue.add_use_case(max_delivery_attempts=100)
    queue.put("patient", use_case_id=patient.pk)
    queue.put("hasty", "last")
    queue.fail(2)
    assert queue.polled() == ["patient"]
    queue.lapse()
    lease = queue.poll()
    queue.ack(lease)
    assert (names_of(lease), queue.polled()) == (["patient"], [])
    assert [letter.delivered() for letter in queue.dead()] == [b'{"name": "hasty"}', b'{"name": "last"}']


def test_a_confirmed_message_was_not_poison(queue: Queue) -> None:
    queue.put("a", "b")
    queue.fail(1)
    queue.ack(queue.poll(), "a", "b")
    assert (queue.polled(), queue.dead()) == ([], [])


def test_what_could_not_be_mapped_is_put_aside_at_once_and_never_delivered(queue: Queue) -> None:
    queue.put("bad", **FAILED)
    queue.put("good")
    assert queue.polled() == ["good"]
    [letter] = queue.dead()
    assert (letter.dead_reason, letter.mapping_failure, letter.attempts) == ("mapping_failed", "boom at 3", 0)
    assert queue.spans("MSG_DEAD_LETTERED")[0].detail["mapping_error"] == "boom at 3"


def test_what_could_not_be_mapped_ends_the_batch_before_it(queue: Queue) -> None:
    queue.put("a")
    queue.put("bad", **FAILED)
    queue.put("b")
    lease = queue.poll()
    assert (names_of(lease), lease.has_more, queue.dead()) == (["a"], True, [])
    queue.ack(lease)
    assert queue.polled() == ["b"]


def test_more_poison_than_one_poll_puts_aside_leaves_the_rest_to_the_next(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbound.queue.poison.CLEARED_AT_ONCE", 3)
    queue.put(*"abcde", **FAILED)
    queue.put("good")
    first = queue.poll()
    assert (first.messages, first.has_more) == ((), True)
    assert queue.polled() == ["good"]


def test_a_dead_letter_has_a_full_new_time_to_live(queue: Queue) -> None:
    queue.put("bad", retention_days=2, **FAILED)
    queue.clock.move(days=1)
    queue.poll()
    queue.clock.move(days=1, hours=23)
    assert len(queue.dead()) == 1
    queue.clock.move(hours=1)
    assert queue.dead() == []


def test_a_blocking_head_halts_the_stream_for_every_use_case(blocking: Queue) -> None:
    other = blocking.add_use_case()
    blocking.put("bad")
    blocking.put("good", use_case_id=other.pk)
    blocking.fail(2, limit=1)
    for _ in range(3):
        lease = blocking.poll()
        assert (lease.messages, lease.has_more) == ((), False)
        blocking.lapse()
    assert blocking.dead() == []


def test_a_blocked_head_is_told_once_per_episode(blocking: Queue) -> None:
    blocking.put("bad", "worse")
    blocking.fail(2)
    for _ in range(3):
        blocking.poll()
    [span] = blocking.spans("MSG_HEAD_BLOCKED")
    assert (span.level, span.detail["delivery_attempts"]) == ("error", 2)
    blocking.unblock()
    blocking.poll()
    assert len(blocking.spans("MSG_HEAD_BLOCKED")) == 2


def test_a_late_acknowledgement_of_the_head_frees_the_stream(blocking: Queue) -> None:
    blocking.put("bad", "good")
    blocking.fail(1, limit=1)
    lease = blocking.poll(limit=1)
    blocking.lapse()
    assert blocking.polled() == []
    assert blocking.ack(lease) == ["accepted"]
    assert blocking.polled() == ["good"]


def test_a_late_acknowledgement_may_confirm_the_whole_last_batch(blocking: Queue) -> None:
    blocking.put("a", "b", "c")
    blocking.fail(1)
    lease = blocking.poll()
    blocking.lapse()
    blocking.poll()
    assert blocking.ack(lease, "a", "b") == ["accepted", "accepted"]
    assert blocking.ack(lease, "c") == ["stale_lease"]


def test_only_the_token_of_the_last_lease_frees_a_blocked_stream(blocking: Queue) -> None:
    blocking.put("bad")
    first = blocking.poll()
    blocking.lapse()
    blocking.fail(1)
    blocking.poll()
    assert blocking.ack(first) == ["stale_lease"]
    assert blocking.polled() == []


def test_a_late_acknowledgement_without_the_head_is_out_of_order(blocking: Queue) -> None:
    blocking.put("a", "b")
    blocking.fail(1)
    lease = blocking.poll()
    blocking.lapse()
    blocking.poll()
    assert blocking.ack(lease, "b") == ["out_of_order"]


def test_what_could_not_be_mapped_blocks_where_the_use_case_blocks(blocking: Queue) -> None:
    blocking.put("bad", **FAILED)
    blocking.put("good")
    assert blocking.polled() == []
    assert blocking.spans("MSG_HEAD_BLOCKED")[0].detail["reason"] == "mapping_failed"


def test_unblocking_puts_the_head_aside(blocking: Queue) -> None:
    blocking.put("bad", "good")
    blocking.fail(2, limit=1)
    blocking.poll()
    head = blocking.rows()[0]
    outcome = blocking.unblock("the ERP lacks this contract")
    assert (outcome.was_blocked, outcome.dead_lettered_id) == (True, head.pk)
    assert [(letter.pk, letter.dead_reason) for letter in blocking.dead()] == [(head.pk, "unblocked")]
    assert "the ERP lacks this contract" in blocking.spans("MSG_DEAD_LETTERED")[0].message
    assert blocking.polled() == ["good"]


def test_unblocking_what_is_not_blocked_does_nothing(queue: Queue) -> None:
    queue.put("a")
    lease = queue.poll()
    assert not queue.unblock().was_blocked
    assert queue.ack(lease) == ["accepted"]


def test_attempts_are_not_counted_while_the_stream_is_blocked(blocking: Queue) -> None:
    blocking.put("bad")
    blocking.fail(2)
    for _ in range(3):
        blocking.poll()
        blocking.lapse()
    blocking.unblock()
    assert blocking.dead()[0].attempts == 2


def test_a_blocking_head_that_expires_frees_the_stream(blocking: Queue) -> None:
    blocking.put("bad", retention_days=1, **FAILED)
    blocking.put("good")
    assert blocking.polled() == []
    blocking.clock.move(days=1)
    assert blocking.polled() == ["good"]


def test_unblocking_after_the_head_expired_names_no_dead_letter(blocking: Queue) -> None:
    blocking.put("bad", retention_days=1, **FAILED)
    blocking.poll()
    blocking.clock.move(days=1)
    outcome = blocking.unblock()
    assert (outcome.was_blocked, outcome.dead_lettered_id, blocking.dead()) == (True, None, [])


@pytest.mark.parametrize("messages", [2, 60])
def test_putting_aside_costs_the_same_however_much_it_is(queue: Queue, statements, messages: int) -> None:
    queue.put(*[str(number) for number in range(messages)], **FAILED)
    queue.poll()
    queue.put(*[str(number) for number in range(messages)], **FAILED)
    with statements() as counted:
        queue.poll(limit=100)
    assert counted() == 12
