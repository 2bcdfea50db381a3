"""Bodies of deliveries are packed after a week and may go before their deliveries; whoever reads one is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.ids import first_id_at, new_id, to_text
from hub.retention import packing, running
from hub.retention.ages import choose_ages
from hub.retention.models import PackedPayload
from outbound import bodies
from outbound.api.delivery_bodies import detail_document
from outbound.deliveries import get_delivery
from outbound.models import DELIVERY_PREFIX, Delivery, DeliveryAttempt, DeliveryBody, DeliveryState
from outbound.resending import NothingToSend, Resending, resend
from tests.builders import NOW
from tests.cast import OPERATOR, VIEWER
from tests.hub.events.builders import make_core_event
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db

OLD = NOW - timedelta(days=10)
BODY = b'{"name": "' + b"Maier-Leibnitz " * 40 + b'"}'
REQUEST = {"method": "POST", "url": "https://erp.example/in", "headers": [["x", "two\nlines"]]}
VERBATIM = Resending(SYSTEM)
ANEW = Resending(SYSTEM, is_anew=True)


def delivered(
    organization: Organization, state: DeliveryState = DeliveryState.SUCCEEDED, *, minutes: int = 0
) -> Delivery:
    """One that was made ten days ago, and so many minutes after that, with an attempt that was answered."""
    at = OLD + timedelta(minutes=minutes)
    ended = None if state == DeliveryState.WAITING else at
    row = make_delivery(organization=organization, id=first_id_at(at), created_at=at, finished_at=ended, state=state)
    DeliveryBody.objects.filter(delivery_id=row.id).delete()
    DeliveryBody.objects.create(delivery_id=row.id, body=BODY, request=REQUEST)
    DeliveryAttempt.objects.create(
        id=new_id(),
        organization_id=organization.pk,
        delivery_id=row.id,
        number=1,
        at=OLD,
        duration_ms=1,
        status_code=200,
        url="https://erp.example/in",
        response_body="thank you",
        response_headers=[["x", "y"]],
    )
    return row


@pytest.fixture
def packed(organization: Organization) -> Delivery:
    row = delivered(organization)
    assert bodies.pack() == 1
    assert (DeliveryBody.objects.count(), PackedPayload.objects.count()) == (0, 1)
    return row


@pytest.fixture
def purged(organization: Organization, packed: Delivery) -> Delivery:
    choose_ages(organization=organization, days={"delivery_bodies": 9}, actor=SYSTEM, at=NOW)
    running.apply()
    assert (PackedPayload.objects.count(), Delivery.objects.count()) == (0, 1)
    return packed


def document(organization: Organization, row: Delivery) -> dict[str, object]:
    detail = get_delivery(organization=organization, delivery_id=row.id)
    return detail_document(detail, is_held=False, acknowledgement=None)


def page(client_of: Callable[[Any], Client], row: Delivery, person: Any = VIEWER) -> str:
    return str(client_of(person).get(f"/app/deliveries/{to_text(DELIVERY_PREFIX, row.id)}").content.decode())


def ask(client_of: Callable[[Any], Client], row: Delivery) -> str:
    sent = {"delivery": to_text(DELIVERY_PREFIX, row.id)}
    return str(client_of(OPERATOR).post("/app/deliveries/resend/ask", sent).content.decode())


def test_what_is_packed_is_read_as_it_was(packed: Delivery) -> None:
    found = bodies.find_bodies([packed.id])[packed.id]
    assert (found.body, found.request) == (BODY, REQUEST)


def test_what_is_on_its_way_stays_as_it_is(organization: Organization) -> None:
    delivered(organization, DeliveryState.WAITING)
    assert bodies.pack() == 0


@pytest.mark.parametrize(
    ("most_bytes", "batches"), [(10, [1, 1, 1]), (2 * len(BODY), [2, 1]), (1_000_000, [3])], ids=["one", "two", "all"]
)
def test_no_transaction_reads_more_bytes_than_it_may_but_one_row_at_least(
    organization: Organization, monkeypatch: pytest.MonkeyPatch, most_bytes: int, batches: list[int]
) -> None:
    for number in range(3):
        delivered(organization, minutes=number)
    looked_at: list[int] = []

    def ended(keys: Sequence[UUID]) -> list[UUID]:
        looked_at.append(len(keys))
        return bodies.BODIES.ended(keys)

    monkeypatch.setattr(packing, "BYTES_PER_TRANSACTION", most_bytes)
    assert packing.pack(replace(bodies.BODIES, ended=ended)) == 3
    assert looked_at == batches


def test_a_packed_body_is_sent_again(organization: Organization, packed: Delivery) -> None:
    [made] = resend(organization=organization, delivery_ids=[packed.id], order=VERBATIM, at=NOW)
    again = DeliveryBody.objects.get(pk=made.id)
    assert (bytes(again.body), again.request) == (BODY, REQUEST)


def test_the_page_and_the_api_show_a_packed_body(
    organization: Organization, client_of: Callable[[Any], Client], packed: Delivery
) -> None:
    assert "Maier-Leibnitz" in page(client_of, packed)
    assert document(organization, packed)["payload"] == BODY.decode()


def test_a_packed_body_counts_as_something_to_send(organization: Organization, packed: Delivery) -> None:
    assert list(Delivery.objects.of(organization).filter(bodies.has_body())) == [packed]


def test_a_resend_of_a_deleted_body_is_refused_with_when_and_why(organization: Organization, purged: Delivery) -> None:
    with pytest.raises(NothingToSend, match=r"was deleted on .*Bodies of deliveries that arrived.*for 9 days"):
        resend(organization=organization, delivery_ids=[purged.id], order=VERBATIM, at=NOW)
    assert Delivery.objects.count() == 1


def test_the_page_and_the_api_say_of_a_deleted_body_when_it_went(
    organization: Organization, client_of: Callable[[Any], Client], purged: Delivery
) -> None:
    shown = document(organization, purged)
    assert (shown.get("payload"), shown["payload_purged_at"]) == (None, NOW)
    assert "Its body, if there was one, was deleted with what was sent." in page(client_of, purged)


def test_a_deleted_body_can_be_made_again_while_its_event_is_kept(
    organization: Organization, client_of: Callable[[Any], Client], purged: Delivery
) -> None:
    event = make_core_event(organization=organization).row
    Delivery.objects.update(core_event_id=event.pk)
    assert "It can still be made again from its event, which is kept." in page(client_of, purged, OPERATOR)
    assert "/app/deliveries/resend/ask" in page(client_of, purged, OPERATOR)
    asked = ask(client_of, purged)
    assert "by the rule “Bodies of deliveries that arrived”, after 9 days: it can only be made again" in asked
    assert "or its body was deleted" in asked
    assert resend(organization=organization, delivery_ids=[purged.id], order=ANEW, at=NOW)


def test_without_its_event_it_cannot_be_sent_again_and_nobody_is_offered_to(
    organization: Organization, client_of: Callable[[Any], Client], purged: Delivery
) -> None:
    Delivery.objects.update(core_event_id=new_id(), state=DeliveryState.FAILED, code="TIMEOUT")
    shown = page(client_of, purged, OPERATOR)
    assert "resend it" not in shown
    assert "It can no longer be sent again: its body and its event are deleted." in shown
    assert "Its event is not kept either, so it cannot be sent again." in shown
    assert "/app/deliveries/resend/ask" not in shown
    with pytest.raises(NothingToSend, match="The event that it was made of is no longer kept either"):
        resend(organization=organization, delivery_ids=[purged.id], order=ANEW, at=NOW)
    assert Delivery.objects.count() == 1


def test_what_was_answered_goes_with_it_and_the_attempt_stays(purged: Delivery) -> None:
    attempt = DeliveryAttempt.objects.get()
    assert (attempt.response_body, attempt.status_code, attempt.response_headers) == ("", 200, [["x", "y"]])


def test_a_packed_body_goes_with_its_delivery(organization: Organization, packed: Delivery) -> None:
    choose_ages(
        organization=organization,
        days={"deliveries": 9, "delivery_bodies": 9, "delivery_bodies_failed": 9},
        actor=SYSTEM,
        at=NOW,
    )
    running.apply()
    assert not PackedPayload.objects.exists()
    assert not Delivery.objects.exists()
