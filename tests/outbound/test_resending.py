"""A delivery that has ended goes out once more, as a new one."""

from __future__ import annotations

import pytest

from hub.accounts.audit import SYSTEM
from hub.accounts.models import AuditEntry, Organization
from hub.errors import NotFound
from hub.ids import new_id
from outbound.models import Acknowledgement, Delivery, DeliveryBody, DeliveryState
from outbound.resending import NotEnded, NothingToSend, Resending, resend
from tests.builders import NOW
from tests.cast import Stage
from tests.hub.events.builders import make_core_event
from tests.outbound.builders import make_acknowledgement, make_delivery

VERBATIM = Resending(SYSTEM, "restored from a backup")


def again(organization: Organization, *rows: Delivery, order: Resending = VERBATIM) -> list[Delivery]:
    return resend(organization=organization, delivery_ids=[row.id for row in rows], order=order, at=NOW)


def test_verbatim_it_keeps_message_id_and_body(organization: Organization) -> None:
    original = make_delivery(organization=organization)
    [new] = again(organization, original)
    assert (new.message_id, new.state, new.replayed_from) == (original.id, DeliveryState.WAITING, original.id)
    assert bytes(DeliveryBody.objects.get(pk=new.id).body) == bytes(DeliveryBody.objects.get(pk=original.id).body)


def test_the_original_stays_as_it_is(organization: Organization) -> None:
    original = make_delivery(organization=organization)
    again(organization, original)
    assert Delivery.objects.get(pk=original.pk).state == DeliveryState.FAILED


def test_made_anew_it_is_another_message(organization: Organization) -> None:
    event = make_core_event(organization=organization)
    original = make_delivery(organization=organization, core_event_id=event.row.pk)
    [new] = again(organization, original, order=Resending(SYSTEM, is_anew=True))
    assert new.message_id != original.message_id
    assert new.state == DeliveryState.PLANNED


def test_it_is_in_the_audit_trail_with_its_reason(organization: Organization) -> None:
    again(organization, make_delivery(organization=organization))
    assert AuditEntry.objects.get(action="delivery.resend").changes["reason"] == "restored from a backup"


@pytest.mark.parametrize("state", [DeliveryState.PLANNED, DeliveryState.WAITING, DeliveryState.SENDING])
def test_one_that_is_on_its_way_is_not_sent_again(organization: Organization, state: DeliveryState) -> None:
    with pytest.raises(NotEnded):
        again(organization, make_delivery(organization=organization, state=state))


def test_without_a_body_there_is_nothing_to_repeat(organization: Organization) -> None:
    with pytest.raises(NothingToSend):
        again(organization, make_delivery(organization=organization, body=b""))


def test_without_its_event_it_cannot_be_made_anew(organization: Organization) -> None:
    with pytest.raises(NothingToSend):
        again(organization, make_delivery(organization=organization), order=Resending(SYSTEM, is_anew=True))


def test_one_whose_event_was_deleted_is_refused_instead_of_planned_for_ever(organization: Organization) -> None:
    original = make_delivery(organization=organization, core_event_id=new_id())
    with pytest.raises(NothingToSend, match="not kept any more"):
        again(organization, original, order=Resending(SYSTEM, is_anew=True))


def test_another_organizations_delivery_does_not_exist(stage: Stage) -> None:
    with pytest.raises(NotFound):
        again(stage.next_door, make_delivery(organization=stage.home))


def test_of_several_none_is_sent_when_one_may_not(organization: Organization) -> None:
    fine, going = make_delivery(organization=organization), make_delivery(organization=organization, state="waiting")
    with pytest.raises(NotEnded):
        again(organization, fine, going)
    assert Delivery.objects.count() == 2


def test_the_erp_gets_its_whole_time_again(organization: Organization) -> None:
    expected = make_acknowledgement(
        organization=organization, integration_id=None, state=Acknowledgement.State.TIMED_OUT
    )
    again(organization, Delivery.objects.get(ack_id=expected.pk))
    expected.refresh_from_db()
    assert (expected.state, expected.delivered_at) == (Acknowledgement.State.PENDING, None)


def test_what_the_erp_has_acknowledged_stays_so(organization: Organization) -> None:
    expected = make_acknowledgement(
        organization=organization, integration_id=None, state=Acknowledgement.State.ACKNOWLEDGED
    )
    again(organization, Delivery.objects.get(ack_id=expected.pk))
    expected.refresh_from_db()
    assert expected.state == Acknowledgement.State.ACKNOWLEDGED


def test_a_delivery_that_held_back_others_lets_them_go(organization: Organization) -> None:
    original = make_delivery(organization=organization, order_key=new_id(), holds_order=True)
    again(organization, original)
    assert not Delivery.objects.get(pk=original.pk).holds_order
