"""page(capability): who may open a page; whoever may not gets a page that says why and who could help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from hub import clock
from hub.accounts.grants import ROLE_CAPABILITIES, Capability, allows
from hub.accounts.models import Membership, Role
from hub.errors import Forbidden, NotFound
from hub.web.errors import NothingHere
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Inputs = ParamSpec("Inputs")
View = Callable[Concatenate[HubRequest, Inputs], HttpResponse]

FRESH_FOR = timedelta(minutes=10)
"""How long after typing the password somebody may issue tokens and delete integrations without typing it again."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PEOPLE_NAMED = 3
"""How many of those who could help are named; more would be a list nobody reads."""

ACTS: dict[Capability, _StrPromise] = {
    Capability.READ: _("see integrations and use cases"),
    Capability.MONITOR: _("see events and figures"),
    Capability.SEND: _("send and replay events"),
    Capability.DECIDE: _("decide about held prunes and mute alerts"),
    Capability.WRITE: _("change integrations and use cases"),
    Capability.CONSUME: _("take events from a poll queue"),
    Capability.ENTITY_VIEW: _("see entities"),
    Capability.ENTITY_EDIT: _("change entities"),
    Capability.ENTITY_DELETE: _("delete entities"),
    Capability.PRODUCE: _("release, start and complete product orders"),
    Capability.ENVIRONMENTS_EDIT: _("see and set variables and secrets"),
    Capability.ENVIRONMENTS_DELETE: _("delete variables and secrets"),
    Capability.WEBHOOK_VIEW: _("see webhooks"),
    Capability.WEBHOOK_CREATE: _("create webhooks"),
    Capability.WEBHOOK_EDIT: _("change webhooks"),
    Capability.WEBHOOK_DELETE: _("delete webhooks"),
    Capability.AUTOMATION_VIEW: _("see automations"),
    Capability.AUTOMATION_MANAGE: _("change automations"),
    Capability.EVENTS_VIEW: _("see core events"),
    Capability.EVENTS_MANAGE: _("switch, fire and define core events"),
    Capability.TOKEN_CREATE: _("issue and revoke tokens"),
    Capability.ADMIN: _("administer this organization"),
    Capability.OWNER: _("manage members and network rules"),
}
"""What each capability lets a person do, after "may"."""


def page(
    capability: Capability, *, writes: Capability | None = None
) -> Callable[[View[Inputs]], Callable[Concatenate[HttpRequest, Inputs], HttpResponse]]:
    """Declares what a page needs to be seen and, where that is more, what it needs to send its form.

    What the view raises as NotFound or Forbidden becomes a page too.
    """

    def declare(view: View[Inputs]) -> Callable[Concatenate[HttpRequest, Inputs], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Inputs.args, **kwargs: Inputs.kwargs) -> HttpResponse:
            visitor = cast(HubRequest, request)
            needed = capability if writes is None or request.method in SAFE_METHODS else writes
            refusal = _refusal(visitor, needed)
            if refusal is not None:
                return refusal
            try:
                return view(visitor, *args, **kwargs)
            except NotFound as error:
                raise NothingHere(error.message) from error
            except Forbidden as error:
                return no_permission(visitor, needed, reason=error.message)

        return guarded

    return declare


def may(request: HubRequest, capability: Capability) -> bool:
    """Whether the signed-in person may do this everywhere in the organization: what a template shows or leaves out."""
    return allows(request.principal, capability)


def may_view(request: HubRequest, schema: str) -> bool:
    """Whether the person may see entities of the schema."""
    return allows(request.principal, Capability.ENTITY_VIEW, None, schema)


def fresh(view: View[Inputs]) -> View[Inputs]:
    """Asks for the password again unless it was typed within FRESH_FOR; for what a forgotten screen must not do."""
    ask = reauthentication_required(enabled=_is_stale)
    return cast("View[Inputs]", ask(view))


def no_permission(request: HubRequest, capability: Capability, *, reason: str = "") -> HttpResponse:
    """403: what the person's role lacks, and which role and which people have it."""
    roles = [role for role in Role if capability in ROLE_CAPABILITIES[role]]
    members = Membership.objects.of(request.organization).filter(role__in=roles).select_related("user")
    people = [str(member.user) for member in members.order_by("created_at", "pk")[: PEOPLE_NAMED + 1]]
    context = {
        "act": ACTS[capability],
        "reason": reason,
        "role": Role(request.membership.role).label,
        "roles": [role.label for role in roles],
        "people": people[:PEOPLE_NAMED],
        "has_more_people": len(people) > PEOPLE_NAMED,
    }
    return render(request, "hub/no_permission.html", context, status=403)


def _refusal(request: HubRequest, capability: Capability) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return _sign_in(request)
    if cast("Membership | None", request.membership) is None:
        return render(request, "hub/no_organization.html", status=403)
    return None if may(request, capability) else no_permission(request, capability)


def _sign_in(request: HubRequest) -> HttpResponse:
    """Back to this page afterwards; a part of a page goes back to the page it belongs to."""
    if request.htmx:
        return HttpResponseClientRedirect(
            redirect_to_login(request.htmx.current_url_abs_path or "/", resolve_url("account_login")).url
        )
    return redirect_to_login(_way_back(request), resolve_url("account_login"))


def _way_back(request: HubRequest) -> str:
    """The address of this page; for a form that came too late, the page it stood on, which can be opened again."""
    if request.method in SAFE_METHODS:
        return request.get_full_path()
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return "/"
    page = urlsplit(referrer)
    return f"{page.path}?{page.query}" if page.query else page.path


def _is_stale(request: HubRequest) -> bool:
    records = get_authentication_records(request, request.user)
    newest = max((float(record["at"]) for record in records), default=0.0)
    return clock.now().timestamp() - newest > FRESH_FOR.total_seconds()
