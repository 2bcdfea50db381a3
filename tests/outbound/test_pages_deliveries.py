"""The list of deliveries: filters in the address, pages by keyset, what an empty list says, who may look."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from hub.ids import new_id, to_text
from hub.web.row_pages import PAGE_SIZE
from outbound.models import Acknowledgement, Delivery, DeliveryState, Endpoint, Webhook, WebhookPace
from tests.builders import NOW, make_webhook
from tests.cast import NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.conftest import FixedClock
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db

DELIVERIES = "/app/deliveries"
EVIL = '"><script>alert(1)</script>'
SUCCEEDED: dict[str, Any] = {"state": DeliveryState.SUCCEEDED, "code": "", "status_code": 200, "attempts": 1}
WAITING: dict[str, Any] = {"state": DeliveryState.WAITING, "code": "HTTP_503", "finished_at": None, "attempts": 1}


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


def rows_of(client: Client, query: str = "") -> list[Any]:  # Any: rows of the page
    answer = client.get(f"{DELIVERIES}{query}")
    assert answer.status_code == 200
    return list(answer.context["listed"].rows)


def ids_of(client: Client, query: str = "") -> list[str]:
    return [row.delivery_id for row in rows_of(client, query)]


def public(delivery: Delivery) -> str:
    return to_text("dlv_", delivery.id)


def acknowledged(organization: Organization, state: str, **fields: Any) -> Delivery:
    """A delivery that arrived, with its acknowledgement in that state."""
    ack_id = uuid4()
    stored = {
        "organization_id": organization.pk,
        "core_event_id": new_id(),
        "event_name": "ContractCreated",
        "correlation_id": "corr-1",
        "created_at": NOW,
        "delivered_at": NOW,
    }
    Acknowledgement.objects.create(ack_id=ack_id, state=state, **stored | fields)
    return make_delivery(organization=organization, ack_id=ack_id, **SUCCEEDED)


# --- what a row shows --------------------------------------------------------------------------------------


def test_a_row_shows_event_webhook_status_and_answer(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"name": "ERP"})
    make_delivery(organization=organization, webhook_id=webhook.pk, **SUCCEEDED)
    [row] = rows_of(viewer)
    assert (row.event_name, row.webhook, row.status, row.answer) == (
        "CustomerDetailsUpdated",
        "ERP",
        "delivered",
        "200",
    )


@pytest.mark.parametrize(
    ("state", "is_shown"),
    [(DeliveryState.FAILED, True), (DeliveryState.SKIPPED, True), (DeliveryState.SUCCEEDED, False)],
)
def test_the_line_of_a_phone_has_the_code_of_what_did_not_arrive(
    organization: Organization, viewer: Client, state: str, is_shown: bool
) -> None:
    make_delivery(organization=organization, webhook_id="wh_1", state=state, code="MAPPING_EXPRESSION_FAILED")
    [row] = rows_of(viewer)
    assert row.is_unwell is is_shown
    line = '<span class="ih-narrow-only"><a class="ih-code-name" href="/app/codes#MAPPING_EXPRESSION_FAILED">'
    assert (line in viewer.get("/app/deliveries").content.decode()) is is_shown


def test_a_row_counts_attempts_against_those_of_the_webhook(organization: Organization, viewer: Client) -> None:
    policy = {"retryPolicy": {"enabled": True, "maxAttempts": 2}}
    webhook = make_webhook(organization=organization, configuration=policy)
    make_delivery(organization=organization, webhook_id=webhook.pk, **WAITING)
    assert [row.attempt for row in rows_of(viewer)] == ["1/3"]


def test_what_failed_before_it_was_sent_has_no_attempts_to_come(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization)
    make_delivery(organization=organization, webhook_id=webhook.pk, code="MALFORMED_PAYLOAD", attempts=0)
    assert [(row.attempt, row.what_next) for row in rows_of(viewer)] == [("0", "never sent")]


def test_a_delivery_to_a_deleted_webhook_shows_its_id(organization: Organization, viewer: Client) -> None:
    make_delivery(organization=organization, webhook_id="wh_gone")
    assert [row.webhook for row in rows_of(viewer)] == ["wh_gone"]


def test_a_waiting_row_says_when_it_is_tried_again(organization: Organization, viewer: Client) -> None:
    make_delivery(organization=organization, next_attempt_at=NOW + timedelta(minutes=29), **WAITING)
    assert [row.what_next for row in rows_of(viewer)] == ["in 29\u202fmin"]


def test_the_newest_delivery_stands_on_top(organization: Organization, viewer: Client, clock: FixedClock) -> None:
    older = make_delivery(organization=organization)
    newer = make_delivery(organization=organization, created_at=clock.move(seconds=1))
    assert ids_of(viewer) == [public(newer), public(older)]


def test_names_are_shown_as_text(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"name": EVIL})
    make_delivery(organization=organization, webhook_id=webhook.pk, event_name=EVIL, code=EVIL)
    shown = viewer.get(DELIVERIES).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


# --- statuses ----------------------------------------------------------------------------------------------

STATES = {
    "pending": "delivered",
    "acked": "acknowledged",
    "timeout": "unacknowledged",
    "failed": "unacknowledged",
}


@pytest.mark.parametrize(("state", "status"), STATES.items())
def test_the_acknowledgement_is_part_of_the_status(
    organization: Organization, viewer: Client, state: str, status: str
) -> None:
    delivery = acknowledged(organization, state)
    assert [row.status for row in rows_of(viewer)] == [status]
    assert ids_of(viewer, f"?status={status}") == [public(delivery)]


def test_a_delivery_that_waits_for_a_paused_webhook_is_held(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, paused_at=NOW)
    held = make_delivery(organization=organization, webhook_id=webhook.pk, **WAITING)
    going = make_delivery(organization=organization, webhook_id="wh_other", **WAITING)
    assert ids_of(viewer, "?status=held") == [public(held)]
    assert ids_of(viewer, "?status=waiting") == [public(going)]


def test_a_test_is_not_held_by_a_paused_webhook(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, paused_at=NOW)
    test = make_delivery(organization=organization, webhook_id=webhook.pk, is_test=True, **WAITING)
    assert [row.status for row in rows_of(viewer)] == ["waiting"]
    assert ids_of(viewer, "?status=waiting") == [public(test)]


def test_one_that_is_being_sent_says_so(organization: Organization, viewer: Client) -> None:
    make_delivery(organization=organization, **WAITING | {"state": DeliveryState.SENDING})
    [row] = rows_of(viewer)
    assert (row.status, row.words, row.what_next) == ("running", "Being sent", "")


@pytest.mark.parametrize(
    ("hold", "words"), [("paused", "webhook paused"), ("failing", "receiver fails"), ("limited", "at its limit")]
)
def test_what_is_held_says_why(organization: Organization, viewer: Client, hold: str, words: str) -> None:
    webhook = held_webhook(organization, hold)
    make_delivery(organization=organization, webhook_id=webhook.pk, **WAITING)
    assert [(row.status, row.what_next) for row in rows_of(viewer)] == [("held", words)]


def test_only_a_limit_lets_a_test_wait(organization: Organization, viewer: Client) -> None:
    for hold in ("paused", "limited"):
        webhook = held_webhook(organization, hold)
        make_delivery(organization=organization, webhook_id=webhook.pk, is_test=True, **WAITING)
    found = {(row.status, row.what_next, row.attempt) for row in rows_of(viewer)}
    assert found == {("waiting", "at its limit", "1/1"), ("waiting", "due", "1/1")}


def held_webhook(organization: Organization, hold: str) -> Webhook:
    """One that takes nothing now."""
    paused_at = NOW if hold == "paused" else None
    webhook = make_webhook(organization=organization, configuration={"requestsPerMinute": 1}, paused_at=paused_at)
    if hold == "failing":
        Endpoint.objects.create(webhook_id=webhook.pk, organization_id=organization.pk, circuit="open", failures=10)
    if hold == "limited":
        later = NOW + timedelta(minutes=1)
        WebhookPace.objects.create(webhook_id=webhook.pk, organization_id=organization.pk, free_at=later)
    return webhook


def test_several_statuses_mean_any_of_them(organization: Organization, viewer: Client) -> None:
    failed = make_delivery(organization=organization)
    acked = acknowledged(organization, "acked")
    make_delivery(organization=organization, state=DeliveryState.SKIPPED, code="FILTERED")
    assert set(ids_of(viewer, "?status=failed&status=acknowledged")) == {public(failed), public(acked)}


# --- filters -----------------------------------------------------------------------------------------------

FILTERS = {
    "webhook": ("webhook_id", "wh_9"),
    "event": ("event_name", "ContractCreated"),
    "code": ("code", "TIMEOUT"),
    "correlation": ("correlation_id", "corr-9"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_list_is_narrowed_by(organization: Organization, viewer: Client, name: str) -> None:
    field, value = FILTERS[name]
    wanted = make_delivery(organization=organization, **{field: value})
    make_delivery(organization=organization)
    assert ids_of(viewer, f"?{name}={value}") == [public(wanted)]


def test_a_list_is_narrowed_by_use_case(organization: Organization, viewer: Client) -> None:
    use_case_id = uuid4()
    wanted = make_delivery(organization=organization, use_case_id=use_case_id)
    make_delivery(organization=organization)
    assert ids_of(viewer, f"?use_case={use_case_id}") == [public(wanted)]


def test_a_delivery_is_found_by_its_id_whatever_its_age(organization: Organization, viewer: Client) -> None:
    wanted = make_delivery(organization=organization, created_at=NOW - timedelta(days=40))
    make_delivery(organization=organization)
    assert ids_of(viewer, f"?delivery={public(wanted)}") == [public(wanted)]


def test_the_list_opens_on_the_last_day(organization: Organization, viewer: Client) -> None:
    old = make_delivery(organization=organization, created_at=NOW - timedelta(days=2))
    make_delivery(organization=organization)
    assert public(old) not in ids_of(viewer)
    assert public(old) in ids_of(viewer, "?window=7d")


@pytest.mark.parametrize(
    "query",
    [
        "?status=nonsense",
        "?use_case=1",
        "?webhook=a b",
        "?code=x",
        "?before=x",
        "?after=1-2",
        "?from=x&to=y",
        "?event=%00",
    ],
)
def test_a_filter_that_makes_no_sense_is_passed_over(organization: Organization, viewer: Client, query: str) -> None:
    delivery = make_delivery(organization=organization)
    assert ids_of(viewer, query) == [public(delivery)]


# --- pages -------------------------------------------------------------------------------------------------


def test_pages_lead_to_older_ones_and_back(organization: Organization, viewer: Client) -> None:
    for number in range(PAGE_SIZE + 2):
        make_delivery(organization=organization, created_at=NOW - timedelta(minutes=number), body=b"")
    first = viewer.get(DELIVERIES).context["listed"]
    second = viewer.get(f"{DELIVERIES}{first.older}").context["listed"]
    assert (len(first.rows), len(second.rows)) == (PAGE_SIZE, 2)
    back = viewer.get(f"{DELIVERIES}{second.newer}").context["listed"]
    assert [row.delivery_id for row in back.rows] == [row.delivery_id for row in first.rows]


def test_new_deliveries_are_counted_above_the_newest_row(
    organization: Organization, viewer: Client, clock: FixedClock
) -> None:
    make_delivery(organization=organization)
    live_url = viewer.get(DELIVERIES).context["live_url"]
    make_delivery(organization=organization, created_at=clock.move(seconds=1))
    assert viewer.get(live_url).json() == {"count": 1}


def test_the_number_of_queries_does_not_depend_on_that_of_rows(
    organization: Organization,
    viewer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    acknowledged(organization, "acked")
    viewer.get(DELIVERIES)
    with count_queries() as few:
        viewer.get(DELIVERIES)
    for _ in range(20):
        acknowledged(organization, "timeout")
        make_delivery(organization=organization)
    with count_queries() as many:
        viewer.get(DELIVERIES)
    assert len(many) == len(few)


# --- numbers and notices -----------------------------------------------------------------------------------


def test_the_numbers_above_lead_to_what_is_not_done(organization: Organization, viewer: Client) -> None:
    make_delivery(organization=organization)
    acknowledged(organization, "timeout")
    figures = {one.status: one.count for one in viewer.get(DELIVERIES).context["headline"]}
    assert figures == {"waiting": 0, "held": 0, "failed": 1, "unacknowledged": 1}


def test_the_numbers_of_an_integration_lead_to_its_deliveries(organization: Organization, viewer: Client) -> None:
    integration_id = uuid4()
    make_delivery(organization=organization, integration_id=integration_id)
    make_delivery(organization=organization)
    shown = viewer.get(f"{DELIVERIES}/numbers?integration={integration_id}")
    figures = {one.status: (one.count, one.url) for one in shown.context["headline"]}
    assert figures["failed"] == (1, f"{DELIVERIES}?integration={integration_id}&status=failed")
    assert figures["acknowledged"][0] == 0


def test_a_receiver_that_fails_is_told_with_what_it_holds(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"name": "cs-billing"})
    Endpoint.objects.create(
        webhook_id=webhook.pk,
        organization_id=organization.pk,
        circuit=Endpoint.Circuit.OPEN,
        failures=12,
        failing_since=NOW - timedelta(minutes=9),
        opened_at=NOW - timedelta(minutes=4),
        probe_at=NOW + timedelta(minutes=2),
    )
    make_delivery(organization=organization, webhook_id=webhook.pk, **WAITING)
    [notice] = viewer.get(DELIVERIES).context["troubles"]
    assert "cs-billing has been failing since 08:51, 12 attempts in a row." in notice.title
    assert "1 delivery is held in order" in notice.text
    assert "in 2\u202fmin, at 09:02:00" in notice.text


# --- empty -------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_leads_to_deliveries(organization: Organization, viewer: Client) -> None:
    emptiness = viewer.get(DELIVERIES).context["emptiness"]
    assert (emptiness.title, emptiness.is_first) == ("No deliveries yet", True)


def test_whoever_may_send_is_led_from_an_empty_list_to_a_test(
    organization: Organization, viewer: Client, client_of: Callable[..., Client]
) -> None:
    operator = client_of(OPERATOR)
    webhook = make_webhook(organization=organization)
    emptiness = operator.get(DELIVERIES).context["emptiness"]
    assert (emptiness.action, emptiness.url) == ("Send a test", f"/app/webhooks/{webhook.pk}#connection-title")
    assert viewer.get(DELIVERIES).context["emptiness"].action == "Open webhooks"
    make_webhook(organization=organization)
    assert operator.get(DELIVERIES).context["emptiness"].url == "/app/webhooks"


def test_the_chip_that_empties_a_list_is_named(organization: Organization, viewer: Client) -> None:
    make_delivery(organization=organization)
    emptiness = viewer.get(f"{DELIVERIES}?status=skipped").context["emptiness"]
    assert emptiness.blamed == "status"
    assert "without it there are 1" in emptiness.text


def test_a_window_that_is_too_short_is_named(organization: Organization, viewer: Client) -> None:
    make_delivery(organization=organization, created_at=NOW - timedelta(days=2))
    assert viewer.get(DELIVERIES).context["emptiness"].title == "No deliveries in this window"


# --- who may look ------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    assert Client().get(DELIVERIES).status_code == 302


def test_a_neighbour_sees_none_of_the_deliveries(organization: Organization, client_of: Callable[..., Client]) -> None:
    make_delivery(organization=organization)
    assert client_of(NEIGHBOUR_OWNER).get(DELIVERIES).context["emptiness"].is_first


def test_a_viewer_is_offered_no_resend(organization: Organization, viewer: Client) -> None:
    make_delivery(organization=organization)
    assert "Resend" not in viewer.get(DELIVERIES).content.decode()


def test_an_operator_is_offered_a_resend(organization: Organization, client_of: Callable[..., Client]) -> None:
    make_delivery(organization=organization)
    assert "Resend selected" in client_of(OPERATOR).get(DELIVERIES).content.decode()
