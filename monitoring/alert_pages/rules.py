"""Making, changing, rehearsing, muting and deleting a rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hub import clock
from hub.accounts.grants import Capability
from hub.display_zone import display_zone
from hub.errors import HubError, NotFound
from hub.web import once
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from monitoring.alert_pages.rule_form import RuleForm
from monitoring.alert_pages.words import KINDS
from monitoring.alerts.judging import Watch
from monitoring.alerts.kinds import Kind, parse
from monitoring.alerts.operations.rules import RuleWish, delete_rule, get_rule, mute_rule, save_rule
from monitoring.alerts.rehearsing import Rehearsal, rehearse
from monitoring.codes import get_code
from monitoring.models import AlertRule

REHEARSE: Final = "rehearse"
"""Name of the button that only looks back; nothing is saved then."""
MUTES: Final = {"60": timedelta(hours=1), "480": timedelta(hours=8), "1440": timedelta(days=1), "10080": timedelta(7)}
"""Minutes that a rule may be muted for by a button."""


@page(Capability.ADMIN)
@require_http_methods(["GET", "POST"])
def new_rule(request: HubRequest, kind: str) -> HttpResponse:
    """A form for one kind, then the rule."""
    if kind not in tuple(Kind):
        raise NotFound(_("There is no such kind of rule."))
    form = RuleForm(sent(request), organization=request.organization, kind=Kind(kind))
    return _edited(request, form, None)


@page(Capability.ADMIN)
@require_http_methods(["GET", "POST"])
def edit_rule(request: HubRequest, rule_id: UUID) -> HttpResponse:
    """The rule as it is; one that looks for something else afterwards begins anew."""
    rule = get_rule(request.organization, rule_id)
    form = RuleForm(sent(request), organization=request.organization, kind=Kind(rule.kind), rule=rule)
    return _edited(request, form, rule)


@page(Capability.ADMIN)
@require_http_methods(["GET", "POST"])
def remove_rule(request: HubRequest, rule_id: UUID) -> HttpResponse:
    """Asks, then deletes the rule."""
    rule = get_rule(request.organization, rule_id)
    if request.method == "POST":
        delete_rule(author=author_of(request), rule_id=rule.pk)
        messages.success(request, _("%(name)s is deleted.") % {"name": rule.name})
        return redirect("monitoring:alerts")
    question = Question(
        title=_("Delete %(name)s?") % {"name": rule.name},
        text=_("Nobody is told of it any more, nor that it is over. What it told stays in the history."),
        action=_("Delete %(name)s") % {"name": rule.name},
        keep=_("Keep it"),
        back=reverse("monitoring:alerts"),
        place=_("Alerts"),
        is_dangerous=True,
    )
    return ask(request, question)


@page(Capability.DECIDE)
@require_POST
def mute(request: HubRequest, rule_id: UUID) -> HttpResponse:
    """Tells nobody of the rule for so many minutes; without any, people are told again."""
    minutes = request.POST.get("minutes", "")
    if minutes and minutes not in MUTES:
        raise NotFound(_("A rule cannot be muted for so long."))
    span = MUTES.get(minutes)
    rule = mute_rule(author=author_of(request), rule_id=rule_id, until=clock.now() + span if span else None)
    if rule.muted_until:
        messages.success(request, _("%(name)s is muted. What still goes on then is told.") % {"name": rule.name})
    else:
        messages.success(request, _("%(name)s is told of again.") % {"name": rule.name})
    return redirect("monitoring:alerts")


def _edited(request: HubRequest, form: RuleForm, rule: AlertRule | None) -> HttpResponse:
    rehearsal: Rehearsal | None = None
    only_looks = REHEARSE in request.POST
    if form.is_valid():
        try:
            form.wish().check(request.organization)
            if only_looks:
                rehearsal = _rehearsed(request, form.wish())
            elif rule is None and not once.take(request):
                messages.warning(request, _("This form was sent before. What it created stands in the list."))
                return redirect("monitoring:alerts")
            else:
                saved = save_rule(author=author_of(request), wish=form.wish(), rule_id=rule.pk if rule else None)
                messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
                _warn_of_code(request, form.wish())
                return redirect("monitoring:alerts")
        except HubError as error:
            show_refusal(form, error)
    context = {
        "form": form,
        "rule": rule,
        "kind": KINDS[form.kind],
        "zone": display_zone().key,
        "rehearses": only_looks and not form.errors,
        "rehearsal": rehearsal,
        "mark_field": once.FIELD,
        "mark": once.mark_of(request) if rule is None else "",
    }
    return render(request, "monitoring/alerts/rule_form.html", context, status=422 if form.errors else 200)


def _warn_of_code(request: HubRequest, wish: RuleWish) -> None:
    """Only middleware sends codes that are not in the catalogue; a slip of the keyboard would never be noticed."""
    code = str(wish.parameters.get("code") or "")
    if code and not get_code(code).anchor:
        told = _("The hub itself has no code %(code)s: the rule fires only where middleware sends it.")
        messages.warning(request, told % {"code": code})


def _rehearsed(request: HubRequest, wish: RuleWish) -> Rehearsal | None:
    at = clock.now()
    watch = Watch(parse(wish.kind, wish.parameters), wish.integration_id, wish.use_case_id, at)
    return rehearse(request.organization, watch, throttle=timedelta(minutes=wish.throttle_minutes), at=at)
