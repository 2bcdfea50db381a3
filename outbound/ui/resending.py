"""Resending chosen deliveries, and trying one that waits at once: first the question, then the act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.errors import Conflict, HubError
from hub.ids import find_id, to_text
from hub.web.access import no_permission, page
from hub.web.asking import REASON_CHARACTERS
from hub.web.requests import HubRequest, render_fragment
from hub.web.templatetags.numbers import number
from hub.web.templatetags.ui import display_zone
from outbound.hurrying import retry_now
from outbound.models import DELIVERY_PREFIX, Delivery
from outbound.models.deliveries import UNFINISHED
from outbound.resending import MOST_AT_ONCE, Resending, must_be_anew, resend
from outbound.ui.delivery_list import may_resend
from outbound.ui.delivery_page import find_delivery_id
from outbound.ui.filters import asked_of


class ResendForm(forms.Form):
    """Why, and whether as it was. must_be_anew: there is no body that could be repeated."""

    reason = forms.CharField(label=gettext_lazy("Reason, goes to the history"), max_length=REASON_CHARACTERS)
    is_anew = forms.BooleanField(
        label=gettext_lazy("Make the body again"),
        required=False,
        help_text=gettext_lazy(
            "By the mapping as it is now, under a new message id. Otherwise the same bytes go out, and a receiver "
            "that has them already recognizes their id."
        ),
    )

    def __init__(self, *args: Any, must_be_anew: bool = False, **options: Any) -> None:  # Any: those of Django
        super().__init__(*args, **options)
        if must_be_anew:
            anew = self.fields["is_anew"]
            anew.disabled, anew.initial = True, True
            anew.help_text = _(
                "This has to be: what was chosen ended before a body was made. By the mapping as it is now, under a "
                "new message id."
            )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The deliveries there are, and how many of them cannot be sent again: unfinished ones are still on their way."""

    deliveries: tuple[Delivery, ...]
    unfinished: int
    unknown: int
    must_be_anew: bool
    """None of them has a body that could go out as it was."""

    @property
    def ids(self) -> list[str]:
        """The public ids of those that have ended, oldest first: the order in which they go out."""
        return [to_text(DELIVERY_PREFIX, one.id) for one in self.ended]

    @property
    def ended(self) -> list[Delivery]:
        """Those that can be sent again."""
        return [one for one in self.deliveries if one.state not in UNFINISHED]


@page(Capability.WEBHOOK_VIEW)
@require_POST
def ask_resend(request: HubRequest) -> HttpResponse:
    """The question: which deliveries, and why. A dialog where scripts run, else a page."""
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    chosen = _chosen(request)
    return _question(request, chosen, ResendForm(must_be_anew=chosen.must_be_anew), status=200 if chosen.ended else 422)


@page(Capability.WEBHOOK_VIEW)
@require_POST
def resend_chosen(request: HubRequest) -> HttpResponse:
    """The act; leads to the new delivery, or back to the list when there are several."""
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    chosen = _chosen(request)
    form = ResendForm(request.POST, must_be_anew=chosen.must_be_anew)
    if not form.is_valid() or not chosen.ended:
        return _question(request, chosen, form, status=422)
    order = Resending(
        actor_of(request.principal, request), form.cleaned_data["reason"], is_anew=form.cleaned_data["is_anew"]
    )
    try:
        ids = [one.id for one in chosen.ended]
        made = resend(organization=request.organization, delivery_ids=ids, order=order, at=clock.now())
    except HubError as error:
        form.add_error(None, error.message)
        return _question(request, chosen, form, status=422)
    text = ngettext("%(count)s delivery goes out again.", "%(count)s deliveries go out again.", len(made))
    messages.success(request, text % {"count": number(len(made))})
    if len(made) == 1:
        return redirect("outbound:delivery", to_text(DELIVERY_PREFIX, made[0].id))
    return redirect(reverse("outbound:deliveries") + filter_query(request))


@page(Capability.WEBHOOK_VIEW)
@require_POST
def hurry(request: HubRequest, delivery_id: str) -> HttpResponse:
    """Has a delivery that waits tried at once."""
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    try:
        actor = actor_of(request.principal, request)
        found = find_delivery_id(delivery_id)
        retry_now(organization=request.organization, delivery_id=found, actor=actor, at=clock.now())
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("The next attempt goes out now."))
    return redirect(reverse("outbound:delivery", args=[delivery_id]) + filter_query(request))


def filter_query(request: HubRequest) -> str:
    """The filters of the address, to be carried along; empty where there are none."""
    address = asked_of(request.GET, clock.now(), display_zone()).address()
    return address if address != "?" else ""


def _chosen(request: HubRequest) -> Chosen:
    named = dict.fromkeys(request.POST.getlist("delivery")[:MOST_AT_ONCE])
    ids: list[UUID] = [found for text in named if (found := find_id(DELIVERY_PREFIX, text))]
    rows = tuple(Delivery.objects.of(request.organization).filter(id__in=ids).order_by("sequence"))
    unfinished = sum(1 for row in rows if row.state in UNFINISHED)
    has_to = must_be_anew(request.organization, ids)
    return Chosen(rows, unfinished, len(named) - len(rows), must_be_anew=has_to)


def _question(request: HubRequest, chosen: Chosen, form: ResendForm, *, status: int) -> HttpResponse:
    context = {
        "chosen": chosen,
        "count": len(chosen.ended),
        "form": form,
        "filter_query": filter_query(request),
        "back": _back(request, chosen),
        "events": sorted({one.event_name for one in chosen.ended}),
    }
    return render_fragment(request, "outbound/resend.html", "outbound/_resend_dialog.html", context, status=status)


def _back(request: HubRequest, chosen: Chosen) -> str:
    if len(chosen.deliveries) == 1:
        identifier = to_text(DELIVERY_PREFIX, chosen.deliveries[0].id)
        return reverse("outbound:delivery", args=[identifier]) + filter_query(request)
    return reverse("outbound:deliveries") + filter_query(request)
