"""POST …/events and …/events/replay of an integration (operations 13 and 14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.pagination import InvalidCursor, keyset_cursor, parse_keyset_cursor, parse_limit
from hub.api.query_fields import LONGEST_TEXT, text_of, uuid_of, word_of, wrong
from hub.api.views import HubAPIView
from hub.entities.keys import string_form
from hub.ids import find_id, to_text
from hub.json_encoding import precise_timestamp
from hub.json_types import ROOT, JSONObject, JSONValue
from hub.retention.purged import purged_among
from inbound.api.documents import EVENT_PAGE, EVENT_QUERY, REPLAY_ANSWER, REPLAY_REQUEST
from inbound.event_document import UNTYPED, event_document
from inbound.events import EVENT_PREFIX
from inbound.payload_search.search import search_payloads
from inbound.payload_search.wanted import LONGEST_VALUE, PayloadWanted
from inbound.query import EventFilter, EventRow, Position, bodies_of, list_events
from inbound.receive.arrivals import Sender
from inbound.replay import MOST_EVENTS, ReplayResult, audit_replay, replay_for_caller
from integrations.queries import get_integration, use_cases_of

PAGE_SIZE = 25
EVENT_TYPES = ("CREATE", "UPDATE", "DELETE")
NOBODY = UUID(int=0)
"""Stands for an id that no event has: a filter by an unknown public id finds nothing."""


class QueryEvents(HubAPIView):
    """Stored events of an integration, newest first."""

    requires: ClassVar = {"POST": Capability.MONITOR}

    @extend_schema(
        operation_id="queryEvents",
        tags=["Events"],
        request={"application/json": EVENT_QUERY},
        responses={(200, "application/json"): EVENT_PAGE},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with at most 25 events and the cursor of the next page, null on the last."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        wanted = self.body_object() if request.data is not None else {}
        limit = parse_limit(wanted.get("limit"), default=PAGE_SIZE, most=PAGE_SIZE)
        chosen = _filter(integration.pk, wanted)
        slugs = dict(use_cases_of(integration).values_list("id", "slug"))
        if chosen.payload:
            found = search_payloads(organization_id=self.organization.pk, wanted=chosen, limit=limit)
            reached = {"searched_back_to": precise_timestamp(found.next[0])} if found.is_cut and found.next else {}
            return Response(_page(found.rows, found.next, slugs) | reached)
        rows = list_events(organization_id=self.organization.pk, wanted=chosen, limit=limit + 1)
        shown = rows[:limit]
        following = (shown[-1].event.received_at, shown[-1].event.pk) if len(rows) > limit else None
        return Response(_page(shown, following, slugs))


def _payload(wanted: JSONObject) -> str:
    """As EventFilter has it, empty where nothing is said. Raises Invalid."""
    raw = wanted.get("payload")
    if raw is None:
        return ""
    if not isinstance(raw, dict):
        raise wrong("payload", "must be an object with path and value")
    path, value = text_of(raw, "path", ROOT.key("payload")), string_form(raw.get("value"))
    if value is None:
        raise wrong("payload.value", "must be a text that is not empty, a number or a truth value")
    if "=" in path or PayloadWanted.of(path, value) is None:
        raise wrong("payload", f"path must lead to a place, value have at most {LONGEST_VALUE} characters")
    return f"{path} = {value}"


def _filter(integration_id: UUID, wanted: JSONObject) -> EventFilter:
    cursor = parse_keyset_cursor(wanted.get("cursor"), "event_time", "event_id")
    event_id = text_of(wanted, "event_id")
    return EventFilter(
        integration_id=integration_id,
        event_id=(find_id(EVENT_PREFIX, event_id) or NOBODY) if event_id else None,
        event_types=_stored_as(word_of(wanted, "event_type", EVENT_TYPES)),
        correlation_id=text_of(wanted, "correlation_id"),
        name=text_of(wanted, "event_name") or text_of(wanted, "object_type"),
        use_case_id=uuid_of(wanted, "use_case_id"),
        payload=_payload(wanted),
        before=(cursor[0], _cursor_id(cursor[1])) if cursor else None,
    )


def _stored_as(event_type: str) -> frozenset[str]:
    """The stored types that are shown as this one: an event without a type is shown as UNTYPED."""
    return frozenset(({event_type} if event_type else set()) | ({""} if event_type == UNTYPED else set()))


def _cursor_id(text: str) -> UUID:
    identifier = find_id(EVENT_PREFIX, text)
    if identifier is None:
        raise InvalidCursor("cursor.event_id")
    return identifier


def _page(rows: Sequence[EventRow], following: Position | None, slugs: dict[UUID, str]) -> dict[str, object]:
    bodies = bodies_of([row.event for row in rows])
    cursor = (
        keyset_cursor("event_time", following[0], "event_id", to_text(EVENT_PREFIX, following[1]))
        if following
        else None
    )
    purged = purged_among([row.event.pk for row in rows if row.event.pk not in bodies])
    data = [event_document(row, bodies.get(row.event.pk), slugs, purged.get(row.event.pk)) for row in rows]
    return {"data": data, "next_cursor": cursor, "has_more": following is not None}


class ReplayEvents(HubAPIView):
    """Sends stored events through the live configuration again, as new events."""

    requires: ClassVar = {"POST": Capability.SEND}

    @extend_schema(
        operation_id="replayEvents",
        tags=["Events"],
        request={"application/json": REPLAY_REQUEST},
        responses={(200, "application/json"): REPLAY_ANSWER},
    )
    @once_per_key
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with one result per id, in request order; 503 CONFIGURATION_CHANGING while use cases are being saved."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        event_ids = _event_ids(self.body_object())
        sender = Sender(self.organization.pk, self.principal.config_version, self.principal.token_id or "")
        at = clock.now()
        results = replay_for_caller(sender=sender, integration_id=integration.pk, event_ids=event_ids, at=at)
        audit_replay(organization=self.organization, actor=self.actor, results=results, at=at)
        return Response(_replay_document(event_ids, results))


def _event_ids(body: JSONObject) -> list[str]:
    raw = body.get("event_ids")
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_EVENTS:
        raise wrong("event_ids", f"must be a list of 1 to {MOST_EVENTS} event ids")
    for position, one in enumerate(raw):
        if not isinstance(one, str) or not 0 < len(one) <= LONGEST_TEXT:
            raise wrong(f"event_ids[{position}]", "must be an event id")
    return [str(one) for one in raw]


def _replay_document(event_ids: list[str], results: list[ReplayResult]) -> JSONObject:
    shown: list[JSONValue] = [
        dict[str, JSONValue](event_id=one.event_id, status=one.status)
        | ({"replay_event_id": one.replay_event_id} if one.replay_event_id else {})
        | ({"message": one.message} if one.message else {})
        for one in results
    ]
    queued = sum(1 for one in results if one.replay_event_id)
    return {"replayed": queued, "event_ids": list(event_ids), "results": shown}
