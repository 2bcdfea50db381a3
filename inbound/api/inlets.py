"""GET and POST /v1/erp/inlets/{integrationId}/{slug}: an event from a system that can only call a URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, ClassVar, Final, cast
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub import clock
from hub.accounts.grants import Capability
from hub.api.authentication import has_credential
from hub.api.idempotency import once_per_key
from hub.api.parsers import LengthRequired, is_chunked, read_body, refuse_encoding
from hub.errors import ErrorDetail, Forbidden, Invalid
from inbound.api.inlet_documents import described_inlet
from inbound.api.intake import MediaTypeRefused, SenderView
from inbound.inlets import FORM, OF_THE_EVENT, Call, envelope_of
from inbound.intake import take_in
from integrations.queries import get_integration

OF_THE_ENVELOPE: Final = "events[0]."
VERSION: Final = 3


class Inlet(SenderView):
    """One inbound use case of one integration, by its address."""

    http_method_names = ["get", "post", "options"]
    requires: ClassVar = {"GET": Capability.SEND, "POST": Capability.SEND}
    counts_reading = True

    @described_inlet("callInlet")
    def get(self, request: Request, integration_id: UUID, slug: str) -> Response:
        """The parameters of the query become the payload of an event; 202 once it is stored."""
        self._refuse_session(integration_id)
        return self._take(Call(request.META.get("QUERY_STRING", "")), integration_id, slug)

    @described_inlet("postToInlet")
    @once_per_key
    def post(self, request: Request, integration_id: UUID, slug: str) -> Response:
        """The JSON object or the form of the body becomes the payload of an event; 202 once it is stored."""
        refuse_encoding(request.META)
        body = read_body(cast(IO[bytes], request._request), self.most_bytes(), request.META)
        if not body and is_chunked(request.META):
            raise LengthRequired  # without any body the call would be an event of its own
        is_form = bool(body) and _is_form(request.META)
        return self._take(Call(request.META.get("QUERY_STRING", ""), body, is_form), integration_id, slug)

    def _take(self, call: Call, integration_id: UUID, slug: str) -> Response:
        at = clock.now()
        envelope = envelope_of(call, integration_id=integration_id, slug=slug, at=at)
        try:
            [result] = take_in(body=envelope, version=VERSION, identify=self._identify, at=at, hop=self.hop).results
        except Invalid as error:
            raise _in_words_of_the_call(error) from error
        shown = {"event_id": result.event_id, "status": result.status, "message": result.message}
        return Response(shown, status=202, headers={"Cache-Control": "no-store"})

    def _refuse_session(self, integration_id: UUID) -> None:
        """A page of somebody else can make a browser open an address, and the browser sends its cookies along."""
        if not has_credential(self.request.META):
            get_integration(organization=self.organization, integration_id=integration_id)
            raise Forbidden("Call this address with a token: send it as Authorization: Bearer or as X-API-Key.")


def _is_form(meta: Mapping[str, Any]) -> bool:
    declared = meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if declared not in {"", "application/json", FORM}:
        raise MediaTypeRefused(f"Send the payload as application/json or {FORM}.")
    return bool(declared == FORM)


def _in_words_of_the_call(error: Invalid) -> Invalid:
    """The intake speaks of its envelope, which the caller never saw."""
    details = [ErrorDetail(_place(one.path), one.message) for one in error.details]
    message = f"{details[0].path}: {details[0].message}" if details and details[0].path else error.message
    return Invalid(message, code=error.code, details=details)


def _place(path: str) -> str:
    name = path.removeprefix(OF_THE_ENVELOPE)
    return f"_{name}" if f"_{name}" in OF_THE_EVENT else name.removeprefix("payload.")
