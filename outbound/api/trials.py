"""…/webhooks/configs/{id}: a webhook is tried out: its connection, its token, a test delivery, an example."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.query_fields import text_of, uuid_of, wrong
from hub.api.views import HubAPIView
from hub.events.public_ids import find_event_id
from hub.json_types import JSONObject
from outbound.api.delivery_bodies import delivery_document
from outbound.api.trial_answers import connection_document, token_document
from outbound.api.trial_documents import described_trial
from outbound.trials.connection import try_connection
from outbound.trials.delivery import Trial, send_test
from outbound.trials.example import example_of
from outbound.trials.token import try_token

MAY_TRY = (Capability.WEBHOOK_EDIT, Capability.SEND)
"""Whoever may send again may try out, too: operations staff look for what is broken and change no webhook."""


class TryConnection(HubAPIView):
    """How far one comes on the way to the receiver."""

    requires: ClassVar = {"POST": MAY_TRY}

    @described_trial("testWebhookConnection")
    def post(self, request: Request, webhook_id: str) -> Response:
        """Looks up the name, connects, agrees on TLS, fetches a token and asks with OPTIONS; delivers nothing."""
        trial = try_connection(organization=self.organization, webhook_id=webhook_id, at=clock.now())
        return Response(connection_document(trial))


class TryToken(HubAPIView):
    """Whether the token server gives a token."""

    requires: ClassVar = {"POST": MAY_TRY}

    @described_trial("testWebhookOAuth")
    def post(self, request: Request, webhook_id: str) -> Response:
        """Fetches a token and forgets it; sends nothing to the receiver. A refusal is answered with success false."""
        trial = try_token(organization=self.organization, webhook_id=webhook_id, at=clock.now())
        return Response(token_document(trial))


class SendTest(HubAPIView):
    """One real delivery that counts nowhere."""

    requires: ClassVar = {"POST": MAY_TRY}

    @described_trial("sendWebhookTest")
    @once_per_key
    def post(self, request: Request, webhook_id: str) -> Response:
        """Sends a sample of the webhook's event, or an event of its history, in one attempt; answers the delivery."""
        order = _trial(self, webhook_id, self.body_object() if request.data is not None else {})
        delivery = send_test(organization=self.organization, order=order, at=clock.now())
        return Response(delivery_document(delivery, None, is_held=False), status=202)


class Example(HubAPIView):
    """What the webhook would get."""

    requires: ClassVar = {"POST": Capability.WEBHOOK_VIEW}

    @described_trial("getWebhookExample")
    def post(self, request: Request, webhook_id: str) -> Response:
        """An example of the payload that conditions and expression see; nothing is sent."""
        if request.data is not None:
            self.body_object()
        return Response(example_of(organization=self.organization, webhook_id=webhook_id, at=clock.now()))


def _trial(view: HubAPIView, webhook_id: str, body: JSONObject) -> Trial:
    use_case_id, mapping_id = uuid_of(body, "use_case_id"), uuid_of(body, "mapping_id")
    if (use_case_id is None) != (mapping_id is None):
        raise wrong("mapping_id", "goes together with use_case_id")
    text = text_of(body, "event_id")
    event_id = find_event_id(text) if text else None
    if text and event_id is None:
        raise wrong("event_id", "must be the _event_id of an event")
    return Trial(webhook_id, view.actor, event_id, use_case_id, mapping_id)
