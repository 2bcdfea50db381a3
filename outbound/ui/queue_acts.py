"""What keepers do with a stream: let it go on past the message that halts it, and put dead letters back."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.ids import to_text
from hub.web.access import page
from hub.web.asking import Question, ReasonForm, ask
from hub.web.forms import sent
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from integrations.queries import get_integration
from outbound.queue.dead_letters import Redriven, RedriveStatus
from outbound.queue.keeping import Keeper, let_go_on, put_back
from outbound.queue.overview import Blocked, stream_of
from outbound.queue.spans import MESSAGE_PREFIX
from outbound.ui.queue import head_context
from outbound.ui.queue_words import OUTCOMES

MOST_AT_ONCE: Final = 100

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.DECIDE)
@require_http_methods(["GET", "POST"])
def unblock(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """Asks for the reason, then puts the message aside."""
    keeper = _keeper(request, integration_id)
    view = stream_of(request.organization, keeper.integration, keeper.at)
    if view.blocked is None:
        messages.info(request, _("Nothing blocks the queue any more."))
        return redirect("outbound:stream", integration_id)
    form = ReasonForm(sent(request))
    if not form.is_valid():
        return ask(request, _question(view.blocked, integration_id, view.waiting.number), form)
    outcome = let_go_on(keeper, form.cleaned_data["reason"])
    if outcome.was_blocked:
        messages.success(request, _("The queue goes on. The message that halted it is a dead letter now."))
    return redirect("outbound:stream", integration_id)


@page(Capability.DECIDE)
@require_POST
def redrive(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """Puts the chosen dead letters back, and tells what became of each."""
    keeper = _keeper(request, integration_id)
    ids = [one[:64] for one in dict.fromkeys(request.POST.getlist("message"))][:MOST_AT_ONCE]
    if not ids:
        messages.info(request, _("Choose the dead letters that go back first."))
        return redirect(f"{reverse('outbound:stream', args=[integration_id])}?tab=dead")
    outcomes = put_back(keeper, ids, reapply_mapping="reapply_mapping" in request.POST)
    view = stream_of(request.organization, keeper.integration, keeper.at)
    context = head_context(request, view) | {
        "results": [_result(text, one) for text, one in zip(ids, outcomes, strict=True)],
        "summary": _summary(outcomes),
    }
    return render(request, "outbound/redriven.html", context)


def _keeper(request: HubRequest, integration_id: UUID) -> Keeper:
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    return Keeper(request.organization, integration, actor_of(request.principal, request), clock.now())


def _question(blocked: Blocked, integration_id: UUID, waiting: int) -> Question:
    behind = max(0, waiting - 1)
    text = ngettext(
        "The message that halts the queue becomes a dead letter, and the %(count)s message behind it can be polled. "
        "Redriving brings it back, at the end of the queue.",
        "The message that halts the queue becomes a dead letter, and the %(count)s messages behind it can be polled. "
        "Redriving brings it back, at the end of the queue.",
        behind,
    )
    facts: list[dict[str, object]] = [
        {"label": _("Event"), "value": blocked.message.event_name, "mono": True},
        {"label": _("Happened"), "at": blocked.message.occurred_at},
        {"label": _("Tried"), "value": number(blocked.message.attempts)},
    ]
    if blocked.message.is_failed:
        facts.append({"label": _("Why"), "value": blocked.message.mapping_failure})
    return Question(
        title=_("Skip the message that blocks the queue?"),
        text=text % {"count": number(behind)},
        action=_("Put it aside and go on"),
        back=reverse("outbound:stream", args=[integration_id]),
        place=_("Poll queue"),
        facts=facts,
        is_dangerous=True,
    )


def _result(text: str, outcome: Redriven) -> Context:
    new_id = "" if outcome.new_id is None else to_text(MESSAGE_PREFIX, outcome.new_id)
    return {
        "id": text,
        "status": "success" if outcome.status == RedriveStatus.REDRIVEN else "error",
        "words": OUTCOMES[outcome.status],
        "new_id": new_id,
        "failure": outcome.failure,
    }


def _summary(outcomes: list[Redriven]) -> str:
    back = sum(one.status == RedriveStatus.REDRIVEN for one in outcomes)
    text = ngettext("%(back)s of %(all)s message is back.", "%(back)s of %(all)s messages are back.", len(outcomes))
    return text % {"back": number(back), "all": number(len(outcomes))}
