"""One event: what it was, what became of it step by step, its payload, results and replays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.display_zone import display_zone
from hub.errors import NotFound
from hub.ids import find_id, to_text
from hub.json_encoding import encode
from hub.retention.purged import find_purged
from hub.web.access import may, page
from hub.web.entities.naming import Naming
from hub.web.requests import HubRequest
from inbound.event_document import event_document
from inbound.events import EVENT_PREFIX
from inbound.query import EventFilter, EventRow, bodies_of, find_event, list_events, spans_of
from inbound.ui.event_facts import facts_of, holder_of, status_words, title_of, winner_of
from inbound.ui.event_held import held_notices, without_held
from inbound.ui.event_issues import issue_facts
from inbound.ui.event_known import known_of
from inbound.ui.event_tabs import tab_of, tabs_of
from inbound.ui.filters import Asked, asked_of
from inbound.ui.names import Names, names_of, with_gone
from inbound.ui.payloads import shown_payload
from inbound.ui.problems import problems_of, waiting_problem
from inbound.ui.results import results_of
from inbound.ui.rows import rows_of
from inbound.ui.trace import trace_of

MOST_SPANS = 1000
"""Spans that a page reads; the counts of the outcome tell of all."""
MOST_REPLAYS = 100

Context = dict[str, Any]  # Any: what a template shows


def row_of(organization: Organization, public_id: str) -> EventRow:
    """The event by its public id; a foreign one is as unknown as any other. Raises Http404."""
    event_id = find_id(EVENT_PREFIX, public_id)
    row = find_event(organization_id=organization.pk, event_id=event_id) if event_id else None
    if row is None:
        raise Http404
    return row


@page(Capability.MONITOR)
@require_safe
def event_page(request: HubRequest, event_id: str) -> HttpResponse:
    """The page of an event, with the neighbours it has in the list that it was opened from."""
    organization = request.organization
    row = row_of(organization, event_id)
    names = with_gone(names_of(organization), organization, [row.event.use_case_id, row.event.integration_id])
    spans = spans_of(organization_id=organization.pk, event_id=row.event.pk, most=MOST_SPANS)
    body = bodies_of([row.event]).get(row.event.pk)
    known = known_of(organization, row.event, spans)
    results = results_of(Naming.of(request), row.event.pk, spans, known)
    tab = tab_of(request.GET.get("tab", ""), has_results=bool(results.entities))
    asked = asked_of(request.GET, clock.now(), display_zone())
    return render(
        request,
        "inbound/event.html",
        {
            "row": row,
            "event_id": event_id,
            "title": title_of(row, spans, names),
            "status_words": status_words(row),
            "use_case": names.use_cases.get(row.event.use_case_id) if row.event.use_case_id else None,
            "use_case_name": names.use_case(row.event.use_case_id) or row.event.use_case_slug or row.event.event_name,
            "facts": [*facts_of(row, names), *issue_facts(organization, spans)],
            "problems": without_held(problems_of(spans), known.held),
            "held_notices": held_notices(known.held, organization),
            "waiting_problem": waiting_problem(row),
            "holder": holder_of(row),
            "winner": _public(winner_of(organization.pk, spans)),
            "original": to_text(EVENT_PREFIX, row.event.replay_of) if row.event.replay_of else "",
            "trace": trace_of(row, spans, known),
            "results": results,
            "body": body,
            "purged": find_purged(row.event.pk) if body is None else None,
            "tab": tab,
            "tabs": tabs_of(asked, results.changes),
            "indented_url": asked.address(tab="payload"),
            "raw_url": asked.address(tab="payload", raw="1"),
            "can_replay": may(request, Capability.SEND),
            **_neighbours(organization, row, asked),
            **_of_tab(request, tab, row, body, names),
        },
    )


@page(Capability.MONITOR)
@require_safe
def event_payload(request: HubRequest, event_id: str) -> HttpResponse:
    """The payload, byte by byte, as a file."""
    row = row_of(request.organization, event_id)
    body = bodies_of([row.event]).get(row.event.pk)
    if body is None:
        raise NotFound("The payload of this event is not kept any more.")
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{event_id}.{row.event.format}"'
    return response


def _public(event: Any) -> Context | None:  # Any: an InboundEvent or None
    return {"id": to_text(EVENT_PREFIX, event.pk), "at": event.received_at} if event else None


def _neighbours(organization: Organization, row: EventRow, asked: Asked) -> Context:
    """The public ids of the rows above and below it, and the query that keeps the list."""
    place, ids = (row.event.received_at, row.event.pk), dict[str, str]()
    if not asked.of("payload"):  # those who are found by reading payloads are not read here
        found = {"newer": asked.event_filter(after=place), "older": asked.event_filter(before=place)}
        ids = {side: _first(organization, wanted, asked) for side, wanted in found.items()}
    address = asked.address()
    return {**ids, "filter_query": address if address != "?" else ""}


def _first(organization: Organization, wanted: EventFilter, asked: Asked) -> str:
    """Who comes by an address without a window may walk through all of time."""
    wanted = replace(wanted, since=None) if asked.is_usual_window else wanted
    rows = list_events(organization_id=organization.pk, wanted=wanted, limit=1)
    return to_text(EVENT_PREFIX, rows[0].event.pk) if rows else ""


def _of_tab(request: HubRequest, tab: str, row: EventRow, body: bytes | None, names: Names) -> Context:
    """What only the open tab needs."""
    if tab == "payload" and body is not None:
        is_raw = "raw" in request.GET
        return {"payload": shown_payload(body, row.event.format, raw=is_raw), "is_raw": is_raw}
    if tab == "json":
        slugs = {one.pk: one.slug for one in names.use_cases.values()}
        return {"document": json.loads(encode(event_document(row, body or b"", slugs)))}
    if tab == "replays":
        wanted = EventFilter(replay_of=row.event.pk, since=row.event.received_at)
        found = list_events(organization_id=request.organization.pk, wanted=wanted, limit=MOST_REPLAYS)
        return {"replays": rows_of(found, names)}
    return {}
