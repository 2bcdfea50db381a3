"""A change of an entity arrives at a receiver, through real expressions and a real connection."""

from __future__ import annotations

import pytest

from hub import clock
from hub.accounts.audit import SYSTEM
from monitoring.issues.acts import resolve
from monitoring.issues.changing import By
from monitoring.issues.folding import fold
from monitoring.models import Issue, MonitoringEvent
from monitoring.models.issues import IssueState
from outbound.models import Acknowledgement, DeliveryAttempt, DeliveryState, QueuedMessage
from outbound.resending import Resending, resend
from tests.conftest import FixedClock
from tests.outbound.world import World, mapping
from tests.receiver import Receiver, Reply

POLL = {"type": "poll"}


def test_a_changed_contact_arrives_as_the_mapping_says(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case()
    world.change_contact("C-1")
    world.work()
    [request] = receiver.requests
    delivery = world.delivery()
    assert request.method == "POST"
    assert request.json == {"_ack_id": str(delivery.ack_id), "number": "C-1"}
    assert delivery.state == DeliveryState.SUCCEEDED


def test_an_answer_that_may_pass_is_tried_again_with_the_same_id(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    assert world.delivery().state == DeliveryState.WAITING
    clock.move(seconds=6)
    world.work()
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert world.delivery().state == DeliveryState.SUCCEEDED


def test_every_attempt_is_kept(world: World, receiver: Receiver, clock: FixedClock) -> None:
    receiver.answer_in_turn(Reply(503, body=b"busy"), Reply(200))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    clock.move(seconds=6)
    world.work()
    first, second = DeliveryAttempt.objects.order_by("number")
    assert (first.status_code, first.response_body, first.code) == (503, "busy", "HTTP_503")
    assert (second.status_code, second.code) == (200, "WEBHOOK_DELIVERED")


def test_a_permanent_failure_ends_at_once(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(404))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "EXTERNAL_API_ERROR")


def test_a_failure_of_a_version_before_the_mended_one_leaves_the_issue_resolved(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(404), Reply(404))
    world.webhook()
    use_case = world.use_case()
    world.change_contact()
    world.work()
    fold()
    issue = Issue.objects.get()
    resolve(issue, By(world.organization, SYSTEM, clock.now(), issue.revision), in_next_version=True)
    clock.move(minutes=1)
    world.change_contact("C-2")
    world.work()
    fold()
    issue.refresh_from_db()
    assert (issue.number, issue.last_version, issue.state) == (2, use_case.version, IssueState.RESOLVED)


def test_a_resend_that_fails_alike_is_no_further_failure_of_the_issue(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(404), Reply(404))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    resend(organization=world.organization, delivery_ids=[world.delivery().id], order=Resending(SYSTEM), at=clock.now())
    world.work()
    fold()
    issue = Issue.objects.get()
    assert (issue.number, issue.replays) == (1, 1)


def test_an_event_that_the_filter_leaves_out_is_skipped(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case(event_filter='contact.customer_number = "other"')
    world.change_contact()
    world.work()
    assert world.delivery().state == DeliveryState.SKIPPED
    assert receiver.requests == []


def test_a_failing_expression_ends_only_its_own_mapping(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case(mapping(number=1, jsonata_expression="$sum(contact)"), mapping(number=2))
    world.change_contact()
    world.work()
    broken, fine = world.deliveries()
    assert (broken.state, broken.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert fine.state == DeliveryState.SUCCEEDED


@pytest.mark.parametrize("delivery", [{}, {"type": "poll"}], ids=["webhook", "poll"])
@pytest.mark.parametrize(
    ("expression", "category"),
    [("contact.customer_number &", "configuration"), ("$substring(5, 0, 2)", "validation")],
)
def test_a_failed_expression_is_of_the_data_when_the_data_raised_it(
    world: World, expression: str, category: str, delivery: dict[str, str]
) -> None:
    world.webhook()
    world.use_case(mapping(jsonata_expression=expression, delivery=delivery))
    world.change_contact()
    world.work()
    assert MonitoringEvent.objects.get(code="MAPPING_EXPRESSION_FAILED").category == category


def test_a_get_trigger_has_its_values_in_the_query(world: World, receiver: Receiver) -> None:
    world.webhook(httpMethod="GET", url=f"{receiver.url}/trigger?fixed=1")
    expression = '{"number": contact.customer_number, "tags": ["a", "b"], "on": true, "gone": null}'
    world.use_case(mapping(jsonata_expression=expression))
    world.change_contact("C-1")
    world.work()
    [request] = receiver.requests
    assert (request.method, request.body) == ("GET", b"")
    assert request.path == "/trigger?fixed=1&number=C-1&tags=a&tags=b&on=true"


def test_what_cannot_stand_in_a_query_fails_by_name(world: World, receiver: Receiver) -> None:
    world.webhook(httpMethod="GET")
    world.use_case(mapping(jsonata_expression='{"customer": {"number": 1}}'))
    world.change_contact()
    world.work()
    assert world.delivery().message == "body: customer is nested; a query parameter is a value or a list of values"


def test_the_event_waits_for_an_acknowledgement_once_it_is_delivered(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    [expected] = Acknowledgement.objects.all()
    assert (expected.state, expected.delivered_at) == (Acknowledgement.State.PENDING, clock.now())
    assert receiver.requests[0].headers["x-hub-ack-id"] == str(expected.pk)


def test_without_tracking_nobody_waits(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case(ack_tracking="off")
    world.change_contact()
    world.work()
    assert not Acknowledgement.objects.exists()
    assert "x-hub-ack-id" not in receiver.requests[0].headers


def test_a_webhook_that_listens_by_itself_gets_the_event_as_it_is(world: World, receiver: Receiver) -> None:
    from hub.events.switches import switch_on

    world.webhook(eventName="event_CustomerDetailsUpdated")
    switch_on(organization_id=world.organization.pk, name="CustomerDetailsUpdated")
    world.organization.bump_config_version()
    world.change_contact("C-1")
    world.work()
    [request] = receiver.requests
    assert request.json["_event_name"] == "CustomerDetailsUpdated"
    assert request.json["contact"]["customer_number"] == "C-1"


def test_an_event_for_an_erp_that_polls_goes_into_its_queue(world: World) -> None:
    world.use_case(mapping(jsonata_expression='{"number": contact.customer_number}', delivery=POLL))
    world.change_contact("C-1")
    world.work()
    [message] = QueuedMessage.objects.all()
    assert bytes(message.payload or b"") == b'{"number":"C-1"}'
    assert world.deliveries() == []


def test_without_an_expression_the_queue_gets_the_event_as_it_is(world: World) -> None:
    world.use_case(mapping(jsonata_expression=None, delivery=POLL))
    world.change_contact("C-1")
    world.work()
    [message] = QueuedMessage.objects.all()
    assert (message.payload, message.mapping_version) == (None, "")
    assert b"CustomerDetailsUpdated" in bytes(message.raw_payload)


def test_an_event_that_cannot_be_mapped_is_queued_with_the_reason(world: World) -> None:
    world.use_case(mapping(jsonata_expression="$sum(contact)", delivery=POLL))
    world.change_contact()
    world.work()
    assert QueuedMessage.objects.get().mapping_failure.startswith("body: ")
