"""API tokens: the list, issuing one and showing its text once, revoking one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub import clock
from hub.accounts import operations
from hub.accounts.audit import actor_of
from hub.accounts.grant_lines import parse_grants
from hub.accounts.grants import Capability
from hub.accounts.models import ApiToken, Organization
from hub.accounts.principals import EVERYTHING, Grant
from hub.errors import HubError, NotFound
from hub.json_types import JSONValue
from hub.web import once
from hub.web.access import fresh, may, page
from hub.web.asking import Question, ask
from hub.web.first_event import curl_for
from hub.web.forms import ALSO_GRANTED, SCOPES, WHOLE_AREAS, TokenForm, sent, show_refusal
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UNUSED_AFTER = timedelta(days=90)
"""A token that nobody has used for so long is probably forgotten."""
EXPIRES_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Line:
    """One token of the list. scopes: sentences, or the grant itself where there is none."""

    token: ApiToken
    scopes: tuple[str | _StrPromise, ...]
    integrations: tuple[str, ...]
    is_ended: bool
    ends_soon: bool
    is_unused: bool


@page(Capability.READ)
@require_safe
def token_list(request: HubRequest) -> HttpResponse:
    """Every token that is not revoked, newest first."""
    tokens = ApiToken.objects.of(request.organization).filter(revoked_at__isnull=True).order_by("-created_at", "pk")
    names = {str(key): name for key, name in _integrations(request.organization)}
    lines = [_line(token, names, clock.now()) for token in tokens]
    context = {"lines": lines, "may_issue": may(request, Capability.TOKEN_CREATE)}
    return render(request, "hub/tokens.html", context)


@page(Capability.TOKEN_CREATE)
@require_http_methods(["GET", "POST"])
@fresh
def new_token(request: HubRequest) -> HttpResponse:
    """A form; then the token's text, in this one answer and nowhere else. A reload of it issues nothing."""
    form = TokenForm(
        sent(request),
        issuer=request.principal,
        integrations=_integrations(request.organization),
        initial={"scopes": ["erp:events"], "integrations": request.GET.getlist("integration")},
    )
    if form.is_valid():
        if not once.take(request):
            messages.warning(request, _("This form was sent before. What it issued stands in the list."))
            return redirect("web:tokens")
        try:
            issued = _issue(request, form)
        except HubError as error:
            show_refusal(form, error)
        else:
            context = {"token": issued.token, "text": issued.text, "curl": _curl(issued, request.organization)}
            return render(request, "hub/token_issued.html", context, status=201)
    context = {"form": form, "mark_field": once.FIELD, "mark": once.mark_of(request)}
    return render(request, "hub/new_token.html", context, status=422 if form.is_bound else 200)


@page(Capability.TOKEN_CREATE)
@require_http_methods(["GET", "POST"])
def revoke_token(request: HubRequest, token_id: str) -> HttpResponse:
    """Asks, then ends the token at once."""
    token = ApiToken.objects.of(request.organization).filter(pk=token_id, revoked_at__isnull=True).first()
    if token is None:
        raise NotFound("There is no such token.")
    if request.method == "POST":
        operations.revoke_token(
            organization=request.organization,
            token_id=token.pk,
            actor=actor_of(request.principal, request),
            at=clock.now(),
        )
        messages.success(request, _("The token %(name)s is revoked.") % {"name": token.name})
        return redirect("web:tokens")
    question = Question(
        title=_("Revoke %(name)s?") % {"name": token.name},
        text=_(
            "Whoever holds it is refused from the next request on. It cannot be brought back; issue another one first."
        ),
        action=_("Revoke %(name)s") % {"name": token.name},
        keep=_("Keep it"),
        back=reverse("web:tokens"),
        place=_("Tokens"),
        facts=[
            {"label": _("Token"), "value": token.pk, "mono": True},
            {"label": _("Last used"), **({"at": token.last_used_at} if token.last_used_at else {"value": _("never")})},
        ],
        is_dangerous=True,
    )
    return ask(request, question)


def _integrations(organization: Organization) -> list[tuple[UUID, str]]:
    # The reverse relation spares this room an import of the app above it.
    return list(organization.integrations.order_by("name", "pk").values_list("pk", "name"))


def _issue(request: HubRequest, form: TokenForm) -> operations.IssuedToken:
    at = clock.now()
    return operations.issue_token(
        organization=request.organization,
        order=form.order(at),
        issuer=request.principal,
        actor=actor_of(request.principal, request),
        at=at,
    )


def _line(token: ApiToken, names: dict[str, str], at: datetime) -> Line:
    used_at = token.last_used_at or token.created_at
    return Line(
        token=token,
        scopes=tuple(_sentences(token)),
        integrations=tuple(names.get(key, _("a deleted integration")) for key in token.integration_ids),
        is_ended=not token.is_valid(at),
        ends_soon=token.expires_at is not None and timedelta(0) < token.expires_at - at <= EXPIRES_SOON,
        is_unused=at - used_at > UNUSED_AFTER,
    )


def _sentences(token: ApiToken) -> list[str | _StrPromise]:
    return [_sentence(grant) for grant in parse_grants(token.grants)]


def _sentence(grant: Grant) -> str | _StrPromise:
    """What the line means in words; a denial or a resource of its own is shown as it is written."""
    if grant.is_deny or grant.resource != EVERYTHING:
        written = f"{grant.action} ({grant.resource})"
        return _("not %(grant)s") % {"grant": written} if grant.is_deny else written
    area, _colon, verb = grant.action.partition(":")
    if verb == EVERYTHING:
        return WHOLE_AREAS.get(area, grant.action)
    return (SCOPES | ALSO_GRANTED).get(grant.action, grant.action)


def _curl(issued: operations.IssuedToken, organization: Organization) -> str:
    """A first request that the token may make: an event where it may send some, else the list of integrations."""
    token = f'export TOKEN="{issued.text}"\n'
    if all(grant["action"] != "erp:events" for grant in issued.token.grants):
        return token + f'curl "{settings.HUB_BASE_URL}/v1/integrations" -H "Authorization: Bearer $TOKEN"'
    integration_id, slug, configuration = _first_inlet(organization, issued.token)
    return token + curl_for(integration_id=integration_id, slug=slug, configuration=configuration, at=clock.now())


def _first_inlet(organization: Organization, token: ApiToken) -> tuple[str, str, JSONValue]:
    """An integration that the token reaches, and slug and configuration of a use case of it that takes events.

    Words to replace where there is none.
    """
    inlets = organization.integrations.filter(use_cases__type="inbound", use_cases__enabled=True)
    if token.integration_ids:
        inlets = inlets.filter(pk__in=token.integration_ids)
    names = ("pk", "use_cases__slug", "use_cases__configuration")
    found = inlets.order_by("created_at", "use_cases__created_at").values_list(*names).first()
    if found is None:
        return "ID-OF-THE-INTEGRATION", "SLUG-OF-THE-USE-CASE", None
    return str(found[0]), str(found[1]), found[2]
