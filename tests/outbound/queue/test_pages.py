"""The pages of the poll queue: how streams are doing, one with its messages, unblocking, redriving."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.ids import to_text
from outbound.models import QueuedMessage
from outbound.queue.spans import MESSAGE_PREFIX
from tests.builders import make_integration
from tests.cast import OPERATOR, VIEWER
from tests.outbound.queue.conftest import FAILED, Queue


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who may decide about what was put aside."""
    return client_of(OPERATOR)


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look, and no more."""
    return client_of(VIEWER)


def address_of(queue, tail=""):
    return f"/app/queue/{queue.integration.pk}{tail}"


def ids_of(queue):
    return [to_text(MESSAGE_PREFIX, one.pk) for one in QueuedMessage.objects.order_by("position")]


def tries_of(client, queue):
    return [row.tried for row in client.get(address_of(queue)).context["rows"]]


def test_an_organization_without_poll_mappings_is_told_where_they_come_from(viewer, organization):
    make_integration(organization=organization)
    assert "No integration is polled" in viewer.get("/app/queue").content.decode()


def test_every_stream_tells_how_it_is_doing(viewer, queue):
    queue.put("a", "b", "c")
    queue.poll(1)
    [row] = viewer.get("/app/queue").context["rows"]
    view = row["view"]
    assert (view.waiting.number, view.dead.number, len(view.leased_ids)) == (2, 0, 1)
    assert view.last_poll_at == queue.at
    assert view.leased_until is not None


def test_what_is_in_flight_does_not_wait_but_is_in_the_queue(viewer, queue):
    queue.put("a", "b", "c")
    queue.poll(2)
    context = viewer.get(address_of(queue)).context
    assert (context["waiting"], len(context["view"].leased_ids), context["queued"]) == ("1", 2, "3")


def test_the_oldest_that_waits_is_none_of_those_in_flight(viewer, queue):
    queue.put("a")
    queue.clock.move(seconds=60)
    queue.put("b")
    queue.poll(1)
    view = viewer.get(address_of(queue)).context["view"]
    assert view.oldest_at == queue.at
    queue.lapse()
    queue.poll()
    assert viewer.get(address_of(queue)).context["view"].oldest_at is None


def test_a_message_counts_as_tried_from_when_it_is_handed_out(viewer, queue):
    queue.put("a", "b")
    queue.poll(1)
    assert tries_of(viewer, queue) == [1, 0]
    queue.lapse()
    assert tries_of(viewer, queue) == [1, 0]
    queue.poll()
    assert tries_of(viewer, queue) == [2, 1]


def test_the_message_that_blocks_a_stream_is_not_counted_twice(viewer, blocking):
    blocking.put("a")
    blocking.fail(2)
    blocking.poll()
    assert tries_of(viewer, blocking) == [2]


def test_a_stream_that_nobody_polled_shows_the_command(viewer, queue):
    text = viewer.get(address_of(queue)).content.decode()
    assert f"/v1/integrations/{queue.integration.pk}/outbound/messages/poll" in text


def test_the_messages_that_come_next_stand_in_order(viewer, queue):
    queue.put("a", "b")
    queue.poll(1)
    rows = viewer.get(address_of(queue)).context["rows"]
    assert [(row.message_id, row.state) for row in rows] == list(
        zip(ids_of(queue), ["running", "waiting"], strict=True)
    )


def test_a_message_shows_its_payload(viewer, queue):
    queue.put("Ute Jensen")
    [message_id] = ids_of(queue)
    assert "Ute Jensen" in viewer.get(address_of(queue, f"/{message_id}")).content.decode()


def test_a_dead_letter_shows_why_it_was_put_aside_and_its_payload(viewer, queue):
    queue.put("broken", **FAILED)
    queue.poll()
    text = viewer.get(address_of(queue, "?tab=dead")).content.decode()
    assert "mapping failed" in text
    assert "boom at 3" in text
    assert "broken" in viewer.get(address_of(queue, f"/{ids_of(queue)[0]}")).content.decode()


def test_a_message_without_payload_does_not_blame_the_mapping_alone(viewer, queue):
    queue.put("broken", **FAILED)
    shown = viewer.get(address_of(queue, f"/{ids_of(queue)[0]}")).content.decode()
    assert "The mapping failed, or the event does not fit its schema." in shown


def test_a_message_that_is_gone_is_not_found(viewer, queue):
    queue.put("a")
    [message_id] = ids_of(queue)
    queue.drain()
    assert viewer.get(address_of(queue, f"/{message_id}")).status_code == 404


def test_a_blocked_stream_says_since_when_and_why(viewer, blocking):
    blocking.put("a")
    blocking.fail(2)
    blocking.poll()
    view = viewer.get(address_of(blocking)).context["view"]
    assert view.blocked.since == blocking.at
    assert "was handed out 2 times and never confirmed" in viewer.get(address_of(blocking)).content.decode()


def test_unblocking_asks_for_a_reason_and_lets_the_stream_go_on(operator, blocking):
    blocking.put("a", "b")
    blocking.fail(2, limit=1)
    blocking.poll()
    address = address_of(blocking, "/unblock")
    assert operator.post(address, {"reason": ""}).status_code == 422
    operator.post(address, {"reason": "The ERP cannot read it"})
    assert blocking.polled() == ["b"]
    assert AuditEntry.objects.filter(action="queue.unblocked").count() == 1


def test_unblocking_what_is_not_blocked_says_so(operator, queue):
    assert operator.get(address_of(queue, "/unblock")).status_code == 302


def test_chosen_dead_letters_go_back_and_each_tells_what_became_of_it(operator, queue):
    queue.put("a", "b")
    queue.fail(5)
    queue.poll()
    chosen = [*ids_of(queue)[:1], "msg_00000000000000000000000000"]
    shown = operator.post(address_of(queue, "/redrive"), {"message": chosen})
    assert [one["status"] for one in shown.context["results"]] == ["success", "error"]
    queue.clock.move(seconds=3)
    assert queue.polled() == ["a"]
    assert AuditEntry.objects.filter(action="queue.redriven").count() == 1


def test_without_a_choice_nothing_is_redriven(operator, queue):
    assert operator.post(address_of(queue, "/redrive")).status_code == 302
    assert not AuditEntry.objects.filter(action="queue.redriven").exists()


def test_somebody_who_may_only_look_neither_unblocks_nor_redrives(viewer, queue):
    assert viewer.get(address_of(queue, "/unblock")).status_code == 403
    assert viewer.post(address_of(queue, "/redrive")).status_code == 403


def test_a_stream_of_the_neighbour_is_not_found(viewer, stage):
    foreign = make_integration(organization=stage.next_door)
    for tail in ("", "/msg_00000000000000000000000000"):
        assert viewer.get(f"/app/queue/{foreign.pk}{tail}").status_code == 404


def test_a_message_of_another_stream_is_not_found(viewer, queue, organization, clock):
    other = Queue(organization, clock)
    other.put("a")
    [message_id] = ids_of(other)
    assert viewer.get(address_of(queue, f"/{message_id}")).status_code == 404


def test_the_overview_takes_the_same_queries_however_many_streams_there_are(
    viewer, queue, organization, clock, count_queries
):
    queue.put("a")
    viewer.get("/app/queue")
    with count_queries() as few:
        viewer.get("/app/queue")
    for number in range(3):
        other = Queue(organization, clock)
        other.put(f"{number}-a", f"{number}-b")
        other.poll()
    viewer.get("/app/queue")
    with count_queries() as many:
        viewer.get("/app/queue")
    assert len(few) == len(many)
