"""TokenOrSession: a bearer token or a signed-in person becomes the request's Principal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from hub import clock
from hub.accounts import tokens
from hub.accounts.client_address import client_address
from hub.accounts.models import User
from hub.accounts.principals import Principal
from hub.api.errors import CHALLENGE
from hub.api.throttling import count_failed_authentication
from hub.errors import Forbidden

ORGANIZATION_HEADER = "HTTP_X_EPILOT_ORG_ID"
"""Names an organization: compared with the caller's, never adopted."""


class _CSRFCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> str:  # a sentence, no page
        return reason


class TokenOrSession(BaseAuthentication):
    """A credential in a header wins and cookies are ignored; without one the session counts, with CSRF."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Principal] | None:
        """The person, if any, and the facts; None when nobody presents anything."""
        if has_credential(request.META):
            principal = identify(request.META, clock.now())
            _refuse_other_organization(request.META, principal)
            return AnonymousUser(), principal
        return _session_of(request._request)

    def authenticate_header(self, request: Request) -> str:
        """Makes the framework answer 401 where nobody is authenticated."""
        return CHALLENGE


def has_credential(meta: Mapping[str, Any]) -> bool:
    """True when a header carries a credential of whatever kind."""
    return "HTTP_AUTHORIZATION" in meta or "HTTP_X_API_KEY" in meta


def identify(meta: Mapping[str, Any], at: datetime) -> Principal:
    """The caller behind the credential headers of a WSGI environment.

    Raises Unauthenticated, or RateLimited when the client address guessed too often in this minute.
    """
    try:
        return tokens.authenticate(meta.get("HTTP_AUTHORIZATION"), meta.get("HTTP_X_API_KEY"), at)
    except tokens.UnknownCredential:
        count_failed_authentication(client_address(meta), at)
        raise


def _session_of(request: HttpRequest) -> tuple[User, Principal] | None:
    principal: Principal | None = getattr(request, "principal", None)
    user = getattr(request, "user", None)
    if principal is None or not isinstance(user, User):
        return None
    _enforce_csrf(request)
    _refuse_other_organization(request.META, principal)
    return user, principal


def _enforce_csrf(request: HttpRequest) -> None:
    check = _CSRFCheck(_never_called)
    check.process_request(request)
    reason = check.process_view(request, _never_called, (), {})
    if reason:
        raise Forbidden(f"The request came without its cross-site protection: {reason}", code="CSRF_FAILED")


def _never_called(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the check of cross-site protection only asks for its verdict")


def _refuse_other_organization(meta: Mapping[str, Any], principal: Principal) -> None:
    named = meta.get(ORGANIZATION_HEADER)
    if named and named not in {str(principal.organization_id), principal.organization_slug}:
        raise Forbidden("The token belongs to another organization than the header names.")
