"""The page of a delivery: what it shows, and trying it at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from integrations.models import Tombstone, UseCase
from outbound.models import Delivery, DeliveryState, WebhookPace
from tests.builders import NOW, make_member, make_webhook
from tests.cast import NEIGHBOUR_OWNER, OWNER
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import WAITING, delivery, make_attempt, operator, path_of, viewer, webhook
from tests.outbound.world import World, mapping

__all__ = ["delivery", "operator", "viewer", "webhook"]
pytestmark = pytest.mark.django_db


def test_it_tells_when_the_next_attempt_goes_out(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(
        organization=organization, configuration={"retryPolicy": {"enabled": True, "maxAttempts": 3}}
    )
    at = NOW + timedelta(minutes=29)
    delivery = make_delivery(organization=organization, webhook_id=webhook.pk, next_attempt_at=at, **WAITING)
    make_attempt(delivery)
    story = viewer.get(path_of(delivery)).context["story"]
    assert (story.title, story.code) == ("Attempt 1/4 failed.", "HTTP_503")
    assert "The next attempt goes out in 29\u202fmin, at 15 Jan 2026 09:29:00 CET." in story.text


def test_an_attempt_shows_its_answer_and_how_long_each_phase_took(organization: Organization, viewer: Client) -> None:
    delivery = make_delivery(organization=organization)
    make_attempt(delivery)
    [attempt] = viewer.get(path_of(delivery)).context["attempts"]
    assert (attempt.title, attempt.response_body) == ("HTTP 503", '{\n  "error": "locked"\n}')
    phases = {phase.label: phase.text for phase in attempt.phases}
    assert phases["Connect and TLS"] == "40\u202fms"
    assert phases["Waiting for the answer"] == "137\u202fms"


def test_the_command_of_an_attempt_holds_variables_in_the_place_of_secrets(
    organization: Organization, viewer: Client
) -> None:
    delivery = make_delivery(organization=organization, body=b'{"name":"O\'Hara"}')
    make_attempt(delivery)
    [attempt] = viewer.get(path_of(delivery)).context["attempts"]
    assert """-H 'X-API-Key: '"$X_API_KEY\"""" in attempt.curl
    assert """--data-binary '{"name":"O'\\''Hara"}'""" in attempt.curl


def test_what_receivers_answer_is_never_markup(organization: Organization, viewer: Client) -> None:
    delivery = make_delivery(organization=organization)
    make_attempt(
        delivery, response_body="<script>alert(1)</script>", response_headers=[["X", "<script>alert(2)</script>"]]
    )
    shown = viewer.get(path_of(delivery)).content.decode()
    assert "<script>alert" not in shown


def test_a_delivery_that_failed_says_what_to_do(organization: Organization, viewer: Client) -> None:
    delivery = make_delivery(organization=organization, code="ADDRESS_REFUSED", message="192.0.2.1 may not be called.")
    story = viewer.get(path_of(delivery)).context["story"]
    assert story.tone == "error"
    assert "HUB_EGRESS_ALLOW" in story.text


def test_one_of_a_malformed_event_says_to_correct_the_entity(organization: Organization, viewer: Client) -> None:
    problem = "contact.email: must be a list"
    delivery = make_delivery(organization=organization, code="MALFORMED_PAYLOAD", message=problem, attempts=0)
    story = viewer.get(path_of(delivery)).context["story"]
    assert problem in story.text
    assert "Correct the entity" in story.text
    assert "sender" not in story.text


def test_a_resend_and_its_original_lead_to_each_other(organization: Organization, viewer: Client) -> None:
    original = make_delivery(organization=organization)
    again = make_delivery(organization=organization, replayed_from=original.id, reason="The ERP was down.")
    assert path_of(again) in viewer.get(path_of(original)).content.decode()
    shown = viewer.get(path_of(again)).content.decode()
    assert path_of(original) in shown
    assert "The ERP was down." in shown


def test_the_number_of_queries_does_not_depend_on_that_of_attempts(
    organization: Organization,
    viewer: Client,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    delivery = make_delivery(organization=organization)
    make_attempt(delivery)
    viewer.get(path_of(delivery))
    with count_queries() as few:
        viewer.get(path_of(delivery))
    for number in range(2, 6):
        make_attempt(delivery, number=number)
    with count_queries() as many:
        viewer.get(path_of(delivery))
    assert len(many) == len(few)


def test_the_way_of_an_event_is_shown_with_its_acknowledgement(world: World) -> None:
    world.webhook()
    world.use_case()
    world.change_contact()
    world.work()
    delivery = world.delivery()
    client = Client()
    client.force_login(make_member(organization=world.organization).user)
    answer = client.get(path_of(delivery))
    facts = {one["label"]: one.get("value") for one in answer.context["facts"]}
    assert facts["Entity"] == "Ada"
    assert answer.context["acknowledgement"]["words"] == "Pending"
    assert {row.span.code for row in answer.context["spans"]} == {"WEBHOOK_DELIVERED", "ACK_PENDING"}


def test_what_monitoring_says_of_several_use_cases_names_each_with_its_mapping(world: World) -> None:
    world.webhook()
    crm = world.use_case(mapping(number=1, name="To the CRM"))
    portal = world.use_case(mapping(number=2, name="To the portal"))
    world.change_contact()
    world.work()
    client = Client()
    client.force_login(make_member(organization=world.organization).user)
    rows = client.get(path_of(world.deliveries()[0])).context["spans"]
    pending = [(row.use_case, row.mappings) for row in rows if row.span.code == "ACK_PENDING"]
    assert sorted(pending) == sorted([(crm.slug, "To the CRM"), (portal.slug, "To the portal")])
    assert {row.mappings for row in rows} == {"To the CRM", "To the portal"}


def test_a_use_case_that_is_gone_is_still_named_by_what_monitoring_says(world: World) -> None:
    world.webhook()
    use_case = world.use_case()
    world.change_contact()
    world.work()
    client = Client()
    client.force_login(make_member(organization=world.organization).user)
    Tombstone.objects.create(
        id=use_case.pk,
        organization=world.organization,
        object_type="use_case",
        integration_id=world.integration.pk,
        slug="to-the-crm",
        deleted_at=NOW,
    )
    UseCase.objects.filter(pk=use_case.pk).delete()
    rows = client.get(path_of(world.delivery())).context["spans"]
    assert {(row.use_case, row.mappings) for row in rows} == {("to-the-crm", "")}


@pytest.mark.parametrize("text", ["dlv_00000000000000000000000000", "nonsense", "dlv_"])
def test_an_unknown_delivery_is_not_there(viewer: Client, text: str) -> None:
    assert viewer.get(f"/app/deliveries/{text}").status_code == 404


def test_a_neighbour_does_not_see_it(organization: Organization, client_of: Callable[..., Client]) -> None:
    delivery = make_delivery(organization=organization)
    assert client_of(NEIGHBOUR_OWNER).get(path_of(delivery)).status_code == 404


def test_what_waits_is_tried_at_once(organization: Organization, operator: Client) -> None:
    delivery = make_delivery(organization=organization, next_attempt_at=NOW + timedelta(hours=2), **WAITING)
    assert operator.get(path_of(delivery)).context["can_hurry"]
    operator.post(path_of(delivery, "/retry"))
    delivery.refresh_from_db()
    assert (delivery.next_attempt_at, delivery.attempts) == (NOW, 1)


def test_what_has_ended_is_not_tried_at_once(operator: Client, delivery: Delivery) -> None:
    answer = operator.post(path_of(delivery, "/retry"), follow=True)
    assert "does not wait for another attempt" in answer.content.decode()


def test_a_viewer_may_not_hurry(organization: Organization, viewer: Client) -> None:
    delivery = make_delivery(organization=organization, next_attempt_at=NOW + timedelta(hours=2), **WAITING)
    assert viewer.post(path_of(delivery, "/retry")).status_code == 403


def test_the_filters_of_the_list_are_carried_along(
    organization: Organization, client_of: Callable[..., Client]
) -> None:
    newer = make_delivery(organization=organization, created_at=NOW - timedelta(minutes=1))
    make_delivery(organization=organization, created_at=NOW - timedelta(minutes=2), state=DeliveryState.SKIPPED)
    older = make_delivery(organization=organization, created_at=NOW - timedelta(minutes=3))
    shown = client_of(OWNER).get(path_of(newer, "?status=failed")).content.decode()
    assert re.search(rf'href="{path_of(older)}\?status=failed" rel="next"', shown)


@pytest.mark.parametrize("code", ["TIMEOUT", "EXTERNAL_API_ERROR"])
def test_a_delivery_that_failed_for_good_is_not_said_to_be_tried_again(
    organization: Organization, viewer: Client, code: str
) -> None:
    delivery = make_delivery(organization=organization, code=code)
    make_attempt(delivery, code=code, status_code=None)
    shown = viewer.get(path_of(delivery)).content.decode()
    assert "It is not tried again by itself: resend it once the receiver takes it." in shown
    assert "the event is tried again" not in shown


def test_a_delivery_whose_receiver_was_not_reached_says_that_it_has_to_be_resent(
    organization: Organization, viewer: Client
) -> None:
    delivery = make_delivery(organization=organization, code="CONNECT_FAILED")
    shown = viewer.get(path_of(delivery)).content.decode()
    assert "It is not tried again by itself: resend it then." in shown
    assert "the delivery is tried again" not in shown


def test_a_delivery_that_waits_for_its_turn_says_what_for(organization: Organization, viewer: Client) -> None:
    webhook = make_webhook(organization=organization, configuration={"requestsPerMinute": 1})
    later = NOW + timedelta(minutes=1)
    WebhookPace.objects.create(webhook_id=webhook.pk, organization_id=organization.pk, free_at=later)
    delivery = make_delivery(organization=organization, webhook_id=webhook.pk, **WAITING | {"attempts": 0})
    answer = viewer.get(path_of(delivery))
    assert answer.context["story"].title == "The receiver has had what it may get."
    assert "not tried yet" in answer.content.decode()
    assert "goes out when it is its turn" in answer.content.decode()


def test_an_attempt_that_is_due_is_not_said_to_have_been(organization: Organization, viewer: Client) -> None:
    due = make_delivery(organization=organization, **WAITING | {"next_attempt_at": NOW - timedelta(minutes=2)})
    assert "Next attempt is due" in viewer.get(path_of(due)).content.decode()
    later = make_delivery(organization=organization, **WAITING | {"next_attempt_at": NOW + timedelta(minutes=2)})
    assert "Next attempt in 2\u202fmin" in viewer.get(path_of(later)).content.decode()
