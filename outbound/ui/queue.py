"""The poll queue: how the stream of each integration is doing, and one stream with its messages and dead letters."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.events.publishing import EVENT_PREFIX
from hub.ids import find_id, to_text
from hub.web.access import may, page
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from integrations.queries import get_integration
from outbound.models import MessageState, QueuedMessage
from outbound.queue.dead_letters import After, list_dead
from outbound.queue.messages import get_message, head_of
from outbound.queue.overview import Count, StreamView, overview_of, stream_of
from outbound.queue.spans import MESSAGE_PREFIX
from outbound.ui.payloads import shown_json
from outbound.ui.queue_words import names_of, poll_command, row_of, rows_of, state_of

HEAD: Final = 50
LETTERS: Final = 25

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.MONITOR)
@require_safe
def queue(request: HubRequest) -> HttpResponse:
    """Every stream, those that need somebody first."""
    views = overview_of(request.organization, clock.now())
    rows = [{"view": view, "state": state_of(view), "waiting": shown(view.waiting)} for view in views]
    context = {"rows": rows, "blocked": [view for view in views if view.blocked]}
    return render(request, "outbound/queue.html", context)


@page(Capability.MONITOR)
@require_safe
def stream(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """What comes next, or what was put aside."""
    organization, at = request.organization, clock.now()
    integration = get_integration(organization=organization, integration_id=integration_id)
    view = stream_of(organization, integration, at)
    tab = "dead" if request.GET.get("tab") == "dead" else "head"
    context = head_context(request, view) | {"tab": tab, "tabs": _tabs(view)}
    if tab == "dead":
        after = after_of(request.GET.get("after", ""))
        letters, has_more = list_dead(integration=integration, limit=LETTERS, after=after, at=at)
        context |= {"rows": rows_of(organization, view, letters), "is_later": after is not None}
        context |= {"next": cursor_of(letters[-1]) if has_more else ""}
    else:
        context |= {"rows": rows_of(organization, view, head_of(integration, HEAD, at))}
    return render(request, "outbound/stream.html", context)


@page(Capability.MONITOR)
@require_safe
def message(request: HubRequest, integration_id: UUID, message_id: str) -> HttpResponse:
    """One message with what is delivered of it."""
    organization, at = request.organization, clock.now()
    integration = get_integration(organization=organization, integration_id=integration_id)
    found = get_message(integration=integration, message_id=find_id(MESSAGE_PREFIX, message_id), at=at)
    view = stream_of(organization, integration, at)
    row = row_of(view, found, names_of(organization, {found.use_case_id}).get(found.use_case_id, ""))
    shows_raw = "raw" in request.GET or (found.payload is None and found.is_failed)
    context = head_context(request, view) | {
        "row": row,
        "is_dead": found.state == MessageState.DEAD,
        "is_mapped": found.payload is not None,
        "shows_raw": shows_raw,
        "event_id": to_text(EVENT_PREFIX, found.event_id),
        "event_url": reverse("web:past-core-event", args=[found.event_name, to_text(EVENT_PREFIX, found.event_id)]),
        "payload": shown_json(bytes(found.raw_payload) if shows_raw else found.delivered()),
    }
    return render(request, "outbound/message.html", context)


def head_context(request: HubRequest, view: StreamView) -> Context:
    """What the pages of one stream show above."""
    state, words = state_of(view)
    return {
        "view": view,
        "integration": view.integration,
        "state": state,
        "state_words": words,
        "waiting": shown(view.waiting),
        "queued": shown(view.queued),
        "dead": shown(view.dead),
        "may_decide": may(request, Capability.DECIDE),
        "command": poll_command(view.integration.pk),
    }


def shown(count: Count) -> str:
    """The number; more than were counted: ``10 000+``."""
    return number(count.number) if count.is_exact else f"{number(count.number)}+"


def cursor_of(last: QueuedMessage) -> str:
    """The place of a dead letter as text in an address."""
    moment = last.dead_lettered_at or last.enqueued_at
    return f"{moment.astimezone(UTC).isoformat()}~{last.pk}"


def after_of(cursor: str) -> After | None:
    """The place that a cursor names, or None for a text that is none: the list then begins with its oldest."""
    moment, _tilde, identifier = cursor.partition("~")
    try:
        at = parse_datetime(moment)
        return (at, UUID(identifier)) if at and at.tzinfo else None
    except ValueError:
        return None


def _tabs(view: StreamView) -> list[Context]:
    address = reverse("outbound:stream", args=[view.integration.pk])
    return [
        {"key": "head", "label": _("Next messages"), "url": address, "count": shown(view.queued)},
        {"key": "dead", "label": _("Dead letters"), "url": f"{address}?tab=dead", "count": shown(view.dead)},
    ]
