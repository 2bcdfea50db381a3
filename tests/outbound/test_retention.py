"""How long deliveries are kept, and what goes with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.ids import first_id_at, new_id
from hub.retention import running
from hub.retention.ages import choose_ages
from hub.retention.purged import find_purged
from outbound.models import (
    Acknowledgement,
    Delivery,
    DeliveryAttempt,
    DeliveryBody,
    DeliveryInput,
    DeliveryState,
    TakenAction,
)
from tests.builders import NOW
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db

OLD = NOW - timedelta(days=31)


def delivered(organization: Organization, at: datetime, **fields: Any) -> Delivery:
    """One that was made and ended then, with an attempt."""
    row = make_delivery(organization=organization, id=first_id_at(at), created_at=at, finished_at=at, **fields)
    DeliveryBody.objects.filter(delivery_id=row.id).delete()
    DeliveryBody.objects.create(delivery_id=row.id, body=b"{}", request={})
    DeliveryAttempt.objects.create(
        id=new_id(), organization_id=organization.pk, delivery_id=row.id, number=1, at=at, duration_ms=1
    )
    return row


def acknowledged(organization: Organization, row: Delivery) -> None:
    Acknowledgement.objects.create(
        ack_id=row.ack_id,
        organization_id=organization.pk,
        core_event_id=new_id(),
        event_name=row.event_name,
        correlation_id="",
        created_at=OLD,
    )


def test_a_delivery_goes_thirty_days_after_its_end_with_all_that_belongs_to_it(organization: Organization) -> None:
    row = delivered(organization, OLD, ack_id=uuid4())
    acknowledged(organization, row)
    TakenAction.objects.create(
        organization_id=organization.pk, execution_id="e", action_id="a", delivery_id=row.id, created_at=OLD
    )
    running.apply()
    for model in (Delivery, DeliveryBody, DeliveryAttempt, Acknowledgement, TakenAction):
        assert not model._default_manager.exists()


def test_a_younger_one_stays_whole(organization: Organization) -> None:
    delivered(organization, NOW - timedelta(days=29))
    running.apply()
    assert (Delivery.objects.count(), DeliveryBody.objects.count(), DeliveryAttempt.objects.count()) == (1, 1, 1)


def test_what_still_waits_stays_however_old_it_is(organization: Organization) -> None:
    delivered(organization, OLD, state=DeliveryState.WAITING)
    Delivery.objects.update(finished_at=None)
    running.apply()
    assert (Delivery.objects.count(), DeliveryBody.objects.count()) == (1, 1)


def test_an_acknowledgement_stays_while_one_of_its_deliveries_does(organization: Organization) -> None:
    row = delivered(organization, OLD, ack_id=uuid4())
    acknowledged(organization, row)
    delivered(organization, NOW, ack_id=row.ack_id, replayed_from=row.id)
    running.apply()
    assert not Delivery.objects.filter(pk=row.pk).exists()
    assert Acknowledgement.objects.exists()


@pytest.mark.parametrize(
    ("state", "bodies"), [(DeliveryState.SUCCEEDED, 0), (DeliveryState.SKIPPED, 0), (DeliveryState.FAILED, 1)]
)
def test_what_was_sent_may_go_before_its_delivery_by_how_that_ended(
    organization: Organization, state: DeliveryState, bodies: int
) -> None:
    row = delivered(organization, NOW - timedelta(days=10), state=state)
    choose_ages(organization=organization, days={"delivery_bodies": 9}, actor=SYSTEM, at=NOW)
    running.apply()
    assert (Delivery.objects.count(), DeliveryBody.objects.count()) == (1, bodies)
    assert (find_purged(row.id) is None) == bool(bodies)


@pytest.mark.parametrize("state", [DeliveryState.SKIPPED, DeliveryState.FAILED])
def test_what_came_with_the_order_goes_though_no_body_was_ever_made_of_it(
    organization: Organization, state: DeliveryState
) -> None:
    kinds = ("delivery_bodies", "delivery_bodies_failed")
    choose_ages(organization=organization, days=dict.fromkeys(kinds, 7), actor=SYSTEM, at=NOW)
    eight_days_ago = NOW - timedelta(days=8)
    row = delivered(organization, eight_days_ago, state=state)
    DeliveryBody.objects.all().delete()
    DeliveryInput.objects.create(delivery_id=row.id, payload={"name": "Ada"}, occurred_at=eight_days_ago)
    running.apply()
    assert not DeliveryInput.objects.exists()
    assert Delivery.objects.count() == 1
    assert find_purged(row.id) is None
