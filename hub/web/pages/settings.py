"""The settings of the organization: its name, acknowledging without a token, certificates, what prunes may do."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.accounts.tokenless_acknowledgement import allow, is_allowed_by
from hub.web.access import fresh, may, page
from hub.web.asking import Question, ask
from hub.web.pages.certificates import lines_of
from hub.web.prune_limits import limits_of
from hub.web.requests import HubRequest

ALLOW: Final = "allow"
REFUSE: Final = "refuse"


@page(Capability.READ)
@require_safe
def settings_page(request: HubRequest) -> HttpResponse:
    """What counts for all of the organization; who may not change it sees it all the same."""
    organization = request.organization
    context = {
        "names": [
            {"label": _("Name"), "value": organization.name},
            {"label": _("Slug"), "value": organization.slug, "mono": True},
            {"label": _("Id in the API"), "value": organization.public_id, "mono": True, "copyable": True},
        ],
        "needs_no_token": is_allowed_by(organization),
        "limits": limits_of(organization.pk),
        "certificates": lines_of(organization, clock.now()),
        "may_change": may(request, Capability.ADMIN),
        "may_trust": may(request, Capability.OWNER),
    }
    return render(request, "hub/settings.html", context)


@page(Capability.ADMIN)
@require_http_methods(["GET", "POST"])
@fresh
def acknowledgement(request: HubRequest, act: str) -> HttpResponse:
    """Asks, then allows or refuses acknowledging without a token."""
    if act not in (ALLOW, REFUSE):
        raise Http404("There is no such act.")
    if request.method != "POST":
        return ask(request, _opening() if act == ALLOW else _closing())
    actor = actor_of(request.principal, request)
    allow(organization=request.organization, allowed=act == ALLOW, actor=actor, at=clock.now())
    done = {ALLOW: _("ERPs may acknowledge without a token."), REFUSE: _("Acknowledging needs a token.")}
    messages.success(request, done[act])
    return redirect("web:settings")


def _opening() -> Question:
    return Question(
        title=_("Let ERPs acknowledge without a token?"),
        text=_(
            "Whoever knows the acknowledgement id of an event can then say that it was processed, or that it failed. "
            "The id travels in every payload that is delivered, so the logs of receivers have it too. Nothing else "
            "opens without a token, and guesses are limited per address."
        ),
        action=_("Allow it"),
        back=reverse("web:settings"),
        place=_("Settings"),
    )


def _closing() -> Question:
    return Question(
        title=_("Ask for a token again?"),
        text=_(
            "From the next request on, an ERP that acknowledges without a token is refused with 401, and its events "
            "count as not acknowledged. Give each of them a token first."
        ),
        action=_("Ask for a token"),
        back=reverse("web:settings"),
        place=_("Settings"),
        is_dangerous=True,
    )
