"""What waits for a receiver that takes nothing any more ends once, whoever else looks at it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from monitoring.models import MonitoringEvent
from outbound.endings import CANCELLED, end_waiting
from outbound.models import Delivery, DeliveryDelta, DeliveryState
from tests.builders import NOW, make_integration, make_organization
from tests.outbound.builders import make_delivery

GONE = (CANCELLED, "The webhook was deleted.")
PATIENCE_S = 2.0


def waiting() -> Delivery:
    integration = make_integration(organization=make_organization())
    return make_delivery(
        organization=integration.organization,
        integration_id=integration.pk,
        webhook_id="wh_1",
        state="waiting",
        created_at=NOW,
    )


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moved_to", [DeliveryState.SENDING, DeliveryState.FAILED])
def test_a_delivery_that_another_worker_has_just_claimed_or_ended_is_not_told_to_have_ended(
    moved_to: DeliveryState,
) -> None:
    delivery = waiting()
    taken, is_over = threading.Event(), threading.Event()

    def take() -> None:
        try:
            with transaction.atomic():
                Delivery.objects.filter(pk=delivery.pk).update(state=moved_to)
                taken.set()
                is_over.wait(PATIENCE_S)
        finally:
            connection.close()

    other = threading.Thread(target=take)
    other.start()
    try:
        assert taken.wait(60)
        end_waiting("wh_1", *GONE, at=NOW)
    finally:
        is_over.set()
        other.join()
    assert Delivery.objects.get(pk=delivery.pk).state == moved_to
    assert (MonitoringEvent.objects.count(), DeliveryDelta.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_what_waits_ends_and_is_counted() -> None:
    delivery = waiting()
    for _ in range(2):
        end_waiting("wh_1", *GONE, at=NOW)
    assert Delivery.objects.get(pk=delivery.pk).state == DeliveryState.FAILED
    assert [row.number for row in DeliveryDelta.objects.all()] == [1]
