"""Events that do not fit their schema: told to nobody, lost for nobody, and mended by mending their entity."""

from __future__ import annotations

import pytest

from hub.accounts.audit import Actor
from hub.events.models import CoreEvent
from outbound.models import DeliveryState, MessageState, QueuedMessage
from outbound.resending import Resending, resend
from tests.builders import NOW
from tests.outbound.world import World, mapping

pytestmark = pytest.mark.usefixtures("transactional_db")

POLL = {"type": "poll"}
ANEW = Resending(Actor("user", "7"), "The address was corrected.", is_anew=True)


def _malformed(world: World) -> None:
    world.change_contact(email="ada@example.com")
    world.work()
    assert CoreEvent.objects.get().state == CoreEvent.State.MALFORMED


def test_a_webhook_does_not_get_one_and_its_delivery_says_where_it_is_wrong(world: World) -> None:
    world.webhook()
    world.use_case()
    _malformed(world)
    delivery = world.delivery()
    assert (delivery.state, delivery.code) == (DeliveryState.FAILED, "MALFORMED_PAYLOAD")
    assert "email" in delivery.message
    assert world.receiver.requests == []


def test_who_polls_finds_it_among_the_dead_letters_with_the_reason_and_the_event(world: World) -> None:
    world.use_case(mapping(delivery=POLL))
    _malformed(world)
    message = QueuedMessage.objects.of(world.organization).get()
    assert (message.is_failed, message.payload) == (True, None)
    assert "email" in message.mapping_failure
    assert b"ada@example.com" in bytes(message.raw_payload)
    [span] = world.spans("MALFORMED_PAYLOAD")
    assert span.message == message.mapping_failure


def test_a_filter_that_answers_no_leaves_it_out(world: World) -> None:
    world.use_case(mapping(delivery=POLL), event_filter='contact.first_name = "Grace"')
    _malformed(world)
    assert not QueuedMessage.objects.exists()


def test_a_filter_that_fails_at_it_does_not(world: World) -> None:
    world.use_case(mapping(delivery=POLL), event_filter="$sum(contact.email) > 1")
    _malformed(world)
    assert QueuedMessage.objects.get().state == MessageState.QUEUED


def test_made_anew_after_its_entity_was_corrected_it_is_delivered(world: World) -> None:
    world.webhook()
    world.use_case()
    _malformed(world)
    [failed] = world.deliveries()
    assert failed.core_event_id
    world.write(customer_number="C-1", email=[{"email": "ada@example.com"}])
    CoreEvent.objects.exclude(pk=failed.core_event_id).delete()

    resend(organization=world.organization, delivery_ids=[failed.id], order=ANEW, at=NOW)
    world.work()

    event = CoreEvent.objects.get()
    assert (event.state, event.problem) == (CoreEvent.State.READY, "")
    assert event.payload["contact"]["email"][0]["email"] == "ada@example.com"
    made = next(one for one in world.deliveries() if one.replayed_from == failed.id)
    assert made.state == DeliveryState.SUCCEEDED


def test_made_anew_with_nothing_corrected_it_fails_for_the_same_reason(world: World) -> None:
    world.webhook()
    world.use_case()
    _malformed(world)
    [failed] = world.deliveries()
    resend(organization=world.organization, delivery_ids=[failed.id], order=ANEW, at=NOW)
    world.work()
    again = next(one for one in world.deliveries() if one.replayed_from == failed.id)
    assert (again.state, again.code, again.message) == (DeliveryState.FAILED, failed.code, failed.message)
