"""…/webhooks/configs/{id}: a webhook is tried out, its connection step by step (an addition of the hub)."""

from __future__ import annotations

from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.views import HubAPIView
from outbound.api.trial_answers import connection_document
from outbound.api.trial_documents import described_trial
from outbound.trials.connection import try_connection

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
