"""Resends of one entity, where the mapping asks for their order, go one after the other, and nothing holds them up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.accounts.audit import SYSTEM
from hub.ids import new_id
from outbound.models import Delivery, DeliveryState
from outbound.resending import Resending, resend
from outbound.sql import statements
from outbound.sql.parts import Claimed, Lease
from tests.builders import NOW, make_organization
from tests.outbound.builders import make_delivery
from tests.outbound.world import World, mapping
from tests.receiver import Receiver, Reply

VERBATIM = Resending(SYSTEM, "The ERP was restored")
SOON = NOW + timedelta(minutes=1)


class Entity:
    """Deliveries of the changes of one entity to one receiver, in the order of the changes."""

    def __init__(self) -> None:
        self.organization = make_organization(slug="home", name="Home")
        self.key = new_id()

    def change(self, state: str = DeliveryState.FAILED, **fields: Any) -> Delivery:
        """One more; a key may be given."""
        return make_delivery(organization=self.organization, **{"order_key": self.key, "state": state} | fields)

    def resend(self, *originals: Delivery) -> list[Delivery]:
        """The new ones, in their order."""
        ids = [one.id for one in originals]
        return resend(organization=self.organization, delivery_ids=ids, order=VERBATIM, at=NOW)


@pytest.fixture
def entity(db: None) -> Entity:
    return Entity()


def claim() -> list[Claimed]:
    """What may be sent in a minute."""
    return statements().claim(free={"wh_1": 10}, lease=Lease(new_id(), "me", SOON), at=SOON)


def claimed() -> set[object]:
    return {one.id for one in claim()}


def end(delivery: Delivery, state: str = DeliveryState.SUCCEEDED, *, holds_order: bool = False) -> None:
    Delivery.objects.filter(id=delivery.id).update(state=state, finished_at=NOW, holds_order=holds_order)


def test_resends_of_one_entity_go_one_after_the_other(entity: Entity) -> None:
    first, second = entity.resend(entity.change(), entity.change())
    assert claimed() == {first.id}
    end(first)
    assert claimed() == {second.id}


def test_so_do_those_of_the_next_chunk(entity: Entity) -> None:
    originals = [entity.change(), entity.change()]
    [[first], [_]] = [entity.resend(one) for one in originals]
    assert claimed() == {first.id}


def test_without_an_order_they_go_at_once(entity: Entity) -> None:
    first, second = entity.resend(entity.change(order_key=None), entity.change(order_key=None))
    assert claimed() == {first.id, second.id}


def test_a_change_that_comes_after_them_waits_for_them(entity: Entity) -> None:
    [first] = entity.resend(entity.change())
    entity.change(DeliveryState.WAITING, next_attempt_at=NOW)
    assert claimed() == {first.id}


def test_one_that_failed_lets_the_next_go(entity: Entity) -> None:
    first, second = entity.resend(entity.change(), entity.change())
    end(first, DeliveryState.FAILED)
    assert claimed() == {second.id}


def test_they_do_not_wait_for_a_later_change_that_is_tried_again(entity: Entity) -> None:
    originals = [entity.change(), entity.change()]
    entity.change(DeliveryState.WAITING, next_attempt_at=NOW + timedelta(hours=3))
    first, second = entity.resend(*originals)
    assert claimed() == {first.id}
    end(first)
    assert claimed() == {second.id}


def test_those_of_the_next_chunk_follow_them_when_the_later_change_has_ended(entity: Entity) -> None:
    originals = [entity.change(), entity.change()]
    later = entity.change(DeliveryState.WAITING, next_attempt_at=NOW + timedelta(hours=3))
    [first] = entity.resend(originals[0])
    end(later)
    entity.resend(originals[1])
    assert claimed() == {first.id}


def test_a_change_between_two_chunks_comes_after_both_and_they_keep_their_order(entity: Entity) -> None:
    originals = [entity.change(), entity.change()]
    [first] = entity.resend(originals[0])
    between = entity.change(DeliveryState.WAITING, next_attempt_at=NOW)
    [second] = entity.resend(originals[1])
    for one in (first, second, between):
        assert claimed() == {one.id}
        end(one)


def test_so_it_does_while_the_first_chunk_is_tried_again(entity: Entity) -> None:
    originals = [entity.change(), entity.change()]
    [first] = entity.resend(originals[0])
    Delivery.objects.filter(id=first.id).update(next_attempt_at=NOW + timedelta(hours=3))
    entity.change(DeliveryState.WAITING, next_attempt_at=NOW)
    entity.resend(originals[1])
    assert claimed() == set()


def test_a_change_that_is_being_sent_holds_up_no_resend(entity: Entity) -> None:
    original = entity.change()
    entity.change(DeliveryState.SENDING)
    [new] = entity.resend(original)
    assert claimed() == {new.id}


def test_one_that_ended_before_an_earlier_change_was_sent_waits_for_that(entity: Entity) -> None:
    earlier = entity.change(DeliveryState.WAITING, next_attempt_at=NOW)
    [new] = entity.resend(entity.change())
    assert claimed() == {earlier.id}
    end(earlier)
    assert claimed() == {new.id}


def test_an_older_one_that_is_resent_later_goes_before_a_newer_one_that_waits(entity: Entity) -> None:
    older, newer = entity.change(), entity.change()
    [of_newer] = entity.resend(newer)
    [of_older] = entity.resend(older)
    for one in (of_older, of_newer):
        assert claimed() == {one.id}
        end(one)


def test_the_resend_of_a_resend_stands_where_its_change_stood(entity: Entity) -> None:
    [first] = entity.resend(entity.change())
    end(first, DeliveryState.FAILED)
    [of_later] = entity.resend(entity.change())
    first.refresh_from_db()
    [again] = entity.resend(first)
    assert claimed() == {again.id}
    end(again)
    assert claimed() == {of_later.id}


def test_an_earlier_failure_that_holds_back_changes_holds_back_no_resend(entity: Entity) -> None:
    entity.change(holds_order=True)
    [second] = entity.resend(entity.change())
    assert claimed() == {second.id}


def test_one_that_held_back_changes_goes_out_without_waiting_for_them(entity: Entity) -> None:
    original = entity.change(holds_order=True)
    entity.change(DeliveryState.WAITING, next_attempt_at=NOW + timedelta(hours=3))
    [new] = entity.resend(original)
    assert claimed() == {new.id}


def test_a_resend_that_holds_back_another_goes_out_again_without_waiting_for_it(entity: Entity) -> None:
    first, second = entity.resend(entity.change(), entity.change())
    end(first, DeliveryState.FAILED, holds_order=True)
    assert claimed() == set()
    first.refresh_from_db()
    [again] = entity.resend(first)
    assert claimed() == {again.id}
    end(again)
    assert claimed() == {second.id}


def test_a_receiver_that_is_slow_gets_resends_in_the_order_of_the_changes(world: World, receiver: Receiver) -> None:
    receiver.answer_in_turn(Reply(404), Reply(404), Reply(503))
    world.webhook()
    world.use_case(mapping(delivery={"ordering": "entity"}))
    world.change_contact("C-1", email=[{"email": "one@example.com"}])
    world.write(customer_number="C-1", email=[{"email": "two@example.com"}])
    world.work()
    originals = [one.id for one in world.deliveries()]
    resend(organization=world.organization, delivery_ids=originals, order=Resending(SYSTEM, is_anew=True), at=NOW)
    world.work()
    assert len(receiver.requests) == 3
