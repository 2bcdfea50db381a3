"""An automation action of an app is called: what it gets, how it is signed, which token goes with it."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from hub.accounts.models import ApiToken
from outbound.models import AppToken, DeliveryAttempt, DeliveryBody, DeliveryState
from outbound.signing_keys import public_key_of
from tests.builders import NOW, make_token
from tests.outbound.builders import make_app
from tests.receiver import Reply

TOKEN = "x-hub-app-token"


@pytest.fixture
def app(world, receiver):
    """An app at the receiver that gets a token."""
    action = {"url": f"{receiver.url}/act", "sends_token": True}
    grants = [{"action": "entity:view", "resource": "*", "effect": "allow"}]
    return make_app(
        organization=world.organization,
        action=action,
        grants=grants,
        configuration={"region": "eu"},
        options={"account": "4711"},
    )


@pytest.fixture
def call(client_of, world, app):
    """``call(execution_id="run-2")``: what an automation asks for; the answer."""
    client = client_of(make_token(organization=world.organization))
    entity_id = world.write(customer_number="C-1", first_name="Ada")

    def send(of=app, **members):
        path = f"/v1/apps/{of.app_id}/components/{of.components[0]['component_id']}:call"
        body = {"execution_id": "run-1", "action_id": "action-1", "entity_id": str(entity_id)} | members
        return client.post(path, body, content_type="application/json")

    send.entity_id = entity_id
    return send


def test_a_call_tells_the_app_about_run_entity_and_configuration(call, world, app, receiver):
    answer = call(action_config={"mode": "fast"}, trigger_event={"name": "ContactSeen"}, execution_status="running")
    assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
    [request] = receiver.requests
    sent = request.json
    entity = sent["data"].pop("entity")
    assert (request.method, request.path, sent["type"]) == ("POST", "/act", "automation_action")
    assert sent["timestamp"].endswith("Z")
    assert (entity["_id"], entity["first_name"]) == (str(call.entity_id), "Ada")
    assert sent["data"] == {
        "org_id": world.organization.public_id,
        "app_id": str(app.app_id),
        "component_id": app.components[0]["component_id"],
        "action_config": {"mode": "fast"},
        "app_config": {"region": "eu"},
        "app_options": {"account": "4711"},
        "execution_id": "run-1",
        "action_id": "action-1",
        "execution_status": "running",
        "trigger_event": {"name": "ContactSeen"},
    }


def test_a_call_is_signed_with_the_key_of_the_organization_alone(call, world, receiver):
    call()
    headers = receiver.requests[0].headers
    version, signature = headers["webhook-signature"].split(",")
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + receiver.requests[0].body
    public_key = load_pem_public_key(public_key_of(world.organization, NOW).encode())
    assert version == "v1a"
    public_key.verify(base64.b64decode(signature), content)  # type: ignore[union-attr,call-arg]


def test_the_token_of_a_call_may_what_the_app_declared_for_ten_minutes(call, client, clock, receiver):
    call()
    token = receiver.requests[0].headers[TOKEN]
    path = f"/v1/entity/contact/{call.entity_id}"
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(path, headers=headers).status_code == 200
    assert client.patch(path, {}, content_type="application/json", headers=headers).status_code == 403
    clock.move(timedelta(minutes=10))
    assert client.get(path, headers=headers).status_code == 401


def test_the_token_is_kept_nowhere(call, receiver):
    receiver.answer = lambda request, _: Reply(200, body=request.headers[TOKEN].encode())
    answer = call()
    token = receiver.requests[0].headers[TOKEN]
    attempt = DeliveryAttempt.objects.get()
    kept = [attempt.request_headers, attempt.response_body, DeliveryBody.objects.get().request, answer.json()]
    assert token not in str(kept)


def test_an_app_without_grants_gets_no_token(call, world, receiver):
    action = {"url": f"{receiver.url}/act", "sends_token": True}
    call(of=make_app(organization=world.organization, action=action))
    assert TOKEN not in receiver.requests[0].headers


def test_expired_tokens_of_apps_are_removed_with_the_next_call(call, clock):
    call()
    clock.move(timedelta(minutes=11))
    call(execution_id="run-2")
    assert (AppToken.objects.count(), ApiToken.objects.filter(name="App Booking").count()) == (1, 1)


def test_deleting_an_app_ends_its_tokens(call, client, client_of, world, app, receiver):
    call()
    client_of(make_token(organization=world.organization)).delete(f"/v1/apps/{app.app_id}")
    headers = {"Authorization": f"Bearer {receiver.requests[0].headers[TOKEN]}"}
    assert client.get(f"/v1/entity/contact/{call.entity_id}", headers=headers).status_code == 401


def test_a_call_is_a_delivery_and_counts_once(call, world, receiver):
    first, again = call(), call()
    assert (first.json(), len(receiver.requests)) == (again.json(), 1)
    assert (world.delivery().state, world.delivery().webhook_id[:4]) == (DeliveryState.SUCCEEDED, "cmp_")


def test_an_app_that_fails_is_answered_with_200(call, receiver):
    receiver.answer_in_turn(Reply(500))
    answer = call()
    assert (answer.status_code, answer.json()["status"], answer.json()["status_code"]) == (200, "failed", "500")


def test_an_app_that_has_failed_ten_times_in_a_row_is_not_waited_for(call, receiver):
    receiver.answer_in_turn(Reply(500))
    codes = [call(execution_id=f"run-{number}").json()["code"] for number in range(11)]
    assert (set(codes[:10]), codes[10]) == ({"EXTERNAL_API_ERROR"}, "WEBHOOK_HELD")
    assert len(receiver.requests) == 10


def test_a_component_that_is_only_listed_cannot_be_called(call, world):
    tile = {"component_id": "b7a8f0d4-8a5c-4e1f-9c8d-1f2e3d4c5b6a", "type": "portal_extension", "name": "Tile"}
    answer = call(of=make_app(organization=world.organization, components=[tile | {"configuration": {}}]))
    assert (answer.status_code, answer.json()["code"]) == (409, "COMPONENT_NOT_CALLABLE")


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"execution_id": None}, "execution_id"),
        ({"action_id": 7}, "action_id"),
        ({"entity_id": "nobody"}, "entity_id"),
        ({"action_config": []}, "action_config"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_call_that_is_wrong_says_where(call, receiver, members, named):
    answer = call(**members)
    assert (answer.status_code, named in answer.json()["message"], receiver.requests) == (400, True, [])
