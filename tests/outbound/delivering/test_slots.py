"""Whoever sends while somebody waits keeps to the limits of the receiver, or hears that it is at them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from hub import database
from hub.accounts.audit import SYSTEM
from hub.ids import new_id
from outbound.delivering import slots
from outbound.delivering.receivers import receiver_of
from outbound.delivering.slots import ReceiverAtItsLimit, patiently, take_slot
from outbound.models import Delivery, DeliveryState, WebhookPace
from outbound.trials.delivery import MOST_WAITING, ReceiverBusy, Trial, send_test
from tests.builders import NOW, make_token, make_webhook
from tests.conftest import FixedClock
from tests.hub.entities.conftest import Store, in_threads
from tests.hub.entities.conftest import file_store as file_store
from tests.integrations.conftest import Api
from tests.outbound.builders import make_delivery
from tests.outbound.world import EVENT, World
from tests.receiver import Receiver

LISTENING = f"event_{EVENT}"
FIRE = "/v1/webhooks/configs/wh_1/trigger?sync=true"


@pytest.fixture
def api(world: World) -> Api:
    """A machine of the world's organization."""
    return Api(Client(headers={"authorization": f"Bearer {make_token(organization=world.organization).text}"}))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a slot."""
    monkeypatch.setattr(slots, "PATIENCE_S", 0.0)


def fly(world: World, number: int = 1) -> list[Delivery]:
    """So many requests to wh_1 are on their way, from some worker."""
    return [
        make_delivery(
            organization=world.organization, webhook_id="wh_1", state=DeliveryState.SENDING, lease=new_id(), code=""
        )
        for _ in range(number)
    ]


def put_test(world: World, at: datetime) -> Delivery:
    return send_test(organization=world.organization, order=Trial("wh_1", SYSTEM), at=at)


def trigger_erp(world: World, entity_id: UUID, number: int) -> dict[str, str]:
    return {
        "execution_id": f"run-{number}",
        "org_id": world.organization.public_id,
        "webhook_id": "wh_1",
        "flow_id": "flow-12",
        "created_at": "2026-01-15T08:00:00Z",
        "action_id": "action-3",
        "flow_action_id": "flow-12-3",
        "flow_name": "Inform the ERP",
        "activity_id": "activity-1",
        "entity_id": str(entity_id),
    }


# --- whoever waits -------------------------------------------------------------------------------------------


def test_fifty_triggers_in_a_row_send_no_more_than_the_pace_allows(world: World, receiver: Receiver, api: Api) -> None:
    world.webhook(requestsPerMinute=24)
    statuses = [api.post(FIRE, {}).status_code for _ in range(50)]
    assert (statuses.count(200), statuses.count(429), len(receiver.requests)) == (2, 48, 2)


def test_the_refusal_says_why_and_when_to_come_back_and_leaves_nothing(world: World, api: Api) -> None:
    world.webhook(requestsPerMinute=1)
    api.post(FIRE, {})
    answer = api.post(FIRE, {})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    problem = answer.json()
    assert problem["code"] == "RECEIVER_AT_ITS_LIMIT"
    assert problem["message"] == "ERP may get 1 requests a minute and has had them: try again in 60 s."
    assert len(world.deliveries()) == 1


def test_the_pace_counts_triggers_and_deliveries_together(
    world: World, receiver: Receiver, api: Api, clock: FixedClock
) -> None:
    world.webhook(requestsPerMinute=1)
    world.use_case()
    api.post(FIRE, {})
    world.change_contact()
    world.work()
    assert len(receiver.requests) == 1
    clock.move(minutes=1)
    world.work()
    assert len(receiver.requests) == 2
    assert api.post(FIRE, {}).status_code == 429


@pytest.mark.usefixtures("impatient")
def test_a_receiver_with_all_its_slots_taken_gets_no_trigger(world: World, receiver: Receiver, api: Api) -> None:
    world.webhook(maxInFlight=2)
    fly(world, 2)
    answer = api.post(FIRE, {})
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (
        429,
        "RECEIVER_AT_ITS_LIMIT",
        "5",
    )
    assert not receiver.requests


@pytest.mark.usefixtures("impatient")
def test_an_action_that_met_the_limit_goes_out_when_it_is_asked_for_again(
    world: World, receiver: Receiver, api: Api
) -> None:
    world.webhook(maxInFlight=1)
    body = trigger_erp(world, world.write(customer_number="C-1"), 1)
    [flying] = fly(world)
    assert api.post("/v1/erp/trigger", body).status_code == 429
    flying.delete()
    assert api.post("/v1/erp/trigger", body).json()["status"] == "succeeded"
    assert len(receiver.requests) == 1


def test_a_slot_that_becomes_free_in_time_is_taken(world: World) -> None:
    receiver = receiver_of(world.webhook(maxInFlight=1), NOW)
    flying = fly(world)

    def begin() -> str:
        with transaction.atomic():
            take_slot(receiver, NOW)
        return "sent"

    def pause(_seconds: float) -> None:
        flying.pop().delete()

    assert patiently(begin, pause=pause) == "sent"
    assert not flying


def test_nobody_waits_for_a_pace_that_leaves_no_room_in_time() -> None:
    def begin() -> str:
        raise ReceiverAtItsLimit("full", wait_s=60)

    def pause(_seconds: float) -> None:
        raise AssertionError("waited")

    with pytest.raises(ReceiverAtItsLimit):
        patiently(begin, pause=pause)


# --- tests ---------------------------------------------------------------------------------------------------


def test_tests_keep_to_the_pace(world: World, receiver: Receiver, clock: FixedClock) -> None:
    world.webhook(eventName=LISTENING, requestsPerMinute=1)
    for _ in range(3):
        put_test(world, clock.at)
    world.work()
    assert len(receiver.requests) == 1
    clock.move(minutes=1)
    world.work()
    assert len(receiver.requests) == 2
    assert WebhookPace.objects.get().free_at > clock.at


def test_tests_keep_to_the_slots(world: World, receiver: Receiver, clock: FixedClock) -> None:
    world.webhook(eventName=LISTENING, maxInFlight=1)
    [flying] = fly(world)
    put_test(world, clock.at)
    world.work()
    assert not receiver.requests
    flying.delete()
    world.work()
    assert len(receiver.requests) == 1


def test_a_receiver_at_its_limit_keeps_no_test_of_another_one(
    world: World, receiver: Receiver, clock: FixedClock
) -> None:
    world.webhook("wh_1", eventName=LISTENING, maxInFlight=1)
    world.webhook("wh_2", eventName=LISTENING)
    fly(world)
    put_test(world, clock.at)
    send_test(organization=world.organization, order=Trial("wh_2", SYSTEM), at=clock.at)
    world.work()
    assert [one.webhook_id for one in world.deliveries() if one.state == DeliveryState.SUCCEEDED] == ["wh_2"]


def test_no_heap_of_tests_stands_before_the_real_deliveries(world: World, clock: FixedClock) -> None:
    world.webhook(eventName=LISTENING)
    for _ in range(MOST_WAITING):
        put_test(world, clock.at)
    with pytest.raises(ReceiverBusy):
        put_test(world, clock.at)
    world.work()
    put_test(world, clock.at)


# --- everybody at the same moment ----------------------------------------------------------------------------


def test_of_many_who_want_the_last_slots_at_once_no_more_get_one(file_store: Store, clock: FixedClock) -> None:
    webhook = make_webhook(organization=file_store.organization, configuration={"maxInFlight": 2})
    receiver = receiver_of(webhook, NOW)

    def take() -> bool:
        def once() -> None:
            with transaction.atomic():
                take_slot(receiver, NOW)
                make_delivery(
                    organization=file_store.organization, webhook_id=webhook.pk, state=DeliveryState.SENDING, code=""
                )

        try:
            database.retrying(once)
        except ReceiverAtItsLimit:
            return False
        return True

    assert sorted(in_threads(*[take] * 6)) == [False] * 4 + [True] * 2
