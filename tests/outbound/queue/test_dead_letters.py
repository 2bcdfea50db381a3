"""Dead letters: listed with their payloads, redriven as new messages (outbound.md 13.5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from hub.ids import new_id
from outbound.models import QueuedMessage
from outbound.queue.dead_letters import MOST_BYTES, RedriveStatus, Remapped, list_dead, redrive
from outbound.queue.remapping import mapping_version, remap_for
from tests.builders import NOW, make_variable
from tests.outbound.queue.conftest import FAILED, Queue, never, polled, public

pytestmark = pytest.mark.django_db


def as_mapped(letters: Sequence[QueuedMessage]) -> list[Remapped]:
    """A Remap that says of each that it was mapped."""
    return [Remapped(json.dumps({"name": f"new {one.correlation_id}"}).encode(), "1" * 16) for one in letters]


def refused(letters: Sequence[QueuedMessage]) -> list[Remapped]:
    """A Remap that fails."""
    return [Remapped(failure="boom again") for _ in letters]


@pytest.fixture
def letters(queue: Queue) -> list[QueuedMessage]:
    """Three that were leased too often."""
    queue.put("a", "b", "c")
    queue.fail(5)
    queue.poll()
    return queue.dead()


def page(queue: Queue, limit: int, last: QueuedMessage | None = None) -> tuple[list[QueuedMessage], bool]:
    after = (last.dead_lettered_at or NOW, last.pk) if last else None
    return list_dead(integration=queue.integration, limit=limit, after=after, at=queue.at)


def test_they_are_listed_oldest_first_and_in_pages(queue: Queue, letters: list[QueuedMessage]) -> None:
    queue.put("bad", **FAILED)
    queue.clock.move(minutes=1)
    queue.poll()
    first, has_more = page(queue, 2)
    rest, has_still_more = page(queue, 2, first[-1])
    assert [one.correlation_id for one in first + rest] == ["c-a", "c-b", "c-c", "c-bad"]
    assert (has_more, has_still_more) == (True, False)


def test_a_page_ends_before_it_becomes_too_large(queue: Queue) -> None:
    filling = "x" * (MOST_BYTES // 2)
    queue.put(*"abc", raw_payload=json.dumps({"filling": filling}).encode(), **FAILED)
    queue.poll()
    found, has_more = page(queue, 100)
    assert (len(found), has_more) == (1, True)


def test_expired_dead_letters_are_not_listed(queue: Queue, letters: list[QueuedMessage]) -> None:
    queue.clock.move(days=30)
    assert queue.dead() == []


def test_a_redriven_message_goes_to_the_tail_as_a_new_one(queue: Queue, letters: list[QueuedMessage]) -> None:
    queue.put("waiting")
    queue.clock.move(minutes=1)
    [outcome] = queue.redrive(letters[0].pk)
    queue.clock.move(seconds=2)
    lease = queue.poll()
    row = queue.rows()[-1]
    assert [one.id for one in lease.messages][-1] == outcome.new_id != letters[0].pk
    assert (row.attempts, row.enqueued_at, row.event_id) == (0, queue.at - timedelta(seconds=2), letters[0].event_id)
    assert row.expires_at == row.enqueued_at + timedelta(days=30)
    assert [one.correlation_id for one in queue.dead()] == ["c-b", "c-c"]


def test_a_redriven_message_is_told_as_enqueued(queue: Queue, letters: list[QueuedMessage]) -> None:
    [outcome] = queue.redrive(letters[1].pk)
    span = queue.spans("MSG_ENQUEUED")[-1]
    assert outcome.new_id is not None
    assert span.detail == {"message_id": public(outcome.new_id), "redriven_from": public(letters[1].pk)}


def test_outcomes_come_in_the_order_of_the_request(queue: Queue, letters: list[QueuedMessage]) -> None:
    other = Queue(queue.organization, queue.clock)
    other.put("theirs", **FAILED)
    other.poll()
    queue.put("queued")
    ids = [public(letters[2].pk), "nonsense", public(new_id()), public(other.dead()[0].pk), public(letters[0].pk),
           public(queue.rows()[-1].pk), public(letters[2].pk)]  # fmt: skip
    outcomes = redrive(integration=queue.integration, ids=ids, reapply_mapping=False, remap=never, at=queue.at)
    assert [one.status.value for one in outcomes] == [
        "redriven", "not_found", "not_found", "not_found", "redriven", "not_found", "redriven",
    ]  # fmt: skip
    queue.clock.move(seconds=3)
    assert queue.drain() == ["queued", "a", "c"]


def test_what_was_redriven_is_not_found_any_more(queue: Queue, letters: list[QueuedMessage]) -> None:
    queue.redrive(letters[0].pk)
    assert queue.redrive(letters[0].pk)[0].status == RedriveStatus.NOT_FOUND


def test_the_stored_payload_is_kept_unless_the_mapping_is_to_be_applied_again(queue: Queue) -> None:
    queue.put("a", payload=b'{"name": "mapped"}', mapping_version="0" * 16)
    queue.fail(5)
    queue.poll()
    queue.redrive()
    queue.clock.move(seconds=2)
    [message] = queue.poll().messages
    assert (message.payload, message.mapping_version) == (b'{"name": "mapped"}', "0" * 16)


def test_reapplying_maps_the_event_anew(queue: Queue, letters: list[QueuedMessage]) -> None:
    queue.redrive(letters[0].pk, reapply=True, remap=as_mapped)
    queue.clock.move(seconds=2)
    [message] = queue.poll().messages
    assert (message.payload, message.mapping_version) == (b'{"name": "new c-a"}', "1" * 16)


def test_what_could_not_be_mapped_is_always_mapped_anew(queue: Queue) -> None:
    queue.put("bad", **FAILED)
    queue.poll()
    queue.redrive(remap=as_mapped)
    queue.clock.move(seconds=2)
    assert queue.polled() == ["new c-bad"]


def test_what_cannot_be_mapped_again_stays_a_dead_letter(queue: Queue, letters: list[QueuedMessage]) -> None:
    outcomes = queue.redrive(reapply=True, remap=refused)
    assert [(one.status.value, one.failure) for one in outcomes] == [("mapping_failed", "boom again")] * 3
    assert [one.pk for one in queue.dead()] == [one.pk for one in letters]


def test_a_redriven_event_is_still_queued_once(queue: Queue) -> None:
    message = queue.message("a", **FAILED)
    queue.put_messages(message)
    queue.poll()
    queue.redrive(remap=as_mapped)
    queue.put_messages(message)
    queue.clock.move(seconds=2)
    assert queue.drain() == ["new c-a"]


@pytest.mark.parametrize("number", [1, 40])
def test_redriving_costs_the_same_however_much_it_is(queue: Queue, statements, number: int) -> None:
    queue.put(*[str(one) for one in range(number)], **FAILED)
    queue.poll()
    ids = [letter.pk for letter in queue.dead()]
    with statements() as counted:
        queue.redrive(*ids, remap=as_mapped)
    assert counted() <= 8 + number // 20


# --- remap_for ---------------------------------------------------------------------------------------------


def with_expression(queue: Queue, expression: str | None) -> None:
    configuration = polled()
    configuration["mappings"][0]["jsonata_expression"] = expression
    queue.use_case.configuration = configuration
    queue.use_case.save()


def test_the_expression_of_now_is_applied_to_the_raw_event(queue: Queue) -> None:
    make_variable(organization=queue.organization, key="erp.tenant", value="t1")
    expression = ' {"name": name & "!", "tenant": $lookup($env, "erp.tenant")} '
    with_expression(queue, expression)
    queue.put("bad", **FAILED)
    queue.poll()
    queue.redrive(remap=remap_for(queue.organization))
    queue.clock.move(seconds=2)
    [message] = queue.poll().messages
    assert json.loads(message.payload or b"") == {"name": "bad!", "tenant": "t1"}
    assert message.mapping_version == mapping_version(expression.strip())


def test_an_expression_that_yields_no_object_fails(queue: Queue) -> None:
    with_expression(queue, "name")
    queue.put("bad", **FAILED)
    queue.poll()
    [outcome] = queue.redrive(remap=remap_for(queue.organization))
    assert outcome.status == RedriveStatus.MAPPING_FAILED
    assert "object" in outcome.failure


@pytest.mark.parametrize("expression", [None, "", "  "])
def test_without_an_expression_the_event_itself_is_delivered(queue: Queue, expression: str | None) -> None:
    with_expression(queue, expression)
    queue.put("bad", **FAILED)
    queue.poll()
    queue.redrive(remap=remap_for(queue.organization))
    queue.clock.move(seconds=2)
    assert queue.polled() == ["bad"]


def test_nothing_can_be_mapped_for_a_use_case_that_is_gone(queue: Queue) -> None:
    queue.put("bad", **FAILED)
    queue.poll()
    queue.use_case.delete()
    [outcome] = queue.redrive(remap=remap_for(queue.organization))
    assert outcome.status == RedriveStatus.MAPPING_FAILED
