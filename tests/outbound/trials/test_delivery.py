"""A test delivery really goes out, at once and once, and has no consequences but its own record."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.accounts.audit import SYSTEM
from hub.accounts.models import AuditEntry
from hub.errors import NotFound
from hub.events.history import HistoryQuery, history_of
from hub.events.models import CoreEvent
from hub.ids import new_id
from monitoring.models import MonitoringEvent
from outbound.acknowledging import acknowledge
from outbound.models import Acknowledgement, Delivery, DeliveryState, Endpoint, QueuedMessage, Webhook
from outbound.trials.delivery import NoSuchEvent, Trial, send_test
from tests.builders import NOW, make_organization
from tests.hub.events.builders import make_own_event
from tests.outbound.world import EVENT, World, mapping
from tests.receiver import Receiver, Reply

LISTENING = f"event_{EVENT}"


def sent(world: World, webhook_id: str = "wh_1", **order: UUID | None) -> Delivery:
    """The delivery as it is stored, before anybody works on it."""
    delivery = send_test(organization=world.organization, order=Trial(webhook_id, SYSTEM, **order), at=NOW)
    return Delivery.objects.get(pk=delivery.pk)


def test_a_sample_of_the_event_arrives_marked_as_a_test(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=LISTENING)
    sent(world)
    world.work()
    [request] = receiver.requests
    assert (request.json["_event_name"], request.json["_event_source"]) == (EVENT, "test")
    assert (world.delivery().state, world.delivery().is_test) == (DeliveryState.SUCCEEDED, True)


def test_a_sample_of_an_event_of_the_organization_arrives(world: World, receiver: Receiver) -> None:
    make_own_event(organization=world.organization, name="ContactSeen")
    world.webhook(eventName="event_ContactSeen")
    sent(world)
    world.work()
    assert receiver.requests[0].json["_event_name"] == "ContactSeen"


def test_an_event_of_the_past_arrives_under_an_id_of_its_own(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=LISTENING)
    world.use_case(mapping(delivery={"type": "poll"}))
    world.change_contact("C-1")
    world.work()
    past = CoreEvent.objects.get()
    sent(world, event_id=past.pk)
    world.work()
    [_, request] = receiver.requests
    assert request.json["contact"]["customer_number"] == "C-1"
    assert request.json["_event_id"] != past.payload["_event_id"]
    assert request.json["_ack_id"] != past.payload["_ack_id"]


def test_an_event_of_another_organization_is_not_there(world: World) -> None:
    world.webhook(eventName=LISTENING)
    other = make_organization(slug="next-door", name="Next door")
    foreign = CoreEvent.objects.create(
        id=new_id(), organization_id=other.pk, name=EVENT, version="1.0", occurred_at=NOW, state="ready",
        payload={}, ack_id=new_id(), source="api", correlation_id="c",
    )  # fmt: skip
    with pytest.raises(NotFound):
        sent(world, event_id=foreign.pk)


def test_nobody_else_gets_it(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=LISTENING)
    world.webhook("wh_2", eventName=LISTENING)
    world.use_case(mapping(delivery={"type": "poll"}))
    sent(world)
    world.work()
    assert len(world.deliveries()) == 1
    assert not QueuedMessage.objects.exists()


@pytest.mark.parametrize("hindrance", ["disabled", "paused", "failing"])
def test_what_holds_other_deliveries_does_not_hold_a_test(world: World, receiver: Receiver, hindrance: str) -> None:
    webhook = world.webhook(eventName=LISTENING, enabled=hindrance != "disabled")
    if hindrance == "paused":
        Webhook.objects.filter(pk=webhook.pk).update(paused_at=NOW)
    if hindrance == "failing":
        later = NOW.replace(year=2027)
        Endpoint.objects.create(
            webhook_id=webhook.pk, organization_id=world.organization.pk, circuit="open", probe_at=later
        )
    sent(world)
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED


def test_a_test_is_tried_once(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(503))
    world.webhook(eventName=LISTENING)
    sent(world)
    world.work()
    assert (world.delivery().state, world.delivery().attempts) == (DeliveryState.FAILED, 1)


def test_a_test_that_fails_does_not_count_against_the_receiver(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(410))
    webhook = world.webhook(eventName=LISTENING)
    sent(world)
    world.work()
    webhook.refresh_from_db()
    assert webhook.enabled
    assert not Endpoint.objects.exists()


def test_a_test_through_a_mapping_is_shaped_by_it_and_tells_monitoring_nothing(
    world: World, receiver: Receiver
) -> None:
    world.webhook()
    use_case = world.use_case(event_filter="false")
    sent(world, use_case_id=use_case.pk, mapping_id=UUID(int=1))
    world.work()
    assert set(receiver.requests[0].json) == {"_ack_id", "number"}
    assert not MonitoringEvent.objects.exists()


def test_a_mapping_to_another_webhook_is_not_there(world: World) -> None:
    world.webhook()
    world.webhook("wh_2")
    use_case = world.use_case()
    with pytest.raises(NotFound):
        sent(world, "wh_2", use_case_id=use_case.pk, mapping_id=UUID(int=1))


def test_a_sample_goes_out_whatever_the_conditions_say(world: World, receiver: Receiver) -> None:
    conditions = {"conditions": [{"field": "contact.first_name", "operation": "equals", "values": ["nobody"]}]}
    world.webhook(eventName=LISTENING, filterConditions=conditions)
    assert sent(world).state == DeliveryState.WAITING


def test_an_event_of_the_past_meets_the_conditions(world: World, receiver: Receiver) -> None:
    conditions = {"conditions": [{"field": "contact.first_name", "operation": "equals", "values": ["nobody"]}]}
    world.webhook(eventName=LISTENING, filterConditions=conditions)
    world.use_case(mapping(delivery={"type": "poll"}))
    world.change_contact("C-1")
    world.work()
    assert sent(world, event_id=CoreEvent.objects.get().pk).state == DeliveryState.SKIPPED


def test_an_expression_that_fails_ends_the_test_with_the_reason(world: World) -> None:
    world.webhook(eventName=LISTENING, jsonataExpression="$sum(contact)")
    delivery = sent(world)
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "MAPPING_EXPRESSION_FAILED")


def test_its_acknowledgement_can_be_tried_too(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=LISTENING)
    sent(world)
    world.work()
    ack_id = receiver.requests[0].headers["x-hub-ack-id"]
    assert receiver.requests[0].json["_ack_id"] == ack_id
    acknowledge(organization=world.organization, ack_id=ack_id, has_failed=False, message="", at=NOW)
    assert Acknowledgement.objects.get().state == Acknowledgement.State.ACKNOWLEDGED


def test_history_tells_that_it_was_a_test(world: World) -> None:
    world.webhook(eventName=LISTENING)
    sent(world)
    [event] = history_of(organization=world.organization, name=EVENT, query=HistoryQuery(limit=5)).events
    assert (event.is_test, event.payload["_event_source"]) == (True, "test")


def test_another_kind_of_trigger_gets_an_example(world: World, receiver: Receiver) -> None:
    world.webhook(eventName="erp")
    sent(world)
    world.work()
    document = receiver.requests[0].json
    assert (document["metadata"]["test"], document["entity"]["_schema"]) == (True, "contact")


def test_without_the_event_there_is_no_sample(world: World) -> None:
    world.webhook(eventName="event_NobodyKnowsThis")
    with pytest.raises(NoSuchEvent):
        sent(world)


def test_a_test_stands_in_the_audit_trail(world: World) -> None:
    world.webhook(eventName=LISTENING)
    delivery = sent(world)
    assert AuditEntry.objects.get(action="webhook.test").changes == {"delivery": str(delivery.id)}
