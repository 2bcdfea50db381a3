"""What the API says of acknowledgements beside the deliveries of their event."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from hub.ids import to_text
from integrations.models import UseCaseType
from outbound.acknowledging import acknowledge, expire
from outbound.models import DELIVERY_PREFIX, Acknowledgement, Delivery
from tests.builders import NOW, make_integration, make_use_case, make_webhook
from tests.cast import MACHINE
from tests.outbound.builders import make_acknowledgement, make_delivery

pytestmark = pytest.mark.django_db

DUE_AT = NOW + timedelta(minutes=15)


class World:
    """A webhook with deliveries of one use case, and who asks for them."""

    def __init__(self, organization: Organization, client: Client) -> None:
        self.organization, self.client = organization, client
        self.integration = make_integration(organization=organization)
        self.use_case = make_use_case(integration=self.integration, type=UseCaseType.OUTBOUND)
        self.webhook = make_webhook(organization=organization)

    def track(self, **fields: Any) -> Acknowledgement:
        """An event that was delivered to the webhook and waits to be acknowledged."""
        found = make_acknowledgement(
            organization=self.organization,
            integration_id=self.integration.pk,
            use_case_id=self.use_case.pk,
            **{"due_at": DUE_AT} | fields,
        )
        Delivery.objects.filter(ack_id=found.pk).update(webhook_id=self.webhook.pk)
        return found

    def listed(self) -> Any:
        return self._post(f"/v2/webhooks/configs/{self.webhook.pk}/events")

    def monitored(self) -> Any:
        return self._post(f"/v1/integrations/{self.integration.pk}/monitoring/outbound-events")

    def single(self) -> Any:
        delivery_id = to_text(DELIVERY_PREFIX, Delivery.objects.get().id)
        return self.client.get(f"/v1/webhooks/configs/{self.webhook.pk}/events/{delivery_id}").json()

    def everywhere(self) -> list[Any]:
        """The acknowledgement as the list, the single read and monitoring tell it."""
        rows = [*self.listed()["data"], self.single(), *self.monitored()["data"]]
        return [row["acknowledgement"] for row in rows]

    def _post(self, path: str) -> Any:
        return self.client.post(path, {}, content_type="application/json").json()


@pytest.fixture
def world(organization: Organization, client_of: Callable[..., Client]) -> World:
    return World(organization, client_of(MACHINE))


def told(state: str, **more: Any) -> list[Any]:
    one = {"state": state, "due_at": None, "acknowledged_at": None, "message": "", "seconds": None}
    return [one | more] * 3


def test_one_that_waits_is_pending_and_says_when_it_expires(world: World) -> None:
    world.track()
    assert world.everywhere() == told("pending", due_at="2026-01-15T08:15:00.000Z")


def test_an_acknowledged_one_says_when_and_after_how_many_seconds(world: World) -> None:
    one = world.track()
    acknowledge(organization=world.organization, ack_id=str(one.pk), at=NOW + timedelta(seconds=4.25))
    at = "2026-01-15T08:00:04.250Z"
    assert world.everywhere() == told("acknowledged", acknowledged_at=at, seconds=4.25)


def test_one_whose_time_is_over_has_expired(world: World) -> None:
    world.track()
    expire(DUE_AT, 10)
    assert world.everywhere() == told("expired")


def test_one_that_the_erp_could_not_process_says_why(world: World) -> None:
    one = world.track()
    acknowledge(
        organization=world.organization, ack_id=str(one.pk), at=NOW, has_failed=True, message="Unknown customer"
    )
    assert world.everywhere() == told("failed", message="Unknown customer")


def test_a_delivery_that_nobody_acknowledges_has_none(world: World) -> None:
    make_delivery(
        organization=world.organization,
        integration_id=world.integration.pk,
        use_case_id=world.use_case.pk,
        webhook_id=world.webhook.pk,
    )
    assert world.everywhere() == [None, None, None]


@pytest.mark.parametrize("read", [World.listed, World.monitored])
def test_a_page_takes_the_same_queries_however_many_wait(
    world: World,
    read: Callable[[World], Any],
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    world.track()
    read(world)
    with count_queries() as few:
        read(world)
    for _ in range(5):
        world.track()
    with count_queries() as many:
        assert len(read(world)["data"]) == 6
    assert len(many) == len(few)
