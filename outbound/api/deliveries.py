"""…/webhooks/configs/{id}/events: what was delivered to a webhook, and delivering it again (outbound.md section 10).

The uploads of a use case are such deliveries, too, under the id that their rows name as webhook_config_id.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.pagination import parse_limit
from hub.api.query_fields import moment_of, text_of, word_of, wrong
from hub.api.views import HubAPIView
from hub.errors import NotFound
from hub.ids import find_id
from hub.json_types import JSONObject
from integrations.models import UseCase, UseCaseType
from outbound.api.acknowledgement_bodies import of_delivery
from outbound.api.delivery_bodies import delivery_document, detail_document
from outbound.api.delivery_cursors import cursor_of, parse_cursor
from outbound.api.delivery_documents import described_delivery
from outbound.deliveries import (
    STATES_OF,
    DeliveryFilter,
    deliveries_page,
    get_delivery,
    held_webhooks,
    last_attempts,
)
from outbound.delivery_list import acknowledgements_of
from outbound.models import DELIVERY_PREFIX, Delivery
from outbound.resending import MOST_AT_ONCE, Resending, must_be_anew
from outbound.resends.sending import send_asked
from outbound.uploads.receivers import PREFIX, is_upload, receiver_id_of
from outbound.webhooks.queries import get_webhook

PAGE_SIZE = LARGEST_PAGE = 25
MAY_RESEND = (Capability.WEBHOOK_EDIT, Capability.SEND)
"""Operations staff repair, too: they hold SEND and change no webhook."""


class WebhookDeliveries(HubAPIView):
    """The deliveries of one webhook, or the uploads of one use case."""

    requires: ClassVar = {"POST": Capability.WEBHOOK_VIEW}

    @described_delivery("listWebhookDeliveries")
    def post(self, request: Request, webhook_id: str) -> Response:
        """At most 25 deliveries, the newest first."""
        receiver_id = _receiver_id(self, webhook_id)
        body = self.body_object() if request.data is not None else {}
        limit = parse_limit(body.get("limit"), default=PAGE_SIZE, most=LARGEST_PAGE)
        rows = deliveries_page(organization=self.organization, wanted=_filter(receiver_id, body), limit=limit + 1)
        shown, has_more = rows[:limit], len(rows) > limit
        last, tracked = last_attempts(shown), acknowledgements_of(self.organization, shown)
        is_held = receiver_id in held_webhooks(self.organization)
        return Response(
            {
                "data": [
                    delivery_document(one, last.get(one.id), is_held=is_held, acknowledgement=of_delivery(one, tracked))
                    for one in shown
                ],
                "next_cursor": cursor_of(shown[-1]) if has_more else None,
                "has_more": has_more,
            }
        )


class OneDelivery(HubAPIView):
    """One delivery of a webhook."""

    requires: ClassVar = {"GET": Capability.WEBHOOK_VIEW}

    @described_delivery("getWebhookDelivery")
    def get(self, request: Request, webhook_id: str, event_id: str) -> Response:
        """With what was sent and every attempt."""
        detail = get_delivery(organization=self.organization, delivery_id=_delivery_id(event_id), webhook_id=webhook_id)
        is_held = webhook_id in held_webhooks(self.organization)
        tracked = acknowledgements_of(self.organization, [detail.delivery])
        acknowledgement = of_delivery(detail.delivery, tracked)
        return Response(detail_document(detail, is_held=is_held, acknowledgement=acknowledgement))


class ReplayDelivery(HubAPIView):
    """One delivery once more."""

    requires: ClassVar = {"POST": MAY_RESEND}

    @described_delivery("replayWebhookDelivery")
    @once_per_key
    def post(self, request: Request, webhook_id: str, event_id: str) -> Response:
        """204; the new delivery goes out as it was, or made anew: with reapply_transform, or where it ended before
        its body was made and the request does not say. Where the same is on its way already, nothing is sent twice."""
        get_delivery(organization=self.organization, delivery_id=_delivery_id(event_id), webhook_id=webhook_id)
        body = self.body_object() if request.data is not None else {}
        _resend(self, [_delivery_id(event_id)], body)
        return Response(status=204)


class ReplayDeliveries(HubAPIView):
    """Up to 100 deliveries once more."""

    requires: ClassVar = {"POST": MAY_RESEND}

    @described_delivery("replayWebhookDeliveries")
    @once_per_key
    def post(self, request: Request, webhook_id: str) -> Response:
        """202 with the ids that go out again, all of them or none; what is on its way again already, once."""
        receiver_id = _receiver_id(self, webhook_id)
        body = self.body_object()
        ids = body.get("eventIds")
        if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_AT_ONCE:
            raise wrong("eventIds", f"must be a list of 1 to {MOST_AT_ONCE} ids")
        wanted = [_delivery_id(one if isinstance(one, str) else "") for one in ids]
        _refuse_others(self, receiver_id, wanted)
        _resend(self, wanted, body)
        return Response({"replayed_event_ids": ids}, status=202)


def _receiver_id(view: HubAPIView, text: str) -> str:
    """That of a webhook, or of a use case whose files go out by a recipe. Raises WebhookNotFound."""
    use_case_id = find_id(PREFIX, text) if is_upload(text) else None
    if use_case_id is not None:
        rows = UseCase.objects.of(view.organization).filter(pk=use_case_id, type=UseCaseType.OUTBOUND)
        if rows.exists():
            return receiver_id_of(use_case_id)
    return get_webhook(organization=view.organization, webhook_id=text).pk


def _refuse_others(view: HubAPIView, webhook_id: str, wanted: list[UUID]) -> None:
    own = Delivery.objects.of(view.organization).filter(id__in=wanted, webhook_id=webhook_id)
    if set(own.values_list("id", flat=True)) != set(wanted):
        raise NotFound("One of the deliveries is not there, or belongs to another webhook.")


def _resend(view: HubAPIView, wanted: list[UUID], body: JSONObject) -> None:
    is_anew = body.get("reapply_transform")
    if not isinstance(is_anew, bool | None):
        raise wrong("reapply_transform", "must be true or false")
    if is_anew is None:
        is_anew = must_be_anew(view.organization, wanted)
    order = Resending(view.actor, text_of(body, "reason"), is_anew)
    send_asked(organization=view.organization, delivery_ids=wanted, order=order, at=clock.now())


def _filter(webhook_id: str, body: JSONObject) -> DeliveryFilter:
    timestamp = body.get("timestamp")
    if not isinstance(timestamp, dict | None):
        raise wrong("timestamp", "must be an object with from, to or both")
    window: JSONObject = timestamp or {}
    times: JSONObject = {f"timestamp.{name}": window.get(name) for name in ("from", "to")}
    status = word_of(body, "status", tuple(STATES_OF))
    event_id = text_of(body, "event_id")
    return DeliveryFilter(
        webhook_id=webhook_id,
        delivery_id=_delivery_id(event_id) if event_id else None,
        states=STATES_OF[status] if status else (),
        since=moment_of(times, "timestamp.from", "timestamp.from"),
        until=moment_of(times, "timestamp.to", "timestamp.to"),
        before=parse_cursor(body),
    )


def _delivery_id(text: str) -> UUID:
    found = find_id(DELIVERY_PREFIX, text)
    if found is None:
        raise NotFound("There is no such delivery.")
    return found
