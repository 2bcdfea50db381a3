"""Deliveries are sent again from their page and from the list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from hub.accounts.models import Organization
from outbound.models import Delivery, DeliveryState
from outbound.ui import resending
from tests.cast import NEIGHBOUR_OWNER
from tests.hub.events.builders import make_core_event
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import WAITING, delivery, operator, path_of, public, viewer, webhook

__all__ = ["delivery", "operator", "viewer", "webhook"]
pytestmark = pytest.mark.django_db


def test_a_resend_asks_for_a_reason(operator: Client, delivery: Delivery) -> None:
    answer = operator.post("/app/deliveries/resend", {"delivery": public(delivery), "reason": ""})
    assert answer.status_code == 422
    assert Delivery.objects.count() == 1


def test_a_resend_leads_to_the_new_delivery(operator: Client, delivery: Delivery) -> None:
    answer = operator.post("/app/deliveries/resend", {"delivery": public(delivery), "reason": "The ERP was down."})
    again = Delivery.objects.get(replayed_from=delivery.id)
    assert answer["Location"] == path_of(again)
    assert (again.reason, again.message_id) == ("The ERP was down.", delivery.message_id)


def test_several_are_resent_and_what_is_on_its_way_is_left_out(
    organization: Organization, operator: Client, delivery: Delivery
) -> None:
    other = make_delivery(organization=organization)
    going = make_delivery(organization=organization, **WAITING)
    named = {"delivery": [public(one) for one in (delivery, other, going)]}
    asked = operator.post("/app/deliveries/resend/ask", named)
    assert (asked.context["count"], asked.context["chosen"].unfinished) == (2, 1)
    operator.post("/app/deliveries/resend", named | {"reason": "again"})
    assert set(Delivery.objects.filter(reason="again").values_list("replayed_from", flat=True)) == {
        delivery.id,
        other.id,
    }


def test_two_people_who_were_asked_about_the_same_deliveries_send_each_once(
    operator: Client, delivery: Delivery
) -> None:
    seen = operator.post("/app/deliveries/resend/ask", {"delivery": public(delivery)}).context["seen"]
    sent = {"delivery": public(delivery), "reason": "again", "seen": seen}
    operator.post("/app/deliveries/resend", sent)
    Delivery.objects.exclude(replayed_from=None).update(state=DeliveryState.FAILED)
    text = operator.post("/app/deliveries/resend", sent, follow=True).content.decode()
    assert "1 delivery had been sent again already and is left out." in text
    assert Delivery.objects.exclude(replayed_from=None).count() == 1


def test_what_was_sent_again_before_the_question_goes_out_once_more(operator: Client, delivery: Delivery) -> None:
    for _ in range(2):
        seen = operator.post("/app/deliveries/resend/ask", {"delivery": public(delivery)}).context["seen"]
        operator.post("/app/deliveries/resend", {"delivery": public(delivery), "reason": "again", "seen": seen})
        Delivery.objects.exclude(replayed_from=None).update(state=DeliveryState.FAILED)
    assert Delivery.objects.exclude(replayed_from=None).count() == 2


def test_of_more_than_go_out_at_once_none_does_before_a_job_is_asked_for(
    organization: Organization, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resending, "MOST_AT_ONCE", 2)
    named = {"delivery": [public(make_delivery(organization=organization)) for _ in range(3)], "reason": "again"}
    for path in ("resend/ask", "resend"):
        answer = operator.post(f"/app/deliveries/{path}", named)
        assert (answer.status_code, "Up to 2 deliveries go out at once" in answer.content.decode()) == (422, True)
    assert Delivery.objects.count() == 3


def test_the_question_is_a_dialog_where_scripts_run(operator: Client, delivery: Delivery) -> None:
    path, sent = "/app/deliveries/resend/ask", {"delivery": public(delivery)}
    assert operator.post(path, sent, headers={"HX-Request": "true"}).content.lstrip().startswith(b"<dialog")
    assert b"<!doctype html>" in operator.post(path, sent).content


def test_a_resend_that_has_nothing_to_send_says_so(organization: Organization, operator: Client) -> None:
    delivery = make_delivery(organization=organization, body=b"")
    answer = operator.post("/app/deliveries/resend", {"delivery": public(delivery), "reason": "again"})
    assert answer.status_code == 422
    assert "ended before its body was made" in answer.content.decode()


def test_what_ended_before_its_body_was_made_is_made_again(organization: Organization, operator: Client) -> None:
    event = make_core_event(organization=organization)
    delivery = make_delivery(organization=organization, body=b"", core_event_id=event.row.pk)
    asked = operator.post("/app/deliveries/resend/ask", {"delivery": public(delivery)}).content.decode()
    [box] = re.findall("<input[^>]*is_anew[^>]*>", asked)
    assert "checked" in box
    assert "disabled" in box
    assert "ended before a body was made" in asked
    operator.post("/app/deliveries/resend", {"delivery": public(delivery), "reason": "again"})
    assert Delivery.objects.get(replayed_from=delivery.id).state == DeliveryState.PLANNED


@pytest.mark.parametrize("path", ["resend", "resend/ask", "resend-matching"])
def test_a_viewer_may_not_resend(viewer: Client, delivery: Delivery, path: str) -> None:
    answer = viewer.post(f"/app/deliveries/{path}", {"delivery": public(delivery), "reason": "again"})
    assert answer.status_code == 403
    assert Delivery.objects.count() == 1


def test_a_neighbours_delivery_is_not_resent(client_of: Callable[..., Client], delivery: Delivery) -> None:
    neighbour = client_of(NEIGHBOUR_OWNER)
    neighbour.post("/app/deliveries/resend", {"delivery": public(delivery), "reason": "again"})
    assert Delivery.objects.count() == 1


def test_resends_say_what_became_of_them(organization: Organization, viewer: Client) -> None:
    delivery = make_delivery(organization=organization)
    again = [
        make_delivery(organization=organization, replayed_from=delivery.id),
        make_delivery(organization=organization, replayed_from=delivery.id, state=DeliveryState.SENDING, reason="Up"),
    ]
    answer = viewer.get(path_of(delivery))
    listed = [(one["delivery"].pk, one["status"]) for one in answer.context["resends"]]
    assert listed == [(again[0].pk, "failed"), (again[1].pk, "running")]
    assert "It was sent again 2 times." in answer.content.decode()
