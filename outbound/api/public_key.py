"""/v1/webhooks/.well-known/public-key: with what receivers check an organization's signatures."""

from __future__ import annotations

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from hub.api.query_fields import text_of, wrong
from hub.api.views import HubAPIView
from hub.errors import NotFound
from outbound.api.webhook_documents import described_webhook
from outbound.signing_keys import find_public_key

ALGORITHM = "ed25519"
LONGEST_ID = 18
"""Digits that a database takes for a number."""


class PublicKey(HubAPIView):
    """The public half of an organization's signing key, for anybody."""

    is_public = True

    @described_webhook("getWebhookPublicKey")
    def get(self, request: Request) -> Response:
        """The key; 404 for whoever signs nothing, be it an organization or not."""
        text = text_of({"orgId": request.query_params.get("orgId")}, "orgId")
        if not text:
            raise wrong("orgId", "is required")
        is_id = text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
        public_key = find_public_key(int(text)) if is_id else None
        if public_key is None:
            raise NotFound("There is no such key.")
        return Response({"public_key": public_key, "algorithm": ALGORITHM, "issuer": settings.HUB_BASE_URL})
