"""Deliveries of one entity, where the mapping asks for their order; circuits, pauses and what becomes of the rest."""

from __future__ import annotations

from typing import Any

from hub.events.switches import switch_on
from hub.ids import new_id
from outbound.models import Delivery, DeliveryState, Endpoint, Webhook
from tests.conftest import FixedClock
from tests.outbound.world import EVENT, World, mapping
from tests.receiver import Receiver, Reply, listening


def changed_twice(world: World) -> None:
    world.change_contact("C-1", email=[{"email": "one@example.com"}])
    world.write(customer_number="C-1", email=[{"email": "two@example.com"}])


def test_a_later_change_waits_behind_one_that_is_tried_again(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook()
    world.use_case(mapping(delivery={"ordering": "entity"}))
    changed_twice(world)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.WAITING, DeliveryState.WAITING]
    clock.move(seconds=6)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.SUCCEEDED, DeliveryState.SUCCEEDED]
    assert len(receiver.requests) == 3


def test_a_webhook_that_listens_by_itself_keeps_the_order_it_was_told_to(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook(eventName=f"event_{EVENT}", ordering="entity")
    switch_on(organization_id=world.organization.pk, name=EVENT)
    world.organization.bump_config_version()
    changed_twice(world)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.WAITING, DeliveryState.WAITING]


def test_changes_of_other_entities_do_not_wait(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook()
    world.use_case(mapping(delivery={"ordering": "entity"}))
    world.change_contact("C-1")
    world.work()
    world.change_contact("C-2")
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.WAITING, DeliveryState.SUCCEEDED]


def test_without_an_order_nothing_waits_for_anything(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook()
    world.use_case()
    world.change_contact("C-1", email=[{"email": "one@example.com"}])
    world.work()
    world.write(customer_number="C-1", email=[{"email": "two@example.com"}])
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.WAITING, DeliveryState.SUCCEEDED]


def test_after_a_final_failure_the_others_go_on(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(404), Reply(200))
    world.webhook()
    world.use_case(mapping(delivery={"ordering": "entity"}))
    changed_twice(world)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.FAILED, DeliveryState.SUCCEEDED]
    [span] = world.spans("DELIVERY_ORDER_BROKEN")
    assert span.correlation_id == world.deliveries()[0].correlation_id


def test_a_final_failure_holds_back_the_others_where_the_mapping_says_so(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(404), Reply(200))
    world.webhook()
    world.use_case(mapping(delivery={"ordering": "entity", "on_failure": "block"}))
    changed_twice(world)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.FAILED, DeliveryState.WAITING]
    assert not world.spans("DELIVERY_ORDER_BROKEN")


BROKEN_ONCE = '$exists(contact.email[email = "one@example.com"]) ? $error("boom") : {"_ack_id": _ack_id}'
"""Fails for the first of two changes."""


def test_one_that_could_not_be_mapped_holds_back_the_others_where_the_mapping_says_so(
    world: World, receiver: Receiver
) -> None:
    world.webhook()
    world.use_case(mapping(jsonata_expression=BROKEN_ONCE, delivery={"ordering": "entity", "on_failure": "block"}))
    changed_twice(world)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.FAILED, DeliveryState.WAITING]
    assert not receiver.requests


def test_one_that_could_not_be_mapped_holds_nobody_back_otherwise(world: World, receiver: Receiver) -> None:
    world.webhook()
    world.use_case(mapping(jsonata_expression=BROKEN_ONCE, delivery={"ordering": "entity"}))
    changed_twice(world)
    world.work()
    assert [one.state for one in world.deliveries()] == [DeliveryState.FAILED, DeliveryState.SUCCEEDED]
    assert world.spans("DELIVERY_ORDER_BROKEN")


def test_ten_failures_in_a_row_open_the_circuit(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(500))
    world.webhook(maxInFlight=1)
    world.use_case()
    for number in range(14):
        world.change_contact(f"C-{number}")
    world.work()
    assert Endpoint.objects.get(pk="wh_1").circuit == Endpoint.Circuit.OPEN
    assert len(receiver.requests) == 10


def test_an_open_circuit_lets_one_probe_through_and_closes_when_it_succeeds(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(*[Reply(500)] * 10, Reply(200))
    world.webhook(maxInFlight=1)
    world.use_case()
    for number in range(12):
        world.change_contact(f"C-{number}")
    world.work()
    clock.move(seconds=40)
    world.work()
    assert Endpoint.objects.get(pk="wh_1").circuit == Endpoint.Circuit.CLOSED
    assert {one.state for one in world.deliveries()} == {DeliveryState.SUCCEEDED}


def test_a_failed_probe_uses_up_no_attempt(world: World, receiver: Receiver, clock: FixedClock) -> None:
    receiver.answer_in_turn(Reply(500))
    world.webhook(maxInFlight=1)
    world.use_case()
    for number in range(11):
        world.change_contact(f"C-{number}")
    world.work()
    clock.move(seconds=40)
    world.work()
    assert len(receiver.requests) == 11
    assert sum(one.attempts for one in world.deliveries()) == 10


def test_a_paused_webhook_holds_its_deliveries_until_it_goes_on(world: World, receiver: Receiver) -> None:
    webhook = world.webhook()
    world.use_case()
    Webhook.objects.filter(pk=webhook.pk).update(paused_at=webhook.created_at, version=2)
    world.change_contact()
    world.work()
    assert (world.delivery().state, receiver.requests) == (DeliveryState.WAITING, [])
    Webhook.objects.filter(pk=webhook.pk).update(paused_at=None, version=3)
    world.work()
    assert world.delivery().state == DeliveryState.SUCCEEDED


def test_what_waits_for_a_webhook_that_is_disabled_is_cancelled(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(503))
    webhook = world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    Webhook.objects.filter(pk=webhook.pk).update(enabled=False, version=2)
    world.work()
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "WEBHOOK_DISABLED")


def test_a_receiver_that_is_gone_has_its_webhook_disabled(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(410))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    assert not Webhook.objects.get(pk="wh_1").enabled


def test_what_a_worker_that_ended_was_sending_is_sent_again_under_its_old_id(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    Delivery.objects.update(state=DeliveryState.SENDING, lease=new_id(), leased_by="gone", leased_until=clock.now())
    clock.move(seconds=1)
    world.work()
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_receiver_that_is_away_does_not_keep_others_from_theirs(world: World, receiver: Receiver) -> None:
    with listening() as away:
        nowhere = away.url
    world.webhook("wh_1", url=nowhere)
    world.webhook("wh_2")
    world.use_case(mapping("wh_1", number=1), mapping("wh_2", number=2))
    world.change_contact()
    world.work()
    states = {one.webhook_id: one.state for one in world.deliveries()}
    assert states == {"wh_1": DeliveryState.WAITING, "wh_2": DeliveryState.SUCCEEDED}


def test_a_private_address_that_nobody_opened_is_refused_by_name(world: World, settings: Any) -> None:
    settings.HUB_EGRESS_ALLOW = []
    world.webhook(url="https://127.0.0.1/events")
    world.use_case()
    world.change_contact()
    world.work()
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "ADDRESS_REFUSED")


def test_a_webhook_that_became_unusable_stops_nothing_but_its_own(world: World, settings: Any) -> None:
    world.webhook()
    world.use_case()
    world.change_contact()
    settings.HUB_EGRESS_ALLOW = []
    world.work()
    assert (world.delivery().state, world.delivery().code) == (DeliveryState.FAILED, "WEBHOOK_INCOMPLETE")
