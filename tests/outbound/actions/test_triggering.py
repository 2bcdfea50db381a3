"""Operation 2: an automation triggers a webhook and gets to know what became of it."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest

from hub import clock
from monitoring.models import MonitoringEvent
from outbound.models import Delivery, DeliveryAttempt, DeliveryState, Endpoint, TakenAction, Webhook
from tests.builders import make_token
from tests.hub.entities.conftest import in_threads
from tests.receiver import Reply

PATH = "/v1/erp/trigger"


@pytest.fixture
def ask(client_of, world):
    """``ask(execution_id="run-2")``: the request of an automation; the answer."""
    client = client_of(make_token(organization=world.organization))
    entity_id = world.write(customer_number="C-1", first_name="Ada")

    def send(**members):
        body = {
            "execution_id": "run-1",
            "org_id": world.organization.public_id,
            "webhook_id": "wh_1",
            "flow_id": "flow-1",
            "created_at": "2026-01-15T08:00:00Z",
            "action_id": "action-1",
            "flow_action_id": "flow-1-1",
            "flow_name": "Inform the ERP",
            "activity_id": "anything",
            "entity_id": str(entity_id),
        } | members
        sent = {name: value for name, value in body.items() if value is not None}
        return client.post(PATH, sent, content_type="application/json")

    send.entity_id = entity_id
    return send


def test_a_trigger_sends_metadata_and_a_stub_of_the_entity_and_tells_the_answer(ask, world, receiver):
    world.webhook()
    receiver.answer_in_turn(Reply(201, body=b'{"ticket": 7}'))
    answer = ask()
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["status_code"], told["body"], told["code"]) == (
        "succeeded",
        "201",
        {"ticket": 7},
        "WEBHOOK_DELIVERED",
    )
    [request] = receiver.requests
    assert request.json == {
        "metadata": {
            "organization_id": world.organization.public_id,
            "webhook_id": "wh_1",
            "webhook_name": "ERP",
            "creation_timestamp": "2026-01-15T08:00:00.000Z",
            "correlation_id": "run-1",
            "action": "trigger_erp",
            "origin": "automation",
            "automation_name": "Inform the ERP",
            "execution_id": "run-1",
            "action_id": "action-1",
        },
        "entity": {
            "_id": str(ask.entity_id),
            "_schema": "contact",
            "_org": world.organization.public_id,
            "_title": "Ada",
        },
    }
    assert [one.split(",")[0] for one in request.headers["webhook-signature"].split()] == ["v1a", "v1"]


def test_a_trigger_is_a_delivery_like_any_other(ask, world):
    world.webhook()
    told = ask().json()
    delivery = world.delivery()
    assert (delivery.state, delivery.attempts, delivery.correlation_id) == (DeliveryState.SUCCEEDED, 1, "run-1")
    assert told["event_id"].startswith("dlv_")
    assert DeliveryAttempt.objects.get().delivery_id == delivery.id


def test_the_webhook_shapes_what_is_sent_and_adds_what_it_wants(ask, world, receiver):
    options = {
        "hydrate_entity": True,
        "include_relations": True,
        "include_activity": True,
        "include_changed_attributes": True,
    }
    world.webhook(payloadConfiguration=options)
    ask()
    sent = receiver.requests[0].json
    assert (sent["entity"]["first_name"], sent["relations"], "activity" in sent) == ("Ada", [], False)
    assert sent["changed_attributes"] == {"added": {}, "updated": {}, "deleted": {}}


def test_an_activity_that_is_a_change_of_the_entity_tells_what_it_changed(ask, world, receiver):
    from hub.entities.models import EntityChange

    world.webhook(payloadConfiguration={"include_activity": True, "include_changed_attributes": True})
    world.write(customer_number="C-1", first_name="Grace", last_name="Hopper")
    change = EntityChange.objects.order_by("-version").first()
    ask(activity_id=str(change.pk))
    sent = receiver.requests[0].json
    assert sent["activity"]["id"] == str(change.pk)
    assert sent["changed_attributes"] == {
        "added": {"last_name": "Hopper"},
        "updated": {"first_name": {"old": "Ada", "new": "Grace"}},
        "deleted": {},
    }


def test_the_expression_of_the_webhook_makes_the_body(ask, world, receiver):
    world.webhook(jsonataExpression='{"run": metadata.execution_id, "id": entity._id}')
    ask()
    assert receiver.requests[0].json == {"run": "run-1", "id": str(ask.entity_id)}


def test_a_get_trigger_has_its_values_in_the_query(ask, world, receiver):
    world.webhook(httpMethod="GET", jsonataExpression='{"run": metadata.execution_id}')
    ask()
    assert (receiver.requests[0].method, receiver.requests[0].path) == ("GET", "/events?run=run-1")


def test_a_receiver_that_fails_is_answered_with_200_and_not_tried_again(ask, world, receiver):
    world.webhook()
    receiver.answer_in_turn(Reply(503))
    answer = ask()
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["status_code"]) == ("failed", "503")
    world.work()
    assert (len(receiver.requests), world.delivery().state) == (1, DeliveryState.FAILED)


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ({"enabled": False}, "WEBHOOK_DISABLED"),
        ({"url": None}, "WEBHOOK_INCOMPLETE"),
        ({"url": "http://10.0.0.1/hook"}, "ADDRESS_REFUSED"),
        ({"jsonataExpression": "$error('no')"}, "MAPPING_EXPRESSION_FAILED"),
    ],
)
def test_what_cannot_be_sent_is_a_failed_delivery_that_says_why(ask, world, receiver, configuration, code):
    world.webhook(**configuration)
    answer = ask()
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (200, "failed", code)
    assert (world.delivery().code, receiver.requests) == (code, [])


def test_what_the_conditions_of_the_webhook_leave_out_is_no_failure(ask, world, receiver):
    conditions = {"conditions": [{"jsonata_expression": "metadata.action = 'other'"}]}
    world.webhook(filterConditions=conditions)
    told = ask().json()
    assert (told["status"], told["code"], receiver.requests) == ("succeeded", "FILTERED", [])
    assert world.delivery().state == DeliveryState.SKIPPED


def test_a_paused_webhook_gets_nothing_now_and_nothing_later(ask, world, receiver):
    world.webhook()
    Webhook.objects.update(paused_at=clock.now())
    assert ask().json()["code"] == "WEBHOOK_HELD"
    Webhook.objects.update(paused_at=None)
    world.work()
    assert receiver.requests == []


def test_a_receiver_whose_circuit_is_open_is_not_waited_for(ask, world, receiver):
    webhook = world.webhook()
    later = clock.now().replace(year=2027)
    Endpoint.objects.create(
        webhook_id=webhook.pk, organization_id=world.organization.pk, circuit="open", failures=10, probe_at=later
    )
    assert (ask().json()["code"], receiver.requests) == ("WEBHOOK_HELD", [])


def test_a_repeat_answers_what_the_first_success_did(ask, world, receiver):
    world.webhook()
    first, again = ask(), ask(flow_name="Another name")
    assert (again.json(), len(receiver.requests)) == (first.json(), 1)


def test_another_action_or_another_run_goes_out_for_itself(ask, world, receiver):
    world.webhook()
    for members in ({}, {"action_id": "action-2"}, {"execution_id": "run-2"}):
        ask(**members)
    assert len(receiver.requests) == 3


def test_what_failed_goes_out_again_when_it_is_asked_for_again(ask, world, receiver):
    world.webhook()
    receiver.answer_in_turn(Reply(500), Reply(200))
    assert [ask().json()["status"] for _ in range(3)] == ["failed", "succeeded", "succeeded"]
    assert (len(receiver.requests), TakenAction.objects.count()) == (2, 1)


def test_an_action_that_is_on_its_way_is_not_sent_a_second_time(ask, world, receiver):
    world.webhook()
    arrived, may_answer = threading.Event(), threading.Event()

    def answer(_request, _number):
        arrived.set()
        may_answer.wait(20)
        return Reply(200)

    receiver.answer = answer
    first = threading.Thread(target=lambda: in_threads(ask))
    first.start()
    assert arrived.wait(20)
    second = ask()
    may_answer.set()
    first.join()
    assert (second.status_code, second.json()["code"], len(receiver.requests)) == (409, "ACTION_IN_PROGRESS", 1)


@pytest.mark.parametrize(
    "name",
    [
        "execution_id",
        "org_id",
        "webhook_id",
        "flow_id",
        "created_at",
        "action_id",
        "flow_action_id",
        "flow_name",
        "activity_id",
        "entity_id",
    ],
)
@pytest.mark.parametrize("value", [None, 7, "", "x" * 256])
def test_every_one_of_the_ten_members_is_a_text_that_is_needed(ask, world, name, value):
    world.webhook()
    answer = ask(**{name: value})
    assert answer.status_code == 400
    assert name in answer.json()["message"]
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize(("member", "code"), [("webhook_id", "WEBHOOK_NOT_FOUND"), ("entity_id", "ENTITY_NOT_FOUND")])
def test_an_unknown_webhook_or_entity_is_refused(ask, world, member, code):
    world.webhook()
    answer = ask(**{member: str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_an_action_of_another_organization_is_refused(ask, world, receiver):
    world.webhook()
    answer = ask(org_id="999999")
    assert (answer.status_code, answer.json()["code"], receiver.requests) == (401, "WRONG_ORGANIZATION", [])


def test_a_trigger_stands_in_the_monitoring_of_the_integration_that_uses_the_webhook(ask, client_of, world, receiver):
    world.webhook()
    use_case = world.use_case()
    receiver.answer_in_turn(Reply(503))
    told = ask().json()
    client = client_of(make_token(organization=world.organization))
    path = f"/v1/integrations/{world.integration.pk}/monitoring/inbound-events"
    [row] = client.post(path, {"event_type": "TRIGGER"}, content_type="application/json").json()["data"]
    assert row["event_id"][4:] == told["event_id"][4:]
    assert {name: row[name] for name in ("sync_type", "status", "error_code", "use_case_id", "correlation_id")} == {
        "sync_type": "webhook",
        "status": "error",
        "error_code": "EXTERNAL_API_ERROR",
        "use_case_id": str(use_case.pk),
        "correlation_id": "run-1",
    }


def test_a_trigger_of_a_webhook_that_no_integration_uses_stands_in_the_deliveries_alone(ask, world):
    world.webhook()
    ask()
    assert (MonitoringEvent.objects.count(), Delivery.objects.count()) == (0, 1)
