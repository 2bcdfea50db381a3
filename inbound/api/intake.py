"""POST /v1, /v2, /v3/erp/updates/events (operations 3 to 5)."""

from __future__ import annotations

import logging
from typing import IO, Any, ClassVar, cast

import msgspec
from django.conf import settings
from django.db import Error
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.members import find_membership, principal_of_member
from hub.accounts.principals import Principal
from hub.api.authentication import identify
from hub.api.idempotency import once_per_key
from hub.api.parsers import read_body, refuse_encoding
from hub.api.views import HubAPIView
from hub.errors import Forbidden, HubError
from inbound.api.documents import INTAKE_ANSWER, intake_request
from inbound.deprecation import record_outdated_call
from inbound.intake import OUTDATED_VERSIONS, Answer, take_in


class MediaTypeRefused(HubError):
    """A body that is not declared as JSON."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


def refuse_media_type(content_type: str, what: str = "events") -> None:
    """Raise MediaTypeRefused for a body that says it is something else than JSON; an undeclared one is JSON.

    what: it consists of.
    """
    if content_type.partition(";")[0].strip().lower() not in {"", "application/json"}:
        raise MediaTypeRefused(f"Send the {what} as application/json.")


encode = msgspec.json.Encoder().encode
log = logging.getLogger(__name__)


class SenderView(HubAPIView):
    """Base of the views that take events in."""

    def most_bytes(self) -> int:
        """Payloads are larger than what other views read."""
        most: int = settings.HUB_INTAKE_MAX_BYTES
        return most

    def _identify(self, is_fresh: bool) -> Principal:
        if not is_fresh:
            return self.principal
        return self._member() if self.principal.token_id is None else identify(self.request.META, clock.now())

    def _member(self) -> Principal:
        """The signed-in person as of now."""
        user_id, organization_id = self.principal.user_id, self.principal.organization_id
        membership = find_membership(user_id=user_id, organization_id=organization_id) if user_id else None
        if membership is None or membership.organization_id != organization_id:
            raise Forbidden("You are no member of this organization any more.")
        return principal_of_member(membership)


class ReceiveEvents(SenderView):
    """Takes up to 100 events and answers once all of them are stored."""

    requires: ClassVar = {"POST": Capability.SEND}
    checks_each_integration = True
    version: ClassVar[int]

    @once_per_key
    def post(self, request: Request) -> HttpResponse:
        """200 with one result per event; the body is read as bytes, payloads are not parsed."""
        refuse_encoding(request.META)
        refuse_media_type(request.META.get("CONTENT_TYPE", ""))
        body = read_body(cast(IO[bytes], request._request), self.most_bytes(), request.META)
        answer = take_in(body=body, version=self.version, identify=self._identify, at=clock.now(), hop=self.hop)
        return self._respond(answer)

    def _respond(self, answer: Answer) -> HttpResponse:
        response = HttpResponse(encode(answer), content_type="application/json")
        if self.version in OUTDATED_VERSIONS:
            response["Deprecation"] = "true"
            self._note_outdated_call(answer)
        return response

    def _note_outdated_call(self, answer: Answer) -> None:
        """The events are stored by now: a note that cannot be written must not make the client send them again."""
        try:
            record_outdated_call(self.principal, answer, version=self.version, at=clock.now())
        except Error:
            log.exception("the call of an outdated version was not noted")


def _documented(version: int, operation_id: str) -> Any:  # Any: a decorator
    return extend_schema_view(
        post=extend_schema(
            operation_id=operation_id,
            deprecated=version in OUTDATED_VERSIONS,
            tags=["Events"],
            request={"application/json": intake_request(version)},
            responses={(200, "application/json"): INTAKE_ANSWER},
        )
    )


@_documented(1, "processErpUpdatesEvents")
class ReceiveEventsV1(ReceiveEvents):
    """The oldest form: the integration is found by app and component."""

    version = 1


@_documented(2, "processErpUpdatesEventsV2")
class ReceiveEventsV2(ReceiveEvents):
    """The form before the present one."""

    version = 2


@_documented(3, "processErpUpdatesEventsV3")
class ReceiveEventsV3(ReceiveEvents):
    """The present form."""

    version = 3
