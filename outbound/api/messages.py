"""The poll queue of an integration: poll and ack for the ERP; dead letters, redrive and unblock for its keepers."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

import orjson
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.pagination import InvalidCursor, decode_cursor, encode_cursor, parse_cursor_moment
from hub.api.query_fields import whole_in
from hub.api.views import HubAPIView
from hub.events.publishing import EVENT_PREFIX
from hub.ids import to_text
from hub.json_encoding import precise_timestamp
from hub.json_types import JSONObject, JSONPath
from integrations.models import Integration
from integrations.queries import get_integration
from outbound.api.message_answers import acknowledged, polled, version_member
from outbound.api.message_documents import ACKED, ACKS, LETTERS, POLL, POLLED, REDRIVE, REDRIVEN, UNBLOCK, UNBLOCKED
from outbound.api.message_requests import MOST, MOST_BYTES, acks_in, poll_limit, reason_in, redrive_in
from outbound.models import QueuedMessage
from outbound.queue.acknowledging import acknowledge
from outbound.queue.dead_letters import After, list_dead
from outbound.queue.keeping import Keeper, let_go_on, put_back, redriven_document, unblocked_document
from outbound.queue.polling import poll
from outbound.queue.spans import MESSAGE_PREFIX

PAGE_SIZE = 25
LIMIT = OpenApiParameter("limit", int, description="Dead letters on a page, 1 to 100; 25 by default.")
NEXT_TOKEN = OpenApiParameter("next_token", str, description="next_token of the page before.")


class MessagesView(HubAPIView):
    """What the five operations share."""

    max_body_bytes: ClassVar = MOST_BYTES

    def integration(self, integration_id: UUID) -> Integration:
        """The integration of the path; raises IntegrationNotFound."""
        return get_integration(organization=self.organization, integration_id=integration_id)

    def optional_body(self) -> JSONObject:
        """The request's object; none is an empty one."""
        return self.body_object() if self.request.data is not None else {}

    def keeper(self, integration_id: UUID) -> Keeper:
        """The caller, at the queue of that integration, now."""
        return Keeper(self.organization, self.integration(integration_id), self.actor, clock.now())


class PollMessages(MessagesView):
    """Leases the next messages of an integration, in the order of their events."""

    requires: ClassVar = {"POST": Capability.CONSUME}

    @extend_schema(
        operation_id="pollMessages",
        tags=["Poll queue"],
        request={"application/json": POLL},
        responses={(200, "application/json"): POLLED},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with up to limit messages; none when nothing waits, a batch is in flight or the queue is blocked."""
        limit = poll_limit(self.optional_body())
        lease = poll(integration=self.integration(integration_id), limit=limit, at=clock.now())
        return Response(polled(lease, self.organization.pk))


class AcknowledgeMessages(MessagesView):
    """Confirms messages of the lease in flight; they are gone for good."""

    requires: ClassVar = {"POST": Capability.CONSUME}

    @extend_schema(
        operation_id="acknowledgeMessages",
        tags=["Poll queue"],
        request={"application/json": ACKS},
        responses={(200, "application/json"): ACKED},
    )
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with a result per acknowledgement. Accepted is what forms the beginning of the leased batch."""
        acks = acks_in(self.body_object())
        statuses = acknowledge(integration=self.integration(integration_id), acks=acks, at=clock.now())
        return Response(acknowledged(acks, statuses))


class DeadLetters(MessagesView):
    """Messages that were put aside, oldest first, with what was to be delivered."""

    requires: ClassVar = {"GET": Capability.DECIDE}

    @extend_schema(
        operation_id="listDeadLetters",
        tags=["Poll queue"],
        parameters=[LIMIT, NEXT_TOKEN],
        responses={(200, "application/json"): LETTERS},
    )
    def get(self, request: Request, integration_id: UUID) -> Response:
        """200 with a page; next_token leads to the next one and is absent on the last."""
        asked = request.query_params.dict()
        limit, after = whole_in(asked, "limit", default=PAGE_SIZE, most=MOST), _after(asked.get("next_token"))
        integration = self.integration(integration_id)
        letters, has_more = list_dead(integration=integration, limit=limit, after=after, at=clock.now())
        following = {"next_token": _token(letters[-1])} if has_more else {}
        return Response({"items": [_letter(one) for one in letters]} | following)


class RedriveDeadLetters(MessagesView):
    """Puts dead letters back into the queue, as new messages at its end."""

    requires: ClassVar = {"POST": Capability.DECIDE}

    @extend_schema(
        operation_id="redriveDeadLetters",
        tags=["Poll queue"],
        request={"application/json": REDRIVE},
        responses={(200, "application/json"): REDRIVEN},
    )
    @once_per_key
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200 with a result per id, in the order of the request."""
        wanted = redrive_in(self.body_object())
        outcomes = put_back(self.keeper(integration_id), wanted.ids, reapply_mapping=wanted.reapply_mapping)
        results = [redriven_document(text, outcome) for text, outcome in zip(wanted.ids, outcomes, strict=True)]
        return Response({"results": results})


class UnblockMessages(MessagesView):
    """Puts the message aside that halts the queue."""

    requires: ClassVar = {"POST": Capability.DECIDE}

    @extend_schema(
        operation_id="unblockMessages",
        tags=["Poll queue"],
        request={"application/json": UNBLOCK},
        responses={(200, "application/json"): UNBLOCKED},
    )
    @once_per_key
    def post(self, request: Request, integration_id: UUID) -> Response:
        """200, also when nothing was blocked; dead_lettered_id names the message that was put aside."""
        reason = reason_in(self.optional_body())
        return Response(unblocked_document(let_go_on(self.keeper(integration_id), reason)))


def _letter(message: QueuedMessage) -> dict[str, object]:
    failure = {"mapping_error": message.mapping_failure} if message.mapping_failure else {}
    return {
        "id": to_text(MESSAGE_PREFIX, message.pk),
        "use_case_id": message.use_case_id,
        "event_name": message.event_name,
        "event_id": to_text(EVENT_PREFIX, message.event_id),
        "enqueued_at": message.enqueued_at,
        "dead_lettered_at": message.dead_lettered_at,
        "delivery_attempts": message.attempts,
        "reason": message.dead_reason,
        **failure,
        **version_member(message.mapping_version),
        "expires_at": message.expires_at,
        "payload": orjson.Fragment(message.delivered()),
    }


def _token(last: QueuedMessage) -> str:
    moment = last.dead_lettered_at or last.enqueued_at
    return encode_cursor({"dead_lettered_at": precise_timestamp(moment), "id": str(last.pk)})


def _after(text: str | None) -> After | None:
    if text is None:
        return None
    try:
        keys = decode_cursor(text)
        return parse_cursor_moment(keys.get("dead_lettered_at"), JSONPath("next_token")), UUID(str(keys.get("id")))
    except (InvalidCursor, ValueError) as error:
        raise InvalidCursor("next_token", "next_token") from error
