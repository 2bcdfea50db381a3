"""The page of the echo receiver: what came, whether its signature fits, how it answers, and acknowledging by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.errors import HubError, NotFound
from hub.web.access import page
from hub.web.requests import HubRequest
from inbound.ui.payloads import shown_payload
from integrations.ui.detail import author_of
from outbound.acknowledging import acknowledge
from outbound.echo.memory import LONGEST_PAUSE_MS, MOST_FAILURES, Arrived, Plan, forget, recall, set_plan
from outbound.echo.receiving import echo_webhooks
from outbound.echo.setting_up import set_up_echo
from outbound.models import Acknowledgement
from outbound.ui.facts import acknowledgement_of
from outbound.ui.signatures import verdict_words

Context = dict[str, Any]  # Any: what a template shows


class PlanForm(forms.Form):
    """How the next requests are answered."""

    failures = forms.IntegerField(
        label=gettext_lazy("Fail the next"),
        min_value=0,
        max_value=MOST_FAILURES,
        help_text=gettext_lazy("requests; 0 answers 200 to all."),
    )
    status = forms.TypedChoiceField(
        label=gettext_lazy("with"),
        coerce=int,
        choices=[(code, str(code)) for code in (500, 503, 429, 400, 401, 404, 410)],
    )
    retry_after_s = forms.IntegerField(
        label=gettext_lazy("Retry-After"),
        min_value=0,
        max_value=86_400,
        help_text=gettext_lazy("Seconds; 0 sends none."),
    )
    pause_ms = forms.IntegerField(
        label=gettext_lazy("Pause"),
        min_value=0,
        max_value=LONGEST_PAUSE_MS,
        help_text=gettext_lazy("Milliseconds before each answer; the hub waits 30 s."),
    )


@page(Capability.WEBHOOK_VIEW)
@require_safe
def echo_page(request: HubRequest) -> HttpResponse:
    """What arrived at one of the organization's echo addresses; a way to make the first one."""
    webhooks = echo_webhooks(request.organization)
    name = request.GET.get("name", "")
    name = name if name in webhooks else next(reversed(webhooks), "")
    context: Context = {"webhooks": webhooks, "name": name, "webhook": webhooks.get(name)}
    if name:
        known = recall(name)
        context |= {
            "url": webhooks[name].configuration["url"],
            "form": PlanForm(initial={field: getattr(known.plan, field) for field in PlanForm.base_fields}),
            "plan": known.plan,
            "rows": _rows(request, known.arrived),
            "live_url": f"{reverse('outbound:echo-new')}?name={name}&seen={_newest(known.arrived)}",
            "here": f"{reverse('outbound:echo')}?name={name}",
        }
    return render(request, "outbound/echo.html", context)


@page(Capability.WEBHOOK_CREATE)
@require_POST
def make_echo(request: HubRequest) -> HttpResponse:
    """A webhook to a new echo address, by one click."""
    try:
        webhook = set_up_echo(author=author_of(request))
    except HubError as error:
        messages.error(request, error.message)
        return redirect("outbound:echo")
    text = _("%(name)s is ready. Change the e-mail address of a contact, and the event arrives here.")
    messages.success(request, text % {"name": webhook.name})
    return redirect("outbound:echo")


@page(Capability.WEBHOOK_EDIT)
@require_POST
def plan_echo(request: HubRequest, name: str) -> HttpResponse:
    """Says how the next requests are answered."""
    _own(request, name)
    form = PlanForm(request.POST)
    if form.is_valid():
        set_plan(name, Plan(**form.cleaned_data))
        messages.success(request, _("The next requests are answered so."))
    else:
        messages.error(request, " ".join(f"{form.fields[key].label}: {found[0]}" for key, found in form.errors.items()))
    return redirect(f"{reverse('outbound:echo')}?name={name}")


@page(Capability.WEBHOOK_EDIT)
@require_POST
def clear_echo(request: HubRequest, name: str) -> HttpResponse:
    """Forgets what came."""
    _own(request, name)
    forget(name)
    return redirect(f"{reverse('outbound:echo')}?name={name}")


@page(Capability.SEND)
@require_POST
def acknowledge_echo(request: HubRequest, name: str) -> HttpResponse:
    """Acknowledges an event as an ERP would, or says that it could not be processed."""
    _own(request, name)
    has_failed = "refuse" in request.POST
    try:
        acknowledge(
            organization=request.organization,
            ack_id=request.POST.get("ack_id", ""),
            at=clock.now(),
            has_failed=has_failed,
            message=_("Refused on the page of the echo receiver.") if has_failed else "",
        )
    except HubError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Told the hub that it was refused.") if has_failed else _("Acknowledged."))
    return redirect(f"{reverse('outbound:echo')}?name={name}")


@page(Capability.WEBHOOK_VIEW)
@require_safe
def new_at_echo(request: HubRequest) -> JsonResponse:
    """``{"count": n}``: requests that came since the page was drawn."""
    name = request.GET.get("name", "")
    _own(request, name)
    seen = request.GET.get("seen", "")
    newest = recall(name).arrived
    count = next((place for place, one in enumerate(newest) if str(one.id) == seen), len(newest))
    return JsonResponse({"count": count})


def _own(request: HubRequest, name: str) -> None:
    if name not in echo_webhooks(request.organization):
        raise NotFound("There is no such echo address.")


def _newest(arrived: tuple[Arrived, ...]) -> str:
    return str(arrived[0].id) if arrived else ""


def _rows(request: HubRequest, arrived: tuple[Arrived, ...]) -> list[Context]:
    ids: set[UUID] = {one.ack_id for one in arrived if one.ack_id}
    known = {row.pk: row for row in Acknowledgement.objects.of(request.organization).filter(pk__in=ids)}
    newest_first = sorted(arrived, key=lambda one: one.at, reverse=True)
    return [_row(one, known.get(one.ack_id) if one.ack_id else None) for one in newest_first]


def _row(one: Arrived, acknowledgement: Acknowledgement | None) -> Context:
    open_states = (Acknowledgement.State.PENDING, Acknowledgement.State.TIMED_OUT)
    return {
        "arrived": one,
        "payload": shown_payload(one.body, "json") if one.body else None,
        "verdict": verdict_words(one.checked) if one.checked else None,
        "acknowledgement": acknowledgement_of(acknowledgement),
        "is_open": acknowledgement is not None and acknowledgement.state in open_states,
    }
