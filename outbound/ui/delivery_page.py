"""One delivery: where it stands, its attempts, its body, its acknowledgement, and what belongs to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.display_zone import display_zone
from hub.errors import NotFound
from hub.ids import find_id, to_text
from hub.web.access import may, page
from hub.web.forms import sent
from hub.web.requests import HubRequest
from inbound.ui.payloads import shown_payload
from outbound.delivery_facts import DeliveryFacts, facts_of
from outbound.delivery_list import DeliveryRow, Status, Wanted, list_deliveries
from outbound.models import DELIVERY_PREFIX, Delivery, DeliveryState
from outbound.models.deliveries import UNFINISHED
from outbound.models.webhooks import QUERY_METHODS
from outbound.ui.attempts import attempts_of
from outbound.ui.carried import carried_by, signed_text, text_of
from outbound.ui.delivery_list import may_resend
from outbound.ui.facts import acknowledgement_of, facts_list
from outbound.ui.filters import Asked, asked_of
from outbound.ui.names import names_of
from outbound.ui.rows import look_of, most_attempts_of
from outbound.ui.signatures import SignatureForm, verdict_of
from outbound.ui.spans import span_rows
from outbound.ui.story import Story, story_of
from outbound.ui.troubles import Notice, notices_of
from outbound.ui.upload_files import files_of
from outbound.upload_attempts import most_attempts_of as upload_attempts_of
from outbound.uploads.receivers import is_upload
from outbound.webhooks.troubled import troubled

Context = dict[str, Any]  # Any: what a template shows


def find_delivery_id(text: str) -> Any:  # Any: a UUID
    """The id behind the one in the address. Raises NotFound."""
    found = find_id(DELIVERY_PREFIX, text)
    if found is None:
        raise NotFound("There is no such delivery.")
    return found


@page(Capability.WEBHOOK_VIEW)
@require_http_methods(["GET", "POST"])
def delivery_page(request: HubRequest, delivery_id: str) -> HttpResponse:
    """The page of a delivery, with its neighbours in the list it was opened from; a POST checks a signature."""
    organization = request.organization
    facts = facts_of(organization=organization, delivery_id=find_delivery_id(delivery_id))
    delivery, names = facts.row.delivery, names_of(organization)
    attempts = attempts_of(facts.detail)
    body, carried = text_of(facts.detail.body), carried_by(facts.detail.body)
    is_query = bool(facts.detail.body and facts.detail.body.request.get("method") in QUERY_METHODS)
    signed = attempts[0].signed if attempts else {}
    form = SignatureForm(
        sent(request), initial=SignatureForm.initial_of(signed, b"" if is_query else signed_text(facts.detail.body))
    )
    most = most_attempts_of(delivery, names, upload_attempts_of([delivery]))
    asked = asked_of(request.GET, clock.now(), display_zone())
    return render(
        request,
        "outbound/delivery.html",
        {
            "facts": facts_list(facts, names),
            "delivery": delivery,
            "delivery_id": delivery_id,
            "row": facts.row,
            "look": look_of(facts.row),
            "webhook_name": names.webhook(delivery.webhook_id),
            "webhook": facts.webhook,
            "story": _story(facts, most),
            "most_attempts": most,
            "troubles": _troubles(organization, facts),
            "attempts": attempts,
            "payload": shown_payload(body, "json") if body else None,
            "purged": facts.detail.purged,
            "is_query": is_query,
            "carried": carried,
            "is_upload": is_upload(delivery.webhook_id),
            "files": files_of(facts.detail),
            "acknowledgement": acknowledgement_of(facts.row.acknowledgement),
            "spans": span_rows(organization, facts.spans, names),
            "resends": [_resend(one) for one in facts.resends],
            "form": form,
            "verdict": verdict_of(facts.webhook, form, clock.now()),
            "next_is_due": delivery.next_attempt_at is None or delivery.next_attempt_at <= clock.now(),
            "is_moving": delivery.state in UNFINISHED,
            "is_repeatable": _is_repeatable(facts),
            "can_resend": may_resend(request) and delivery.state not in UNFINISHED and _is_repeatable(facts),
            "can_hurry": may_resend(request) and _may_hurry(facts),
            "can_change": may(request, Capability.WEBHOOK_EDIT),
            **_neighbours(organization, delivery, asked),
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


def _resend(one: Delivery) -> Context:
    """What became of it; its acknowledgement stands on its own page."""
    row = DeliveryRow(one, None, None, None)
    return {"delivery": one, "id": to_text(DELIVERY_PREFIX, one.id), "status": look_of(row)}


def _troubles(organization: Organization, facts: DeliveryFacts) -> list[Notice]:
    """Why a delivery is held back."""
    if facts.row.status is not Status.HELD:
        return []
    return notices_of(one for one in troubled(organization) if one.webhook_id == facts.row.delivery.webhook_id)


def _story(facts: DeliveryFacts, most_attempts: int | None) -> Story:
    """Nobody is advised to send again what is deleted."""
    last = facts.detail.attempts[-1] if facts.detail.attempts else None
    story = story_of(facts.row, most_attempts, last.code if last else "", last.error if last else "")
    if not story.title or facts.row.delivery.state in UNFINISHED or _is_repeatable(facts):
        return story
    return replace(story, text=_("It can no longer be sent again: its body and its event are deleted."))


def _is_repeatable(facts: DeliveryFacts) -> bool:
    """False where retention has deleted both what was sent and the event that it could be made of again."""
    return facts.detail.purged is None or facts.event is not None


def _may_hurry(facts: DeliveryFacts) -> bool:
    delivery = facts.row.delivery
    is_later = delivery.next_attempt_at is not None and delivery.next_attempt_at > clock.now()
    return delivery.state == DeliveryState.WAITING and is_later and not facts.row.is_held


def _neighbours(organization: Organization, delivery: Delivery, asked: Asked) -> Context:
    """The public ids of the rows above and below it, and the query that keeps the list."""
    place = (delivery.created_at, delivery.id)
    address = asked.address()
    return {
        "newer": _first(organization, asked.wanted(after=place), asked),
        "older": _first(organization, asked.wanted(before=place), asked),
        "filter_query": address if address != "?" else "",
    }


def _first(organization: Organization, wanted: Wanted, asked: Asked) -> str:
    """Who comes by an address without a window may walk through all of time."""
    wanted = replace(wanted, since=None) if asked.is_usual_window else wanted
    rows = list_deliveries(organization=organization, wanted=wanted, limit=1)
    return to_text(DELIVERY_PREFIX, rows[0].delivery.id) if rows else ""
