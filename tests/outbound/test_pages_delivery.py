"""The page of one delivery: where it stands, attempts, commands, signatures, what can be done."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from hub.ids import new_id, to_text
from integrations.models import Tombstone, UseCase
from outbound.models import Delivery, DeliveryAttempt, DeliveryBody, DeliveryState, Webhook, WebhookPace
from outbound.signing_keys import signer_of
from tests.builders import NOW, make_member, make_webhook
from tests.cast import NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER
from tests.outbound.builders import make_delivery
from tests.outbound.world import World, mapping

pytestmark = pytest.mark.django_db

BODY = b'{"number":"C-1"}'
WAITING: dict[str, Any] = {"state": DeliveryState.WAITING, "code": "HTTP_503", "finished_at": None, "attempts": 1}


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


@pytest.fixture
def operator(client_of: Callable[..., Client]) -> Client:
    """Somebody who repairs."""
    return client_of(OPERATOR)


def path_of(delivery: Delivery, more: str = "") -> str:
    return f"/app/deliveries/{to_text('dlv_', delivery.id)}{more}"


def make_attempt(delivery: Delivery, **fields: Any) -> DeliveryAttempt:
    """One that got 503."""
    stored = {
        "id": new_id(),
        "organization_id": delivery.organization_id,
        "delivery_id": delivery.id,
        "number": 1,
        "at": NOW,
        "duration_ms": 184,
        "status_code": 503,
        "code": "HTTP_503",
        "error": "The receiver answered 503.",
        "url": "https://erp.example.com/hook",
        "request_headers": [["X-API-Key", "***"], ["webhook-id", "msg_1"]],
        "response_headers": [["Server", "SAP"]],
        "response_body": '{"error":"locked"}',
        "timings": {
            "dns_ms": 3.0,
            "connect_ms": 40.0,
            "first_byte_ms": 180.0,
            "total_ms": 184.0,
            "address": "192.0.2.1",
        },
    }
    return DeliveryAttempt.objects.create(**stored | fields)


# --- what it shows -----------------------------------------------------------------------------------------


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


# --- signatures --------------------------------------------------------------------------------------------


def checked(client: Client, delivery: Delivery, webhook: Webhook, **changes: str) -> Any:
    """The verdict about what the webhook's keys sign, changed as a test says."""
    headers = signer_of(webhook.organization_id, webhook, NOW).headers(message_id="msg_1", at=NOW, body=BODY)
    names = {"webhook-id": "message_id", "webhook-timestamp": "timestamp", "webhook-signature": "signature"}
    sent = {names[name]: value for name, value in headers} | {"body": BODY.decode()} | changes
    return client.post(path_of(delivery), sent).context["verdict"]


@pytest.fixture
def webhook(organization: Organization) -> Webhook:
    """The receiver of the delivery below."""
    return make_webhook(organization=organization)


@pytest.fixture
def delivery(organization: Organization, webhook: Webhook) -> Delivery:
    """One that has ended."""
    return make_delivery(organization=organization, webhook_id=webhook.pk)


def test_a_signature_of_its_keys_is_valid(viewer: Client, delivery: Delivery, webhook: Webhook) -> None:
    verdict = checked(viewer, delivery, webhook)
    assert (verdict.tone, verdict.title) == ("success", "The signature is valid.")
    assert "v1a" in verdict.text
    assert "signing secret of today" in verdict.text


CHANGES = {
    "a body that was changed": ({"body": '{"number":"C-2"}'}, "No key of this webhook"),
    "a body that was written anew": ({"body": '{\n  "number": "C-1"\n}'}, "fits the same JSON written otherwise"),
    "a timestamp that is none": ({"timestamp": "yesterday"}, "no number of seconds"),
    "a signature that is none": ({"signature": "sha256=abc"}, "begins with v1"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_signature_does_not_fit(viewer: Client, delivery: Delivery, webhook: Webhook, name: str) -> None:
    changes, reason = CHANGES[name]
    verdict = checked(viewer, delivery, webhook, **changes)
    assert verdict.tone == "error"
    assert reason in verdict.text


def test_what_a_get_has_sent_is_valid_as_the_check_begins_with_it(
    organization: Organization, viewer: Client, webhook: Webhook
) -> None:
    delivery = make_delivery(organization=organization, webhook_id=webhook.pk, body=b'{"number":"C-1"}')
    DeliveryBody.objects.filter(delivery_id=delivery.id).update(request={"method": "GET", "url": "https://e.example"})
    headers = signer_of(webhook.organization_id, webhook, NOW).headers(message_id="msg_1", at=NOW, body=b"")
    make_attempt(delivery, request_headers=[list(one) for one in headers])
    page = viewer.get(path_of(delivery))
    fields = {name: page.context["form"][name].value() for name in ("message_id", "timestamp", "signature", "body")}
    assert (fields["body"], page.context["is_query"]) == ("", True)
    assert viewer.post(path_of(delivery), fields).context["verdict"].title == "The signature is valid."


def test_the_check_begins_with_what_the_newest_attempt_has_sent(
    organization: Organization, viewer: Client, delivery: Delivery
) -> None:
    make_attempt(delivery)
    form = viewer.get(path_of(delivery)).context["form"]
    assert (form["message_id"].value(), form["body"].value()) == ("msg_1", BODY.decode())


# --- resend ------------------------------------------------------------------------------------------------


def public(delivery: Delivery) -> str:
    return to_text("dlv_", delivery.id)


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
    delivery = make_delivery(organization=organization, body=b"", core_event_id=new_id())
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


# --- resend by filter --------------------------------------------------------------------------------------

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


def test_nothing_is_resent_without_a_reason(organization: Organization, operator: Client) -> None:
    make_delivery(organization=organization)
    assert operator.post(fixed(operator), {"reason": " "}).status_code == 422
    assert Delivery.objects.count() == 1


# --- retry now ---------------------------------------------------------------------------------------------


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


# --- what is said about where it stands --------------------------------------------------------------------


@pytest.mark.parametrize("code", ["TIMEOUT", "EXTERNAL_API_ERROR"])
def test_a_delivery_that_failed_for_good_is_not_said_to_be_tried_again(
    organization: Organization, viewer: Client, code: str
) -> None:
    delivery = make_delivery(organization=organization, code=code)
    make_attempt(delivery, code=code, status_code=None)
    shown = viewer.get(path_of(delivery)).content.decode()
    assert "It is not tried again by itself: resend it once the receiver takes it." in shown
    assert "the event is tried again" not in shown


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
