"""What every request gets: ids, security headers, and the organization of whoever is signed in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from hub import clock, ids
from hub.accounts import sessions
from hub.accounts.audit import Act, actor_at, record
from hub.accounts.client_address import client_address
from hub.accounts.members import find_membership, principal_of_member
from hub.accounts.models import Membership, Organization, User
from hub.accounts.principals import Principal
from hub.problems import is_api_path

GetResponse = Callable[[HttpRequest], HttpResponse]

CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
CORRELATION_ID = re.compile(r"[\x21-\x7e]{1,255}")
ORGANIZATION_KEY = "organization_id"
"""Where the session keeps the chosen organization."""

UNATTENDED = "X-Unattended"
"""A request that no person caused."""
ENDS = {
    sessions.End.IDLE: _("You were away for a while. Sign in to go on where you were."),
    sessions.End.TOO_OLD: _("You signed in half a day ago. Sign in again to go on where you were."),
}

PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
)
COMMON_HEADERS = {
    "Server": "hub",  # or the server names itself and the world learns what to try
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class IdentifiedRequest(HttpRequest):
    """A request after this module's middleware, whoever sent it."""

    request_id: str
    client_request_id: str
    correlation_id: str
    client_address: str
    csp_nonce: str
    organization: Organization | None
    membership: Membership | None
    principal: Principal | None


class RequestIds:
    """Gives the request its own id, keeps the client's beside it, and settles correlation id and client address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer carries the hub's own id; what the client sent is never echoed in a header."""
        identified = cast(IdentifiedRequest, request)
        identified.request_id = ids.to_text("req_", ids.new_id())
        identified.client_request_id = _usable(request, "HTTP_X_REQUEST_ID", CLIENT_REQUEST_ID)
        identified.correlation_id = _usable(request, "HTTP_X_CORRELATION_ID", CORRELATION_ID) or identified.request_id
        identified.client_address = client_address(request.META)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = identified.request_id
        return response


class SecurityHeaders:
    """Sends the policies of pages or of the API; a view that needs another policy sets it on its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """request.csp_nonce marks the inline parts of a page that may run."""
        nonce = secrets.token_urlsafe(16)
        cast(IdentifiedRequest, request).csp_nonce = nonce
        response = self.get_response(request)
        is_api = is_api_path(request.path)
        policy = API_POLICY if is_api else PAGE_POLICY.format(nonce=nonce)
        response.headers.setdefault("Content-Security-Policy", policy)
        if is_api:
            response.headers["Referrer-Policy"] = "no-referrer"
        else:
            response.headers.setdefault("Referrer-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        for name, value in COMMON_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class SessionLimits:
    """Signs out whoever was away for too long or signed in too long ago."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A page that looks for news by itself says so in a header, and keeps nobody signed in."""
        if has_session(request) and request.user.is_authenticated:
            at = clock.now()
            end = sessions.end_of(request.session, at)
            if end:
                sign_out(request, end)
            elif UNATTENDED not in request.headers:
                sessions.note_use(request.session, at)
        return self.get_response(request)


class CurrentOrganization:
    """Sets organization, membership and principal for a signed-in person; None for everybody else.

    A request with a credential in a header ignores cookies, so its session is not even looked at.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Costs one query besides the session's own two, and none without a session cookie."""
        identified = cast(IdentifiedRequest, request)
        membership = _membership_of(request)
        identified.membership = membership
        identified.organization = membership.organization if membership else None
        identified.principal = principal_of_member(membership) if membership else None
        return self.get_response(request)


def choose_organization(request: HttpRequest, organization: Organization) -> None:
    """Remember the organization in the session; it counts while the person is a member of it."""
    request.session[ORGANIZATION_KEY] = organization.pk


def has_session(request: HttpRequest) -> bool:
    """Whether the request speaks for whoever signed in; one with a credential in a header does not."""
    presents_credential = "HTTP_AUTHORIZATION" in request.META or "HTTP_X_API_KEY" in request.META
    return settings.SESSION_COOKIE_NAME in request.COOKIES and not presents_credential


def sign_out(request: HttpRequest, end: sessions.End) -> None:
    """End the session, leave an audit row, and say why on the page that comes next."""
    user, membership = cast(User, request.user), _membership_of(request)
    record(
        organization=membership.organization if membership else None,
        actor=actor_at(request, "user", str(user.pk)),
        act=Act("sign_out", "user", str(user.pk), changes={"reason": end.value}),
        at=clock.now(),
    )
    logout(request)
    messages.error(request, ENDS[end])


def _membership_of(request: HttpRequest) -> Membership | None:
    if not has_session(request):
        return None
    user = request.user
    if not isinstance(user, User):
        return None
    return find_membership(user_id=user.pk, organization_id=request.session.get(ORGANIZATION_KEY))


def _usable(request: HttpRequest, header: str, shape: re.Pattern[str]) -> str:
    text = str(request.META.get(header, ""))
    return text if shape.fullmatch(text) else ""
