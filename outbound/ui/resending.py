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
from hub.display_zone import display_zone
from hub.errors import Conflict, HubError
from hub.ids import find_id, to_text
from hub.retention.purged import Purged, purged_among
from hub.web.access import no_permission, page
from hub.web.asking import REASON_CHARACTERS
from hub.web.requests import HubRequest, render_fragment
from hub.web.templatetags.numbers import number
from outbound.bulk_resending import Resent, count_sent_again, newest_sequence, resend_once
from outbound.hurrying import retry_now
from outbound.models import DELIVERY_PREFIX, Delivery
from outbound.models.deliveries import UNFINISHED
from outbound.resending import MOST_AT_ONCE, Resending, must_be_anew
from outbound.resends.preview import repeats_among
from outbound.ui.delivery_list import may_resend
from outbound.ui.delivery_page import find_delivery_id
from outbound.ui.filters import asked_of

MOST_DIGITS = 19
"""Of a sequence."""


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
                "This has to be: what was chosen ended before a body was made, or its body was deleted. By the mapping "
                "as it is now, under a new message id."
            )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The deliveries there are, and how many of them cannot be sent again: unfinished ones are still on their way."""

    deliveries: tuple[Delivery, ...]
    unfinished: int
    named: tuple[str, ...]
    must_be_anew: bool
    """None of them has a body that could go out as it was."""
    purged: tuple[Purged, ...]
    """Of those whose bodies retention has deleted."""

    @property
    def unknown(self) -> int:
        """How many of those that were named are not there."""
        return len(self.named) - len(self.deliveries)

    @property
    def are_many(self) -> bool:
        """Whether they are too many to send while somebody waits, so that a job has to send them."""
        return len(self.named) > MOST_AT_ONCE

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
    status = 200 if chosen.ended and not chosen.are_many else 422
    return _question(request, chosen, ResendForm(must_be_anew=chosen.must_be_anew), status=status)


@page(Capability.WEBHOOK_VIEW)
@require_POST
def resend_chosen(request: HubRequest) -> HttpResponse:
    """The act; leads to the new delivery, or back to the list when there are several.

    What somebody else has sent again since the question was asked is left out. Of more than MOST_AT_ONCE none goes out.
    """
    if not may_resend(request):
        return no_permission(request, Capability.SEND)
    chosen = _chosen(request)
    form = ResendForm(request.POST, must_be_anew=chosen.must_be_anew)
    if not form.is_valid() or not chosen.ended or chosen.are_many:
        return _question(request, chosen, form, status=422)
    order = Resending(
        actor_of(request.principal, request), form.cleaned_data["reason"], is_anew=form.cleaned_data["is_anew"]
    )
    try:
        ids = [one.id for one in chosen.ended]
        done = resend_once(
            organization=request.organization, delivery_ids=ids, seen=seen_by(request), order=order, at=clock.now()
        )
    except HubError as error:
        form.add_error(None, error.message)
        return _question(request, chosen, form, status=422)
    report(request, done)
    if len(done.made) == 1:
        return redirect("outbound:delivery", to_text(DELIVERY_PREFIX, done.made[0]))
    return redirect(_back(request, chosen))


def report(request: HubRequest, done: Resent) -> None:
    """Say how many go out, and how many had been sent again already."""
    text = ngettext("%(count)s delivery goes out again.", "%(count)s deliveries go out again.", done.count)
    say = messages.success if done.count else messages.warning
    say(request, text % {"count": number(done.count)})
    if done.sent_again:
        text = ngettext(
            "%(count)s delivery had been sent again already and is left out.",
            "%(count)s deliveries had been sent again already and are left out.",
            done.sent_again,
        )
        messages.info(request, text % {"count": number(done.sent_again)})


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
    named = tuple(dict.fromkeys(request.POST.getlist("delivery")))
    ids: list[UUID] = [found for text in named if (found := find_id(DELIVERY_PREFIX, text))]
    rows = tuple(Delivery.objects.of(request.organization).filter(id__in=ids).order_by("sequence"))
    unfinished = sum(1 for row in rows if row.state in UNFINISHED)
    has_to = must_be_anew(request.organization, ids)
    purged = tuple(purged_among([row.id for row in rows]).values())
    return Chosen(rows, unfinished, named, must_be_anew=has_to, purged=purged)


def seen_by(request: HubRequest) -> int:
    """The sequence up to which whoever was asked could know of resends; without one, they know of all that ended."""
    told = request.POST.get("seen", "")
    is_known = told.isascii() and told.isdigit() and len(told) < MOST_DIGITS
    return int(told) if is_known else newest_sequence()


def _question(request: HubRequest, chosen: Chosen, form: ResendForm, *, status: int) -> HttpResponse:
    context = {
        "chosen": chosen,
        "count": len(chosen.ended),
        "title_count": len(chosen.named) if chosen.are_many else len(chosen.ended),
        "form": form,
        "most": MOST_AT_ONCE,
        "seen": request.POST.get("seen") or newest_sequence(),
        "filter_query": filter_query(request),
        "back": _back(request, chosen),
        "events": sorted({one.event_name for one in chosen.ended}),
        "repeats": repeats_among(request.organization, chosen.ended),
        "sent_again": count_sent_again(organization=request.organization, deliveries=chosen.ended),
    }
    return render_fragment(request, "outbound/resend.html", "outbound/_resend_dialog.html", context, status=status)


def _back(request: HubRequest, chosen: Chosen) -> str:
    if len(chosen.deliveries) == 1:
        identifier = to_text(DELIVERY_PREFIX, chosen.deliveries[0].id)
        return reverse("outbound:delivery", args=[identifier]) + filter_query(request)
    return reverse("outbound:deliveries") + filter_query(request)
