"""POST /v1/managed-call/{slug}/execute (operation 30)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, ClassVar, cast

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.idempotency import once_per_key
from hub.api.parsers import read_body, refuse_encoding
from hub.api.query_fields import word_of
from hub.api.views import HubAPIView
from hub.hops import hop_of
from inbound.api.intake import SenderView, refuse_media_type
from integrations.queries import get_integration
from proxies.api.call_answers import shown, told
from proxies.api.call_documents import EVENT_HEADER, described_call
from proxies.api.call_requests import asked_in
from proxies.managed_call.failures import CallFailed
from proxies.managed_call.requests import Asked
from proxies.managed_call.running import run

TRUE, FALSE = "true", "false"


class ExecuteManagedCall(SenderView):
    """Calls the other system while the caller waits."""

    requires: ClassVar = {"POST": Capability.SEND}
    checks_each_integration = True

    def most_bytes(self) -> int:
        """As of any request: the payload is what a call is made of, no batch of events."""
        return HubAPIView.most_bytes(self)

    @described_call()
    @once_per_key
    def post(self, request: Request, slug: str) -> Response:
        """200 with the mapped answer; what keeps the call from having one is told as an error with a code."""
        has_envelope = word_of({"envelope": request.query_params.get("envelope")}, "envelope", (TRUE, FALSE)) == TRUE
        asked = self._asked(request, slug)
        self._check_access(asked)
        try:
            ran = run(asked=asked, identify=self._identify, at=clock.now())
        except CallFailed as failure:
            return Response(told(failure, self.correlation_id), status=failure.status)
        headers = {EVENT_HEADER: ran.inbound_event_id} if ran.inbound_event_id else {}
        return Response(shown(ran, has_envelope=has_envelope), headers=headers)

    def _asked(self, request: Request, slug: str) -> Asked:
        meta: Mapping[str, str] = request.META
        refuse_encoding(meta)
        refuse_media_type(meta.get("CONTENT_TYPE", ""), "body")
        body = read_body(cast(IO[bytes], request._request), self.most_bytes(), meta)
        return asked_in(body, slug=slug, correlation_id=self.correlation_id, hop=hop_of(meta))

    def _check_access(self, asked: Asked) -> None:
        """An integration of somebody else is as unknown as one that is not there."""
        if not self.may(Capability.SEND, asked.integration_id):
            get_integration(organization=self.organization, integration_id=asked.integration_id)
            self.require(Capability.SEND, asked.integration_id)
