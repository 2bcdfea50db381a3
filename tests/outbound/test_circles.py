"""Calls, events and deliveries that follow from each other know how many led to them, and end when it is too many."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.events.models import CoreEvent
from hub.hops import hop_in, hop_of, marked
from inbound.lanes import on_use_case_saved
from inbound.models import InboundEvent, InboundOutcome
from inbound.process import work
from inbound.receive import Batch, Submitted, receive_batch
from inbound.receive.arrivals import Sender
from integrations.models import UseCaseType
from outbound.models import DeliveryState
from tests.builders import NOW, make_integration, make_token, make_use_case
from tests.outbound.world import World
from tests.receiver import Received, Reply

pytestmark = pytest.mark.services

MAPPED: dict[str, Any] = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["customer_number"],
            "fields": [
                {"attribute": "customer_number", "field": "number"},
                {"attribute": "first_name", "field": "name"},
            ],
        }
    ]
}


class Circle:
    """A managed call whose result changes a contact, which a webhook tells to somebody who makes the same call."""

    def __init__(self, world: World) -> None:
        self.world, self.counted = world, 0
        self.token = make_token(organization=world.organization)
        self.integration = make_integration(
            organization=world.organization, connector_config={"base_url": world.receiver.url}
        )
        self._use_case("customers", UseCaseType.INBOUND, MAPPED)
        operation = {"method": "GET", "path": "/person"}
        configuration = {"operation": operation, "inbound_use_case_slug": "customers"}
        self._use_case("person", UseCaseType.MANAGED_CALL, configuration)
        world.webhook()
        world.use_case()
        world.receiver.answer = self._answer
        self.change()

    def change(self) -> None:
        """The contact is there before anything begins."""
        self.world.write(customer_number="C-1", first_name="Ada")
        self.world.work()

    def call(self, hop: str = "") -> Any:
        """The managed call, as somebody makes it who was told to: Any: Django's answer."""
        headers = {"X-Hub-Hop": hop} if hop else {}
        body = {"integration_id": str(self.integration.pk), "payload": {}}
        headers["Authorization"] = f"Bearer {self.token.text}"
        return Client().post("/v1/managed-call/person/execute", body, content_type="application/json", headers=headers)

    def work(self) -> None:
        """All that a worker does."""
        while work():
            pass
        self.world.work()

    @property
    def told(self) -> list[Received]:
        """What the webhook has sent, in order."""
        return [one for one in self.world.receiver.requests if one.path == "/events"]

    def _answer(self, received: Received, _: int) -> Reply:
        if received.path != "/person":
            return Reply(200)
        self.counted += 1
        body = orjson.dumps({"number": "C-1", "name": f"Ada {self.counted}"})
        return Reply(200, {"Content-Type": "application/json"}, body)

    def _use_case(self, slug: str, type: UseCaseType, configuration: dict[str, Any]) -> None:
        use_case = make_use_case(integration=self.integration, slug=slug, type=type, configuration=configuration)
        on_use_case_saved(use_case=use_case)
        self.world.organization.bump_config_version()


@pytest.fixture
def circle(world: World) -> Circle:
    return Circle(world)


def hops(organization: Organization) -> list[int | None]:
    """Of the events that came in, in order."""
    return list(InboundEvent.objects.of(organization).order_by("sequence").values_list("hop", flat=True))


def test_what_follows_from_a_call_says_so_when_it_is_sent(circle: Circle) -> None:
    assert circle.call().status_code == 200
    circle.work()
    assert hops(circle.world.organization) == [1]
    assert [one.headers["x-hub-hop"] for one in circle.told] == ["2"]


def test_whoever_calls_again_for_every_event_is_stopped(circle: Circle) -> None:
    answer = circle.call()
    while answer.status_code == 200:
        circle.work()
        answer = circle.call(circle.told[-1].headers["x-hub-hop"])
    assert (answer.status_code, answer.json()["code"]) == (508, "LOOP_DETECTED")
    assert hops(circle.world.organization) == [1, 3, 5]


def test_what_somebody_outside_sends_leads_to_nothing_marked(circle: Circle) -> None:
    circle.world.change_contact(first_name="Grace")
    circle.world.work()
    assert {one.headers["x-hub-hop"] for one in circle.told} == {"1"}
    assert {tuple(event.chain) for event in CoreEvent.objects.of(circle.world.organization)} == {()}


def test_a_change_that_a_webhook_has_made_over_http_carries_on(circle: Circle) -> None:
    contact = circle.world.write(customer_number="C-1")
    headers = {"Authorization": f"Bearer {circle.token.text}", "X-Hub-Hop": "3"}
    changed = Client().patch(
        f"/v1/entity/contact/{contact}", {"first_name": "Grace"}, content_type="application/json", headers=headers
    )
    circle.work()
    assert (changed.status_code, [one.headers["x-hub-hop"] for one in circle.told]) == (200, ["4"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("patch", "/v1/entity/contact/{}"), ("post", "/v3/erp/updates/events"), ("get", "/v1/integrations")],
)
def test_no_route_serves_a_request_that_goes_in_a_circle(circle: Circle, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {circle.token.text}", "X-Hub-Hop": "6"}
    body = {"integration_id": str(circle.integration.pk), "events": []}
    target = path.format(circle.world.write(customer_number="C-1"))
    options = {"data": body, "content_type": "application/json"} if method != "get" else {}
    answer = getattr(Client(), method)(target, headers=headers, **options)
    assert (answer.status_code, answer.json()["code"]) == (508, "LOOP_DETECTED")


def test_a_delivery_that_went_in_a_circle_is_not_tried_again_and_blames_nobody(circle: Circle) -> None:
    circle.world.receiver.answer = lambda received, _: Reply(508)
    circle.world.change_contact(first_name="Grace")
    circle.world.work()
    delivery = circle.world.deliveries()[-1]
    assert (delivery.state, delivery.attempts, delivery.status_code) == (DeliveryState.FAILED, 1, 508)


def test_an_event_too_deep_in_a_chain_is_kept_and_not_processed(circle: Circle) -> None:
    organization = Organization.objects.get(pk=circle.world.organization.pk)
    event = Submitted(timestamp=NOW, payload=b'{"number": "C-1"}', use_case_slug="customers")  # type: ignore[arg-type]
    batch = Batch([event], integration_id=circle.integration.pk)
    results = []
    for hop in (10, 11):
        sender = Sender(organization.pk, organization.config_version, hop=hop)
        results += receive_batch(sender=sender, batch=batch, at=NOW)
    assert [one.status for one in results] == ["success", "error"]
    [outcome] = InboundOutcome.objects.of(organization)
    assert outcome.code == "RECURSION_DEPTH_EXCEEDED"


@pytest.mark.parametrize("text", ["", "x", "-1", "²", "1e3", " 5 "])
def test_a_hop_that_is_no_number_counts_as_none(text: str) -> None:
    assert hop_of({"HTTP_X_HUB_HOP": text}) == (5 if text == " 5 " else 0)


def test_the_mark_of_a_chain_is_found_among_its_flows() -> None:
    assert [hop_in(chain) for chain in ((), ("flow",), (*marked(3), "flow"), ("hop:x", "hop:2"))] == [0, 0, 3, 2]
