"""All deliveries that match a filter are sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Organization
from hub.ids import new_id
from outbound.models import Delivery, DeliveryState
from tests.builders import NOW
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import WAITING, operator

__all__ = ["operator"]
pytestmark = pytest.mark.django_db


def test_one_whose_event_was_deleted_has_nothing_to_be_made_of(organization: Organization, operator: Client) -> None:
    make_delivery(organization=organization, core_event_id=new_id())
    preview = operator.get(f"{fixed(operator)}&anew=1").context["preview"]
    assert (preview.ready, preview.without_source) == (0, 1)


MATCHING = "/app/deliveries/resend-matching?status=failed"


def fixed(client: Client, query: str = MATCHING) -> str:
    """The address that the question has once its window is fixed."""
    return client.get(query)["Location"]


def test_a_preview_says_what_goes_out_and_what_not(organization: Organization, operator: Client) -> None:
    done = make_delivery(organization=organization)
    make_delivery(organization=organization, replayed_from=done.id)
    make_delivery(organization=organization, body=b"")
    preview = operator.get(fixed(operator)).context["preview"]
    assert (preview.ready, preview.sent_again, preview.without_source) == (1, 1, 1)


def test_all_that_match_go_out_again_with_the_reason(organization: Organization, operator: Client) -> None:
    wanted = {make_delivery(organization=organization).id for _ in range(3)}
    make_delivery(organization=organization, state=DeliveryState.SUCCEEDED, code="")
    operator.post(fixed(operator), {"reason": "The ERP was down."})
    assert set(Delivery.objects.filter(reason="The ERP was down.").values_list("replayed_from", flat=True)) == wanted


@pytest.mark.parametrize("query", ["status=faild", "webhook=w%20h", "status=failed&to=tomorrow"])
def test_nothing_goes_out_again_while_a_filter_cannot_be_read(
    organization: Organization, operator: Client, query: str
) -> None:
    make_delivery(organization=organization)
    path = f"/app/deliveries/resend-matching?{query}"
    asked, sent = operator.get(path), operator.post(path, {"reason": "again"})
    assert (asked.status_code, sent.status_code, Delivery.objects.count()) == (422, 422, 1)
    assert "cannot be read" in asked.content.decode()


def test_resending_all_is_not_offered_while_a_filter_cannot_be_read(
    organization: Organization, operator: Client
) -> None:
    make_delivery(organization=organization)
    assert "resend-matching" in operator.get("/app/deliveries").content.decode()
    assert "resend-matching" not in operator.get("/app/deliveries?status=faild").content.decode()


EVERYTHING = "/app/deliveries/resend-matching?event=CustomerDetailsUpdated"


def make_mixture(organization: Organization) -> tuple[Delivery, Delivery]:
    """One that failed, one that arrived; and one that waits."""
    failed = make_delivery(organization=organization)
    arrived = make_delivery(organization=organization, state=DeliveryState.SUCCEEDED, code="")
    make_delivery(organization=organization, **WAITING)
    return failed, arrived


def resent(reason: str) -> set[object]:
    return set(Delivery.objects.filter(reason=reason).values_list("replayed_from", flat=True))


def test_without_a_status_only_what_failed_goes_out_again(organization: Organization, operator: Client) -> None:
    failed, _ = make_mixture(organization)
    operator.post(fixed(operator, EVERYTHING), {"reason": "again"})
    assert resent("again") == {failed.id}


def test_what_arrived_goes_out_again_where_its_status_is_chosen(organization: Organization, operator: Client) -> None:
    failed, arrived = make_mixture(organization)
    operator.post(fixed(operator, f"{EVERYTHING}&status=failed&status=delivered"), {"reason": "again"})
    assert resent("again") == {failed.id, arrived.id}


def test_the_question_says_how_many_of_which_status_go_out(organization: Organization, operator: Client) -> None:
    make_mixture(organization)
    make_delivery(organization=organization)
    shown = operator.get(fixed(operator, f"{EVERYTHING}&status=failed&status=delivered")).content.decode()
    assert "Delivered: 1, Failed: 2" in shown
    assert "Other statuses" not in shown


def test_without_a_status_the_question_says_what_is_left_out(organization: Organization, operator: Client) -> None:
    make_mixture(organization)
    shown = operator.get(fixed(operator, EVERYTHING)).content.decode()
    assert "Failed: 1" in shown
    assert "Waiting: 1, Delivered: 1; left out." in shown


def test_what_failed_after_the_question_is_left_out(organization: Organization, operator: Client, clock: Any) -> None:
    make_delivery(organization=organization)
    address = fixed(operator)
    make_delivery(organization=organization, created_at=clock.move(seconds=5))
    operator.post(address, {"reason": "again"})
    assert Delivery.objects.filter(reason="again").count() == 1


def test_asking_twice_resends_nothing_twice(organization: Organization, operator: Client) -> None:
    make_delivery(organization=organization)
    address = fixed(operator)
    operator.post(address, {"reason": "again"})
    Delivery.objects.filter(reason="again").update(state=DeliveryState.FAILED, created_at=NOW)
    operator.post(address, {"reason": "once more"})
    assert Delivery.objects.filter(reason="once more").count() == 1


def test_a_window_that_ends_later_than_now_ends_with_the_question(
    organization: Organization, operator: Client, clock: Any
) -> None:
    make_delivery(organization=organization)
    until = (NOW + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    address = fixed(operator, f"{MATCHING}&from=2026-01-01T00:00:00Z&to={until}")
    make_delivery(organization=organization, created_at=clock.move(seconds=5))
    operator.post(address, {"reason": "again"})
    assert Delivery.objects.filter(reason="again").count() == 1


def test_after_the_act_the_list_has_one_window(organization: Organization, operator: Client) -> None:
    make_delivery(organization=organization)
    answer = operator.post(fixed(operator), {"reason": "again"})
    assert answer["Location"] == "/app/deliveries?window=24h"


def test_what_somebody_else_has_sent_since_the_question_is_told(organization: Organization, operator: Client) -> None:
    for _ in range(2):
        make_delivery(organization=organization)
    address = fixed(operator)
    operator.post(address, {"reason": "again"})
    text = operator.post(address, {"reason": "once more"}, follow=True).content.decode()
    assert "2 deliveries had been sent again already and are left out." in text


def test_nothing_is_resent_without_a_reason(organization: Organization, operator: Client) -> None:
    make_delivery(organization=organization)
    assert operator.post(fixed(operator), {"reason": " "}).status_code == 422
    assert Delivery.objects.count() == 1
