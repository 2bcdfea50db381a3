"""POST …/events and …/events/replay of an integration (operations 13 and 14)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from integrations.queries import get_integration, slugs_of
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.pagination import InvalidCursor, keyset_cursor, parse_keyset_cursor, parse_limit
from hub.api.views import HubAPIView
from hub.errors import ErrorDetail, Invalid
from hub.ids import find_id, to_text
from hub.json_types import JSONObject, JSONValue
from inbound.api.documents import EVENT_PAGE, EVENT_QUERY, REPLAY_ANSWER, REPLAY_REQUEST
from inbound.events import EVENT_PREFIX
from inbound.query import EventFilter, EventRow, bodies_of, list_events
from inbound.receive.batch import Sender
from inbound.replay import MOST_EVENTS, ReplayResult, replay_events

PAGE_SIZE = 25
EVENT_TYPES = ("CREATE", "UPDATE", "DELETE")
LONGEST_TEXT = 255
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
        rows = list_events(organization_id=self.organization.pk, wanted=chosen, limit=limit + 1)
        return Response(_page(rows, limit, slugs_of(integration)))


def _filter(integration_id: UUID, wanted: JSONObject) -> EventFilter:
    cursor = parse_keyset_cursor(wanted.get("cursor"), "event_time", "event_id")
    event_id = _text(wanted, "event_id")
    return EventFilter(
        integration_id=integration_id,
        event_id=(find_id(EVENT_PREFIX, event_id) or NOBODY) if event_id else None,
        event_type=_word(wanted, "event_type", EVENT_TYPES),
        correlation_id=_text(wanted, "correlation_id"),
        name=_text(wanted, "event_name") or _text(wanted, "object_type"),
        use_case_id=_uuid(wanted, "use_case_id"),
        before=(cursor[0], _cursor_id(cursor[1])) if cursor else None,
    )


def _cursor_id(text: str) -> UUID:
    identifier = find_id(EVENT_PREFIX, text)
    if identifier is None:
        raise InvalidCursor("cursor.event_id")
    return identifier


def _text(wanted: JSONObject, name: str) -> str:
    value = wanted.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise _wrong(name, f"must be a string of 1 to {LONGEST_TEXT} characters")
    return value


def _word(wanted: JSONObject, name: str, words: tuple[str, ...]) -> str:
    value = _text(wanted, name)
    if value and value not in words:
        raise _wrong(name, f"must be one of {', '.join(words)}")
    return value


def _uuid(wanted: JSONObject, name: str) -> UUID | None:
    value = _text(wanted, name)
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise _wrong(name, "must be a UUID") from error


def _wrong(path: str, message: str) -> Invalid:
    return Invalid(f"{path}: {message}", details=[ErrorDetail(path, message)])


def _page(rows: list[EventRow], limit: int, slugs: dict[UUID, str]) -> JSONObject:
    shown, has_more = rows[:limit], len(rows) > limit
    bodies = bodies_of([row.event for row in shown])
    last = shown[-1].event if has_more else None
    cursor = keyset_cursor("event_time", last.received_at, "event_id", to_text(EVENT_PREFIX, last.pk)) if last else None
    data: list[JSONValue] = [event_document(row, bodies.get(row.event.pk, b""), slugs) for row in shown]
    return {"data": data, "next_cursor": cursor, "has_more": has_more}


def event_document(row: EventRow, body: bytes, slugs: dict[UUID, str]) -> JSONObject:
    """One stored event as the API shows it; the payload is text, whatever was sent."""
    event = row.event
    slug = event.use_case_slug or (slugs.get(event.use_case_id, "") if event.use_case_id else "")
    document = {
        "event_id": to_text(EVENT_PREFIX, event.pk),
        "event_time": event.received_at,
        "event_type": event.event_type or "UPDATE",
        "object_type": event.event_name or slug,
        "event_name": event.event_name or slug,
        "use_case_id": event.use_case_id,
        "use_case_slug": slug,
        "timestamp": event.sent_at or event.received_at,
        "format": event.format,
        "payload": body.decode("utf-8", "replace"),
        "correlation_id": event.correlation_id,
        "deduplication_id": event.deduplication_id,
        "status": row.status,
    }
    return {key: value for key, value in document.items() if value not in (None, "")} | {"payload": document["payload"]}  # type: ignore[return-value]


class ReplayEvents(HubAPIView):
    """Sends stored events through the live configuration again, as new events."""

    requires: ClassVar = {"POST": Capability.SEND}

    @extend_schema(
        operation_id="replayEvents",
        tags=["Events"],
        request={"application/json": REPLAY_REQUEST},
        responses={(200, "application/json"): REPLAY_ANSWER},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with one result per id, in request order."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        event_ids = _event_ids(self.body_object())
        sender = Sender(self.organization.pk, self.principal.config_version, self.principal.token_id or "")
        results = replay_events(sender=sender, integration_id=integration.pk, event_ids=event_ids, at=clock.now())
        return Response(_replay_document(event_ids, results))


def _event_ids(body: JSONObject) -> list[str]:
    raw = body.get("event_ids")
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_EVENTS:
        raise _wrong("event_ids", f"must be a list of 1 to {MOST_EVENTS} event ids")
    for position, one in enumerate(raw):
        if not isinstance(one, str) or not 0 < len(one) <= LONGEST_TEXT:
            raise _wrong(f"event_ids[{position}]", "must be an event id")
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
