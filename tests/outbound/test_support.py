"""Support sends a delivery again, unless it has not ended."""

from __future__ import annotations

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry, Organization
from outbound.models import Delivery, DeliveryState
from tests.builders import make_user
from tests.hub.support.confirming import confirmed
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db


def send_again(*deliveries: Delivery) -> str:
    """What the list says afterwards."""
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return str(confirmed(client, deliveries, "send_again").content.decode())


def test_a_failed_delivery_is_sent_again_and_that_is_audited(organization: Organization) -> None:
    original = make_delivery(organization=organization)
    send_again(original)
    assert Delivery.objects.filter(replayed_from=original.id).count() == 1
    assert AuditEntry.objects.filter(actor_type="user").count() == 1


def test_one_that_is_on_its_way_is_not_sent_and_that_is_said(organization: Organization) -> None:
    text = send_again(make_delivery(organization=organization, state=DeliveryState.WAITING))
    assert Delivery.objects.count() == 1
    assert "errornote" in text or 'class="error"' in text


def test_two_who_send_the_same_one_send_it_once_and_the_second_hears_why(organization: Organization) -> None:
    original = make_delivery(organization=organization)
    send_again(original)
    text = send_again(original)
    assert Delivery.objects.filter(replayed_from=original.id).count() == 1
    assert "1 left out. Sent again already, and still on their way." in text


def test_what_was_sent_again_and_arrived_does_not_go_out_once_more(organization: Organization) -> None:
    original = make_delivery(organization=organization)
    make_delivery(organization=organization, replayed_from=original.id, state=DeliveryState.SUCCEEDED)
    assert "1 left out. Sent again already." in send_again(original)
    assert Delivery.objects.filter(replayed_from=original.id).count() == 1


def test_one_that_may_not_go_keeps_none_of_the_others(organization: Organization) -> None:
    original = make_delivery(organization=organization)
    text = send_again(original, make_delivery(organization=organization, state=DeliveryState.WAITING))
    assert Delivery.objects.filter(replayed_from=original.id).count() == 1
    assert "1 sent again." in text
    assert "1 left out. Still on their way." in text


def test_without_a_body_nothing_is_sent_and_that_is_said(organization: Organization) -> None:
    text = send_again(make_delivery(organization=organization, body=b""))
    assert Delivery.objects.count() == 1
    assert "1 left out. Nothing is kept that could be sent." in text
