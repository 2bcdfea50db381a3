"""HubRequest, what the middleware adds to a request; and render_fragment, for views that answer page or fragment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_htmx.middleware import HtmxDetails

    from hub.accounts.models import Membership, Organization, User
    from hub.accounts.principals import Principal


class HubRequest(HttpRequest):
    """A request of a signed-in person, after all middleware."""

    user: User
    organization: Organization
    membership: Membership
    principal: Principal
    htmx: HtmxDetails
    request_id: str
    correlation_id: str
    client_address: str
    csp_nonce: str


def render_fragment(  # the page, its fragment, and what both show
    request: HubRequest,
    page: str,
    fragment: str,
    context: Mapping[str, Any],  # Any: whatever the template shows
    *,
    status: int = 200,
) -> HttpResponse:
    """The fragment alone when htmx asked for a part, else the page, which includes the same fragment.

    A history restore asks for the whole page again. The answer varies by the header, so no cache mixes them up.
    """
    wants_part = bool(request.htmx) and not request.htmx.history_restore_request
    response = render(request, fragment if wants_part else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
