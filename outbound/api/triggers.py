"""…/webhooks/configs/{id}/trigger: a client has a webhook send what it hands over."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.query_fields import word_of
from hub.api.views import HubAPIView
from outbound.api.trial_answers import fired_document, planned_document
from outbound.api.trial_documents import described_trial
from outbound.triggering import Trigger, trigger, trigger_now

MAY_TRIGGER = (Capability.WEBHOOK_EDIT, Capability.SEND)
TRUE, FALSE = "true", "false"


class TriggerWebhook(HubAPIView):
    """Fire once."""

    requires: ClassVar = {"POST": MAY_TRIGGER}

    @described_trial("triggerWebhook")
    @once_per_key
    def post(self, request: Request, webhook_id: str) -> Response:
        """Sends the body, with its metadata completed. With sync=true once, and the answer tells how that ended,
        which is never a failure of this request; otherwise like any delivery, and the answer comes at once."""
        waits = word_of({"sync": request.query_params.get("sync")}, "sync", (TRUE, FALSE)) == TRUE
        order = Trigger(webhook_id, self.body_object(), self.actor, self.correlation_id, self.hop)
        at = clock.now()
        if waits:
            return Response(fired_document(trigger_now(organization=self.organization, order=order, at=at)))
        return Response(planned_document(trigger(organization=self.organization, order=order, at=at)))
