"""The storage page: who fills the hub, how it grows, for how long what is kept; for operators also the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.errors import Invalid
from hub.retention.ages import ages_of, choose_ages, last_choice
from hub.retention.kinds import fixed_ages, kept, kinds
from hub.web.access import may, page
from hub.web.entities.authors import actors_in_words
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from monitoring.storage.ages_form import AgesForm
from monitoring.storage.forecast import AHEAD_DAYS
from monitoring.storage.preview import shorter_ages
from monitoring.storage.shares import shares_of
from monitoring.storage.tables import read_tables

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAYLOADS: Final = "inbound_payloads"
"""The kind whose bytes are counted per use case, see inbound/retention_kinds.py."""
MOST_HOURS: Final = 48
"""Longer ages are told in days."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who has changed an age last, in words, and when."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is kept for a time that nobody chooses."""

    label: _StrPromise
    words: str | _StrPromise


@page(Capability.MONITOR, writes=Capability.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def storage(request: HubRequest) -> HttpResponse:
    """Shows all of it to whoever may see figures; admins choose ages."""
    organization, at = request.organization, clock.now()
    ages = ages_of(organization)
    form = AgesForm(sent(request), ages=ages)
    if request.method == "POST" and form.is_valid():
        try:
            changed = choose_ages(
                organization=organization, days=form.days, actor=actor_of(request.principal, request), at=at
            )
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The new ages count from now on.") if changed else _("Nothing was changed."))
            return redirect("monitoring:storage")
    is_refused = bool(form.errors)
    context = {
        "shortened": shorter_ages(organization=organization, before=ages, after=form.sent_days, at=at)
        if is_refused
        else [],
        "form": form,
        "ages": [(kind, ages[kind.key]) for kind in kinds()],
        "chosen": _chosen(organization),
        "fixed": _fixed(),
        "shares": shares_of(organization=organization, kept_days=ages[PAYLOADS], at=at),
        "kept_days": ages[PAYLOADS],
        "ahead_days": AHEAD_DAYS,
        "tables": read_tables(at) if request.user.is_superuser else None,
        "may_change": may(request, Capability.ADMIN),
    }
    return render(request, "monitoring/storage.html", context, status=422 if is_refused else 200)


def _chosen(organization: Organization) -> Chosen | None:
    last = last_choice(organization)
    if last is None or last.chosen_at is None:
        return None
    actor = (last.actor_type, last.actor_id)
    return Chosen(actors_in_words(organization, [actor])[actor], last.chosen_at)


def _fixed() -> list[Fixed]:
    return [
        *(Fixed(one.label, _words(one.age)) for one in fixed_ages()),
        *(Fixed(one.label, one.how_long) for one in kept()),
    ]


def _words(age: timedelta) -> str:
    hours = age // timedelta(hours=1)
    if not hours:
        return _("not kept")
    if hours <= MOST_HOURS:
        return _("%(hours)d hours") % {"hours": hours}
    return _("%(days)d days") % {"days": age.days}
