"""ApiRequest and HubAPIView: credential, limit, capability, then the view; every answer in one shape."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hub import clock
from hub.accounts.audit import Actor, actor_of
from hub.accounts.client_address import client_address
from hub.accounts.grants import Capability, allows, missing
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.api.parsers import is_chunked
from hub.api.permissions import Required, as_tuple
from hub.api.throttling import COUNTED, Allowance, count_address, count_request
from hub.errors import ErrorDetail, Invalid
from hub.hops import hop_of
from hub.json_types import JSONObject


class AlwaysJSON(DefaultContentNegotiation):
    """Answers JSON whatever the Accept header or a query parameter called format says: there is nothing else.

    The reference API does not look at Accept either, and some ERPs ask for XML all day long.
    """

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:  # Any: the framework's own signature
        """The only renderer there is."""
        return renderers[0], renderers[0].media_type


class ApiRequest(Request):
    """The framework's request, which also reads a body that was sent in chunks."""

    def _load_stream(self) -> None:
        super()._load_stream()  # type: ignore[misc]  # the stubs leave it out
        if is_chunked(self.META):
            self._stream = self.META["wsgi.input"]


class HubAPIView(APIView):
    """Base of every API view.

    requires names the capability of each method, one or a tuple of which any is enough; a method without an entry
    answers 405. Where the path carries integration_id (or schema), the capability is checked for that one; elsewhere
    it must cover the whole organization, unless checks_each_integration says that the view asks may or require for
    each integration it meets, or lists only the visible ones.
    """

    requires: ClassVar[Mapping[str, Required]] = {}
    checks_each_integration: ClassVar[bool] = False
    is_public: ClassVar[bool] = False
    """True where nobody says who they are: whoever comes is served, and counted by address."""
    max_body_bytes: ClassVar[int | None] = None
    """Largest body, where that is less than HUB_REQUEST_MAX_BYTES."""
    spools_body: ClassVar[bool] = False
    """True where the body is a file: under an Idempotency-Key it lies on disk instead of in memory."""
    counts_reading: ClassVar[bool] = False
    """True where a GET does something: it then counts as the other methods do."""

    content_negotiation_class = AlwaysJSON
    metadata_class = None
    allowance: Allowance | None = None

    @property
    def principal(self) -> Principal:
        """Who calls."""
        return cast(Principal, self.request.auth)

    @cached_property
    def organization(self) -> Organization:
        """The caller's organization; costs no query."""
        return self.principal.organization()

    @cached_property
    def actor(self) -> Actor:
        """The caller as the audit trail and version histories name them."""
        return actor_of(self.principal, self.request._request)

    @property
    def correlation_id(self) -> str:
        """The caller's X-Correlation-ID if it sent a usable one, else the request id."""
        return str(getattr(self.request._request, "correlation_id", ""))

    @cached_property
    def hop(self) -> int:
        """How many hubs and flows led to the request, see hub/hops.py. Raises LoopDetected, before anything is done."""
        return hop_of(self.request.META)

    def may(self, capability: Capability, integration_id: UUID | None = None) -> bool:
        """Does the caller hold the capability for that integration?"""
        return allows(self.principal, capability, integration_id)

    def require(self, required: Required, integration_id: UUID | None = None) -> None:
        """Raise Forbidden unless the caller holds one of the capabilities for that integration."""
        if not any(self.may(capability, integration_id) for capability in as_tuple(required)):
            raise missing(*as_tuple(required))

    def most_bytes(self) -> int:
        """Largest body that the view reads."""
        most: int = settings.HUB_REQUEST_MAX_BYTES
        return min(most, self.max_body_bytes or most)

    def body_object(self) -> JSONObject:
        """The request's JSON object; raises Invalid when the body is something else."""
        document = self.request.data
        if not isinstance(document, dict):
            raise Invalid("The body must be a JSON object.", details=[ErrorDetail("", "must be an object")])
        return document

    @classmethod
    def required_capability(cls, method: str) -> Required:
        """What requires declares; HEAD needs what GET needs."""
        return cls.requires["GET" if method == "HEAD" else method]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """As the framework, with a request of our own. Any: the framework's own signature."""
        return ApiRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def get_authenticators(self) -> Any:  # Any: the framework's own types
        """None where everybody is served."""
        return [] if self.is_public else super().get_authenticators()

    def get_permissions(self) -> Any:  # Any: as above
        """None where everybody is served."""
        return [] if self.is_public else super().get_permissions()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Credential, limit, capability, in this order. Any: the framework's own signature."""
        refuse_nul(request.META.get("QUERY_STRING", ""))
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        if isinstance(request.auth, Principal):
            request._request.principal = request.auth  # type: ignore[attr-defined]  # read by the access log
            self._count(request)
        elif self.is_public:
            self.allowance = count_address(client_address(request.META), clock.now())
        self._refuse_unknown_method(request)
        self.check_permissions(request)
        _ = self.hop

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:  # Any: the framework's own signature
        """Names the methods and nothing else."""
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """Adds what is left of the minute to every answer. Any: the framework's own signature."""
        if self.allowance is not None:
            for name, value in self.allowance.headers().items():
                response.headers.setdefault(name, value)
        return super().finalize_response(request, cast(Response, response), *args, **kwargs)

    def _count(self, request: Request) -> None:
        if COUNTED in request.META:
            self.allowance = request.META[COUNTED]
        elif self.counts_reading or _is_counted(request.method):
            self.allowance = count_request(self.principal.organization_id, clock.now())

    def _refuse_unknown_method(self, request: Request) -> None:
        if not hasattr(self, (request.method or "").lower()):
            self.http_method_not_allowed(request)


def _is_counted(method: str | None) -> bool:
    return method != "OPTIONS" and (settings.HUB_RATE_LIMIT_COUNTS_GET or method not in {"GET", "HEAD"})


def refuse_nul(query_string: str) -> None:
    """Raise Invalid when a query parameter contains a NUL character, which no database takes."""
    if "%00" in query_string or "\0" in query_string:
        raise Invalid("The query string contains a NUL character.")
