"""Approve and reject: first the question, which says what will happen, then the act."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.errors import Conflict
from hub.web.access import page
from hub.web.asking import REASON_CHARACTERS, Question, ask
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from inbound.models import HeldPrune
from inbound.prunes.decide import approve, reject
from inbound.prunes.nouns import counted, noun_of
from inbound.prunes.query import get_held
from inbound.prunes.records import going_count
from inbound.prunes.tell import Decision
from inbound.ui.held_prunes_one import shown
from inbound.ui.held_prunes_words import end_of, words_of


class Act(Protocol):
    """approve or reject."""

    def __call__(
        self, *, organization: Organization, integration_id: UUID, prune_id: UUID, decision: Decision
    ) -> HeldPrune:
        """Raises NotFound and Conflict."""


class DecisionForm(forms.Form):
    """Why, if they say so."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, goes to the audit log"),
        help_text=gettext_lazy("Optional."),
        max_length=REASON_CHARACTERS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@page(Capability.DECIDE)
@require_http_methods(["GET", "POST"])
def approve_prune(request: HubRequest, prune_id: UUID) -> HttpResponse:
    """Asks, then removes what is listed and unchanged."""
    prune = get_held(organization=request.organization, prune_id=prune_id)
    if request.method == "POST":
        return _decided(request, prune, approve, about_approval(prune, request.organization))
    return _asked(request, prune, about_approval(prune, request.organization))


@page(Capability.DECIDE)
@require_http_methods(["GET", "POST"])
def reject_prune(request: HubRequest, prune_id: UUID) -> HttpResponse:
    """Asks, then lets everything stay."""
    prune = get_held(organization=request.organization, prune_id=prune_id)
    if request.method == "POST":
        return _decided(request, prune, reject, about_rejection(prune, request.organization))
    return _asked(request, prune, about_rejection(prune, request.organization))


def about_approval(prune: HeldPrune, organization: Organization) -> Question:
    """What would go now, and where it ends."""
    going = going_count(prune)
    words = {"records": counted(prune, organization, going), "end": end_of(prune)}
    text = _("This removes %(records)s for good. Nothing brings them back but their next event.")
    if not prune.is_purge:
        text = _("This moves %(records)s %(end)s. Until then they can be restored one by one.")
    return Question(
        title=_("Remove %(records)s?") % words,
        text=" ".join(filter(None, [text % words, _staying(prune.member_count - going)])),
        action=_("Remove %(count)s") % {"count": number(going)} if going else _("Approve, nothing is left to remove"),
        keep=_("Decide later"),
        back=_address(prune),
        place=_("Held prune"),
        facts=_facts(prune, organization),
        is_dangerous=bool(going),
    )


def about_rejection(prune: HeldPrune, organization: Organization) -> Question:
    """That everything stays, and when it is asked again."""
    count = prune.member_count
    words = {"count": number(count), "noun": noun_of(prune, organization, count)}
    return Question(
        title=_("Keep all %(count)s %(noun)s?") % words,
        text=_(
            "They stay as they are. The next complete list of the ERP that leaves them out is held again, "
            "as long as it goes beyond the limits."
        ),
        action=_("Keep all %(count)s") % words,
        keep=_("Decide later"),
        back=_address(prune),
        place=_("Held prune"),
        facts=_facts(prune, organization),
    )


def _staying(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)s of those left out is not touched: it has changed, was listed again or is gone since.",
        "%(count)s of those left out are not touched: they have changed, were listed again or are gone since.",
        count,
    )
    return text % {"count": number(count)}


def _facts(prune: HeldPrune, organization: Organization) -> list[dict[str, object]]:
    words = words_of(prune, organization)
    return [
        {"label": _("Scope"), "value": words.members},
        {"label": _("Left out"), "value": f"{words.records}, {words.share}"},
        {"label": _("Held"), "at": prune.held_at},
    ]


def _asked(request: HubRequest, prune: HeldPrune, question: Question) -> HttpResponse:
    if prune.state == HeldPrune.State.WAITING:
        return ask(request, question, DecisionForm())
    messages.info(request, _("Nothing is left to decide here: this prune is not waiting any more."))
    return HttpResponseClientRedirect(_address(prune)) if request.htmx else redirect(_address(prune))


def _decided(request: HubRequest, prune: HeldPrune, act: Act, question: Question) -> HttpResponse:
    """Leads to the page of the prune; where somebody was faster, it is the answer itself, and says so."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return ask(request, question, form)
    decision = Decision(actor_of(request.principal, request), form.cleaned_data["reason"], clock.now())
    organization = request.organization
    try:
        done = act(organization=organization, integration_id=prune.integration_id, prune_id=prune.pk, decision=decision)
    except Conflict:
        return shown(request, get_held(organization=organization, prune_id=prune.pk), is_beaten=True)
    _report(request, done)
    return redirect(_address(prune))


def _report(request: HubRequest, prune: HeldPrune) -> None:
    organization = request.organization
    if prune.state == HeldPrune.State.REJECTED:
        messages.success(request, _("The prune is rejected. Everything stayed."))
        return
    removed = prune.removed_count or 0
    words = {"count": number(removed), "noun": noun_of(prune, organization, removed)}
    messages.success(request, _("The prune is approved: %(count)s %(noun)s removed.") % words)


def _address(prune: HeldPrune) -> str:
    return reverse("inbound:held-prune", args=[prune.pk])
