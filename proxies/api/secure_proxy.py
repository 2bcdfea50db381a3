"""/v1/secure-proxy and /v1/integrations/secure-proxies: requests through secure proxies (operations 29 and 31)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, ClassVar, Final

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock, strict_json
from hub.accounts.grants import Capability
from hub.api.errors import as_json
from hub.api.idempotency import once_per_key
from hub.api.parsers import BodyTooLarge, StrictJSONParser, read_body, refuse_encoding
from hub.api.views import HubAPIView
from hub.errors import Invalid
from hub.hops import hop_of
from hub.http.messages import MIB
from hub.json_types import JSONObject, JSONValue
from integrations.models import UseCase
from proxies.api.secure_proxy_documents import described_secure_proxy
from proxies.limits import one_call
from proxies.secure_proxy.forwarding import UpstreamFailed
from proxies.secure_proxy.passing import Passage, pass_on
from proxies.secure_proxy.queries import secure_proxies_of
from proxies.secure_proxy.request import ProxyRequest

MOST_BYTES: Final = 4 * MIB
"""Of the whole request; a larger one is answered with 400 (api.md section 5)."""


class LargeJSONParser(StrictJSONParser):
    """JSON of up to MOST_BYTES, however long its texts: they are handed on, and nothing of them is stored."""

    def parse(  # type: ignore[override]  # as in StrictJSONParser
        self,
        stream: IO[Any] | None,  # Any: the framework's own signature
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> JSONValue:
        """The document of the body; raises BodyTooLarge, EncodingRefused or MalformedJSON."""
        request: Request = (parser_context or {})["request"]
        refuse_encoding(request.META)
        return strict_json.parse(read_body(stream, MOST_BYTES, request.META), longest_text=MOST_BYTES)


class SecureProxies(HubAPIView):
    """Every secure proxy of the organization."""

    requires: ClassVar = {"GET": Capability.READ}
    checks_each_integration = True

    @described_secure_proxy("listSecureProxies")
    def get(self, request: Request) -> Response:
        """Those of the integrations that the caller may see, oldest first."""
        found = secure_proxies_of(self.organization)
        shown = [one for one in found if self.may(Capability.READ, one.integration_id)]
        return Response({"secure_proxies": [_document(use_case) for use_case in shown]})


class SecureProxy(HubAPIView):
    """One request to another system."""

    requires: ClassVar = {"POST": Capability.SEND}
    checks_each_integration = True
    parser_classes = (LargeJSONParser,)

    def most_bytes(self) -> int:
        """More than other requests may have."""
        return MOST_BYTES

    @described_secure_proxy("secureProxy")
    @once_per_key
    def post(self, request: Request) -> Response:
        """200 with the answer of the target, whatever its status; what the caller sends is sent as it is."""
        wanted = ProxyRequest.parse(self.body_object())
        self.require(Capability.SEND, wanted.integration_id)
        at = clock.now()
        passage = Passage(self.organization, self.actor, hop_of(request.META) + 1, self.correlation_id, at)
        try:
            with one_call(self.organization.pk, at):
                forwarded = pass_on(wanted, passage)
        except UpstreamFailed as failure:
            return Response(as_json(failure, request) | {"reason": failure.reason}, status=failure.status)
        body = {"status_code": forwarded.status, "headers": forwarded.headers, "body": forwarded.body}
        return Response(body, headers={"Cache-Control": "no-store"})

    def handle_exception(self, exc: Exception) -> Response:
        """A body that is too large is a mistake of the request here, as the contract has no 413 for it."""
        if isinstance(exc, BodyTooLarge):
            exc = Invalid(f"The request is larger than {MOST_BYTES} bytes. Send less at once.", code=exc.code)
        return super().handle_exception(exc)


def _document(use_case: UseCase) -> JSONObject:
    configuration = use_case.configuration or {}
    return {
        "id": str(use_case.pk),
        "name": use_case.name,
        "slug": use_case.slug,
        "enabled": use_case.enabled,
        "vpc_mode": configuration.get("vpc_mode"),
        "allowed_domains": configuration.get("allowed_domains") or [],
        "allowed_ips": configuration.get("allowed_ips") or [],
        "integration_id": str(use_case.integration_id),
        "integration_name": use_case.integration.name,
    }
