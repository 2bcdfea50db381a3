"""What every request gets: ids, security headers, and the organization of whoever is signed in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hub import ids
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
        response.headers["Referrer-Policy"] = "no-referrer" if is_api else "same-origin"
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        for name, value in COMMON_HEADERS.items():
            response.headers[name] = value
        return response


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


def _membership_of(request: HttpRequest) -> Membership | None:
    presents_credential = "HTTP_AUTHORIZATION" in request.META or "HTTP_X_API_KEY" in request.META
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or presents_credential:
        return None
    user = request.user
    if not isinstance(user, User):
        return None
    return find_membership(user_id=user.pk, organization_id=request.session.get(ORGANIZATION_KEY))


def _usable(request: HttpRequest, header: str, shape: re.Pattern[str]) -> str:
    text = str(request.META.get(header, ""))
    return text if shape.fullmatch(text) else ""
