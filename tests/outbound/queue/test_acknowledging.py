"""Acknowledging: prefixes of the leased batch in stream order, and what is refused (outbound.md 13.2)."""

from __future__ import annotations

import pytest

from hub import database
from hub.ids import new_id, to_text
from monitoring.codes import get_code
from monitoring.models import BucketDelta
from outbound.queue.acknowledging import TOKEN_PREFIX, Ack
from outbound.queue.polling import Lease
from tests.outbound.queue.conftest import Queue, names_of, public

pytestmark = pytest.mark.django_db


def ack_of(lease: Lease, place: int, token: str = "") -> Ack:
    return Ack(public(lease.messages[place].id), token or to_text(TOKEN_PREFIX, lease.token))


def test_what_is_confirmed_is_gone_and_the_next_batch_follows_at_once(queue: Queue) -> None:
    queue.put("a", "b", "c")
    assert queue.ack(queue.poll(limit=2)) == ["accepted", "accepted"]
    assert queue.polled() == ["c"]


def test_the_beginning_of_a_batch_can_be_confirmed_alone(queue: Queue) -> None:
    queue.put("a", "b", "c")
    lease = queue.poll()
    assert queue.ack(lease, "a") == ["accepted"]
    assert queue.polled() == []
    queue.clock.move(seconds=299)
    assert queue.ack(lease, "b") == ["accepted"]
    queue.lapse()
    assert queue.polled() == ["c"]


def test_what_stands_after_a_gap_is_out_of_order(queue: Queue) -> None:
    queue.put("a", "b", "c", "d")
    lease = queue.poll()
    assert queue.ack(lease, "a", "c", "d") == ["accepted", "out_of_order", "out_of_order"]
    assert queue.ack(lease, "b", "c", "d") == ["accepted"] * 3


def test_a_batch_confirmed_from_behind_is_out_of_order(queue: Queue) -> None:
    queue.put("a", "b")
    assert queue.ack(queue.poll(), "b") == ["out_of_order"]


def test_a_request_may_list_a_batch_in_any_order(queue: Queue) -> None:
    queue.put("a", "b", "c")
    assert queue.ack(queue.poll(), "c", "a", "b") == ["accepted"] * 3


def test_unknown_ids_are_not_found_and_leave_no_gap(queue: Queue) -> None:
    queue.put("a", "b")
    lease = queue.poll()
    unknown = [Ack(text, to_text(TOKEN_PREFIX, lease.token)) for text in ("nonsense", public(new_id()), "msg_")]
    acks = [unknown[0], ack_of(lease, 1), unknown[1], ack_of(lease, 0), unknown[2]]
    assert queue.ack_as_sent(*acks) == ["not_found", "accepted", "not_found", "accepted", "not_found"]


def test_what_was_confirmed_before_is_not_found(queue: Queue) -> None:
    queue.put("a")
    lease = queue.poll()
    queue.ack(lease)
    assert queue.ack(lease) == ["not_found"]


def test_an_id_named_twice_is_accepted_twice(queue: Queue) -> None:
    queue.put("a")
    lease = queue.poll()
    assert queue.ack_as_sent(ack_of(lease, 0), ack_of(lease, 0)) == ["accepted", "accepted"]
    assert len(queue.spans("MSG_ACKED")) == 1


def test_a_lapsed_token_is_stale_even_if_nobody_polled_since(queue: Queue) -> None:
    queue.put("a")
    lease = queue.poll()
    queue.lapse()
    assert queue.ack(lease) == ["stale_lease"]


def test_a_replaced_token_is_stale_and_harms_nobody(queue: Queue) -> None:
    queue.put("a")
    old = queue.poll()
    queue.lapse()
    new = queue.poll()
    assert queue.ack(old) == ["stale_lease"]
    assert queue.ack(new) == ["accepted"]


@pytest.mark.parametrize(
    "token", ["lt_", "nonsense", "lt_01KF0T2M2R8Z3V0Q6H5J7N9P4S", "msg_01KF0T2M2R8Z3V0Q6H5J7N9P4S"]
)
def test_a_made_up_token_is_stale(queue: Queue, token: str) -> None:
    queue.put("a")
    lease = queue.poll()
    assert queue.ack_as_sent(ack_of(lease, 0, token)) == ["stale_lease"]


def test_of_two_tokens_for_one_id_the_right_one_counts(queue: Queue) -> None:
    queue.put("a")
    lease = queue.poll()
    assert queue.ack_as_sent(ack_of(lease, 0, "lt_x"), ack_of(lease, 0)) == ["stale_lease", "accepted"]


def test_a_message_that_is_not_leased_is_out_of_order_even_with_the_token_in_flight(queue: Queue) -> None:
    queue.put("a", "b")
    lease = queue.poll(limit=1)
    behind = queue.rows()[1]
    token = to_text(TOKEN_PREFIX, lease.token)
    assert queue.ack_as_sent(Ack(public(behind.pk), token)) == ["out_of_order"]


def test_messages_of_another_integration_are_not_found(queue: Queue) -> None:
    other = Queue(queue.organization, queue.clock)
    other.put("theirs")
    queue.put("mine")
    theirs, mine = other.poll(), queue.poll()
    stolen = Ack(public(theirs.messages[0].id), to_text(TOKEN_PREFIX, theirs.token))
    mixed = Ack(public(theirs.messages[0].id), to_text(TOKEN_PREFIX, mine.token))
    assert queue.ack_as_sent(stolen, mixed) == ["not_found", "not_found"]
    assert other.ack(theirs) == ["accepted"]


def test_what_expired_in_flight_is_not_found_and_leaves_no_gap(queue: Queue) -> None:
    queue.put("a", retention_days=1)
    queue.put("b")
    queue.clock.move(days=1, seconds=-60)
    lease = queue.poll()
    queue.clock.move(seconds=60)
    assert queue.ack(lease, "b") == ["accepted"]
    assert queue.ack(lease, "a") == ["not_found"]


def test_all_of_a_batch_is_confirmed_though_its_first_message_expired(queue: Queue) -> None:
    queue.put("a", retention_days=1)
    queue.put("b", "c")
    queue.clock.move(days=1, seconds=-60)
    lease = queue.poll()
    queue.clock.move(seconds=60)
    assert queue.ack(lease) == ["not_found", "accepted", "accepted"]
    queue.put("d")
    assert queue.polled() == ["d"]


def test_each_confirmed_message_is_told_and_counted(queue: Queue) -> None:
    event_ids, sent_at = queue.put("a", "b"), queue.at
    lease = queue.poll()
    queue.clock.move(seconds=4)
    queue.ack(lease)
    spans = queue.spans("MSG_ACKED")
    assert [(span.event_id, span.level, span.duration_ms) for span in spans] == [
        (one, "success", 4000) for one in event_ids
    ]
    assert [span.detail for span in spans] == [{"message_id": public(one.id)} for one in lease.messages]
    assert [(span.object_type, span.correlation_id, span.received_at) for span in spans] == [
        ("contract.created", "c-a", sent_at),
        ("contract.created", "c-b", sent_at),
    ]
    assert {(span.sync_type, span.code, span.category, span.completed_at, span.message) for span in spans} == {
        ("outbound", "MSG_ACKED", "", queue.at, get_code("MSG_ACKED").sentence)
    }
    assert {(span.integration_id, span.entity_id, span.event_type) for span in spans} == {
        (queue.integration.pk, None, "")
    }
    [counted] = BucketDelta.objects.of(queue.organization)
    assert (counted.direction, counted.status, counted.events) == ("outbound", "success", 2)


def test_what_is_rejected_is_not_told(queue: Queue) -> None:
    queue.put("a", "b")
    queue.ack(queue.poll(), "b")
    assert queue.spans("MSG_ACKED") == []
    assert queue.stream().last_ack_at is None


def test_a_stream_that_nobody_polled_takes_no_acknowledgement(queue: Queue) -> None:
    assert queue.ack_as_sent(Ack(public(new_id()), to_text(TOKEN_PREFIX, new_id()))) == ["not_found"]


@pytest.mark.parametrize("messages", [2, 90])
def test_an_acknowledgement_costs_five_statements_or_six_on_sqlite_however_much_it_confirms(
    queue: Queue, statements, messages: int
) -> None:
    queue.put(*[str(number) for number in range(messages)])
    lease = queue.poll(limit=100)
    with statements() as whole:
        queue.ack(lease)
    queue.put(*[str(number) for number in range(messages)], occurred_at=queue.at)
    queue.clock.move(seconds=2)
    gapped = queue.poll(limit=100)
    first, last = names_of(gapped)[0], names_of(gapped)[-1]
    with statements() as partial:
        queue.ack(gapped, *([first, last] if messages > 2 else [last]))
    assert whole() == (5 if database.vendor() == "postgresql" else 6)
    assert partial() <= 8
