"""A client has a webhook send what it hands over, and waits for the answer or does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from outbound.models import DeliveryState, Webhook
from tests.builders import NOW, make_token
from tests.integrations.conftest import Api
from tests.outbound.world import World
from tests.receiver import Receiver, Reply

BODY = {"metadata": {"action": "reorder"}, "entity": {"_id": "M-1", "_schema": "article", "stock": 3}}


@pytest.fixture
def api(world: World) -> Api:
    """A machine of the world's organization."""
    return Api(Client(headers={"authorization": f"Bearer {make_token(organization=world.organization).text}"}))


def triggered(api: Api, query: str = "?sync=true", body: Any = BODY) -> Any:
    answer = api.post(f"/v1/webhooks/configs/wh_1/trigger{query}", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_answer_of_the_receiver_comes_back_at_once(world: World, receiver: Receiver, api: Api) -> None:
    receiver.answer_in_turn(Reply(201, body=b'{"order":"PO-1"}'))
    world.webhook()
    result = triggered(api)
    assert (result["status"], result["status_code"], result["body"]) == ("succeeded", "201", '{"order":"PO-1"}')
    assert result["event_id"].startswith("dlv_")


def test_the_body_arrives_with_its_metadata_completed(world: World, receiver: Receiver, api: Api) -> None:
    world.webhook()
    triggered(api)
    document = receiver.requests[0].json
    assert document["entity"] == BODY["entity"]
    known = {name: document["metadata"][name] for name in ("action", "origin", "organization_id", "webhook_id")}
    assert known == {
        "action": "reorder",
        "origin": "api",
        "organization_id": str(world.organization.pk),
        "webhook_id": "wh_1",
    }


def test_a_receiver_that_fails_is_no_failure_of_the_request(world: World, receiver: Receiver, api: Api) -> None:
    receiver.answer_in_turn(Reply(503))
    world.webhook()
    result = triggered(api)
    assert (result["status"], result["status_code"], result["code"]) == ("failed", "503", "EXTERNAL_API_ERROR")


def test_whoever_waits_gets_no_retry(world: World, receiver: Receiver, api: Api) -> None:
    receiver.answer_in_turn(Reply(503))
    world.webhook()
    triggered(api)
    delivery = world.delivery()
    assert (delivery.state, delivery.next_attempt_at, delivery.attempts) == (DeliveryState.FAILED, None, 1)


def test_the_expression_of_the_webhook_shapes_it(world: World, receiver: Receiver, api: Api) -> None:
    world.webhook(jsonataExpression='{"article": entity._id}')
    triggered(api)
    assert receiver.requests[0].json == {"article": "M-1"}


def test_its_conditions_may_leave_it_out(world: World, receiver: Receiver, api: Api) -> None:
    few = {"field": "entity.stock", "operation": "less_than", "values": [2], "field_type": "number"}
    world.webhook(filterConditions={"conditions": [few]})
    assert triggered(api)["status"] == "skipped"
    assert receiver.requests == []


def test_a_disabled_webhook_sends_nothing_and_says_so(world: World, receiver: Receiver, api: Api) -> None:
    world.webhook(enabled=False)
    assert triggered(api)["code"] == "WEBHOOK_DISABLED"
    assert receiver.requests == []


def test_nobody_can_wait_for_a_paused_webhook(world: World, api: Api) -> None:
    world.webhook()
    Webhook.objects.update(paused_at=NOW)
    answer = api.post("/v1/webhooks/configs/wh_1/trigger?sync=true", BODY)
    assert (answer.status_code, answer.json()["code"]) == (409, "WEBHOOK_PAUSED")


def test_whoever_does_not_wait_gets_an_id_and_a_usual_delivery(world: World, receiver: Receiver, api: Api) -> None:
    receiver.answer_in_turn(Reply(503), Reply(200))
    world.webhook()
    assert triggered(api, "")["status"] == "in_progress"
    world.work()
    assert world.delivery().state == DeliveryState.WAITING


def test_metadata_of_another_organization_is_refused(world: World, api: Api) -> None:
    world.webhook()
    answer = api.post("/v1/webhooks/configs/wh_1/trigger", {"metadata": {"organization_id": "4711"}})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "metadata.organization_id")


def test_what_was_handed_over_can_be_read_and_sent_anew(world: World, receiver: Receiver, api: Api) -> None:
    world.webhook(jsonataExpression='{"article": entity._id}')
    place = f"/v1/webhooks/configs/wh_1/events/{triggered(api)['event_id']}"
    shown = api.get(place).json()
    assert (shown["can_reapply_transform_reason"], shown["metadata"]["action"]) == ("available", "reorder")
    assert '"stock":3' in shown["original_payload"]
    assert api.post(f"{place}/replay", {"reapply_transform": True}).status_code == 204
    world.work()
    assert [request.json for request in receiver.requests] == [{"article": "M-1"}] * 2


def test_its_deliveries_name_the_core_event_as_those_of_the_event_itself_do(world: World, api: Api) -> None:
    world.webhook(eventName="event_CustomerDetailsUpdated")
    triggered(api)
    triggered(api, "")
    assert [one.event_name for one in world.deliveries()] == ["CustomerDetailsUpdated"] * 2


@pytest.mark.parametrize(
    ("timestamp", "path"),
    [({"from": "yesterday"}, "timestamp.from"), ({"to": 5}, "timestamp.to"), ("2026-01-15", "timestamp")],
)
def test_a_window_that_is_none_is_refused_by_its_place(world: World, api: Api, timestamp: Any, path: str) -> None:
    world.webhook()
    answer = api.post("/v2/webhooks/configs/wh_1/events", {"timestamp": timestamp})
    assert (answer.status_code, [one["path"] for one in answer.json()["details"]]) == (400, [path])


def test_deliveries_are_looked_for_within_a_window(world: World, api: Api) -> None:
    world.webhook()
    triggered(api)
    windows = {"2026-01-15T08:00:00Z": 1, "2026-01-15T08:00:01Z": 0}
    for since, count in windows.items():
        answer = api.post("/v2/webhooks/configs/wh_1/events", {"timestamp": {"from": since}}).json()
        assert len(answer["data"]) == count


def test_an_example_has_an_entity_a_relation_and_the_core_event(world: World, api: Api) -> None:
    world.webhook(eventName="event_CustomerDetailsUpdated")
    example = api.post("/v1/webhooks/configs/wh_1/example", {}).json()
    assert set(example) == {"metadata", "entity", "relations", "event"}
    assert example["event"]["_event_name"] == "CustomerDetailsUpdated"
