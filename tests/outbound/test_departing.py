"""What has yet to reach each integration, as the first page of monitoring counts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.web.templatetags.numbers import GROUP
from monitoring.departing import Departing, read_departing
from outbound import departing
from outbound.models import DeliveryState
from tests.builders import NOW, make_integration, make_use_case
from tests.cast import VIEWER, Stage
from tests.outbound.builders import make_delivery
from tests.outbound.queue.conftest import Queue, queue

__all__ = ["queue"]

pytestmark = pytest.mark.django_db


def wait(queue: Queue, number: int = 1, **fields: object) -> None:
    """Deliveries that wait for their receiver."""
    stored = {"integration_id": queue.integration.pk, "state": DeliveryState.WAITING} | fields
    for _ in range(number):
        make_delivery(organization=queue.organization, **stored)


def test_deliveries_and_messages_count_together(queue: Queue) -> None:
    queue.put("a", "b")
    wait(queue, 3)
    assert read_departing(queue.organization, queue.at) == {queue.integration.pk: Departing(5)}


@pytest.mark.parametrize("state", [DeliveryState.SUCCEEDED, DeliveryState.FAILED, DeliveryState.SKIPPED])
def test_what_has_ended_does_not_count(queue: Queue, state: DeliveryState) -> None:
    wait(queue, state=state)
    assert read_departing(queue.organization, queue.at) == {}


def test_tests_and_webhooks_alone_do_not_count(queue: Queue) -> None:
    wait(queue, is_test=True)
    wait(queue, integration_id=None)
    assert read_departing(queue.organization, queue.at) == {}


def test_a_message_that_has_expired_does_not_count(queue: Queue) -> None:
    queue.put("a")
    assert read_departing(queue.organization, queue.at + timedelta(days=91)) == {}


def test_beyond_the_most_there_are_at_least_so_many(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departing, "MOST_COUNTED", 2)
    wait(queue, 3)
    assert read_departing(queue.organization, queue.at) == {queue.integration.pk: Departing(2, is_at_least=True)}


def test_a_neighbours_do_not_count(queue: Queue, stage: Stage) -> None:
    queue.put("a")
    wait(queue)
    assert read_departing(stage.next_door, queue.at) == {}


def test_the_card_of_an_integration_says_what_has_yet_to_go_out(queue: Queue, client_of: Callable[..., Client]) -> None:
    queue.put("a", "b")
    text = client_of(VIEWER).get("/app/overview").content.decode().replace(GROUP, " ")
    assert "<b>2</b>to go out" in text


def test_a_card_with_nothing_to_go_out_does_not_mention_it(
    organization: Organization, client_of: Callable[..., Client]
) -> None:
    make_use_case(integration=make_integration(organization=organization, created_at=NOW))
    assert "to go out" not in client_of(VIEWER).get("/app/overview").content.decode()
