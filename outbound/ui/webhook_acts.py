"""Acts on one webhook: pause, resume, probe, switch, delete; what cannot be undone is asked about first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.web.access import page
from hub.web.asking import Question, ReasonForm, ask
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.models import UseCase
from integrations.ui.detail import author_of
from outbound.hurrying import probe_now
from outbound.ui.webhook_page import address_of
from outbound.webhooks.operations import delete_webhook, pause_webhook, resume_webhook, set_enabled
from outbound.webhooks.queries import get_webhook
from outbound.webhooks.uses import LeftBehind, left_behind, users_of


@page(Capability.WEBHOOK_EDIT)
@require_POST
def pause(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Holds what is to be delivered; nothing is dropped."""
    webhook = pause_webhook(author=author_of(request), webhook_id=webhook_id)
    text = _("%(name)s is paused. Deliveries are held in order until it is resumed.")
    messages.success(request, text % {"name": webhook.name})
    return redirect("outbound:webhook", webhook.pk)


@page(Capability.WEBHOOK_EDIT)
@require_POST
def resume(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Goes on with what was held."""
    webhook = resume_webhook(author=author_of(request), webhook_id=webhook_id)
    messages.success(request, _("%(name)s is resumed. What was held goes out now.") % {"name": webhook.name})
    return redirect("outbound:webhook", webhook.pk)


@page(Capability.WEBHOOK_EDIT)
@require_POST
def probe(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Sends the next probe of a receiver that has been failing at once."""
    actor = actor_of(request.principal, request)
    if probe_now(organization=request.organization, webhook_id=webhook_id, actor=actor, at=clock.now()):
        messages.success(request, _("The next delivery goes out now, as a probe."))
    else:
        messages.info(request, _("Nothing is to be probed: the receiver takes deliveries."))
    return redirect("outbound:webhook", webhook_id)


@page(Capability.WEBHOOK_EDIT)
@require_http_methods(["GET", "POST"])
def switch(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Asks why, then disables the webhook; enabling takes no question but the same reason."""
    webhook = get_webhook(organization=request.organization, webhook_id=webhook_id)
    form = ReasonForm(sent(request))
    if form.is_valid():
        reason, enabled = form.cleaned_data["reason"], not webhook.enabled
        saved = set_enabled(author=author_of(request), webhook_id=webhook.pk, enabled=enabled, reason=reason)
        said = _("%(name)s is enabled.") if saved.enabled else _("%(name)s is disabled.")
        messages.success(request, said % {"name": saved.name})
        return redirect("outbound:webhook", saved.pk)
    names = {"name": webhook.name}
    if webhook.enabled:
        text = _("What waits for it ends as failed, and new events do not reach it. To hold them instead, pause it.")
        question = Question(
            _("Disable %(name)s?") % names, text, _("Disable %(name)s") % names, address_of(webhook), place=webhook.name
        )
    else:
        text = _("New events reach it again. What ended meanwhile can be resent.")
        question = Question(
            _("Enable %(name)s?") % names, text, _("Enable %(name)s") % names, address_of(webhook), place=webhook.name
        )
    return ask(request, question, form)


@page(Capability.WEBHOOK_DELETE)
@require_http_methods(["GET", "POST"])
def delete(request: HubRequest, webhook_id: str) -> HttpResponse:
    """Asks, then deletes the webhook; its deliveries stay."""
    webhook = get_webhook(organization=request.organization, webhook_id=webhook_id)
    if request.method == "POST":
        delete_webhook(author=author_of(request), webhook_id=webhook.pk)
        messages.success(request, _("%(name)s is deleted.") % {"name": webhook.name})
        return redirect("outbound:webhooks")
    users = users_of(webhook)
    left = left_behind(webhook, users)
    question = Question(
        title=_("Delete %(name)s?") % {"name": webhook.name},
        text=_("What waits for it ends as failed. Past deliveries stay; they cannot be resent without it."),
        action=_("Delete %(name)s") % {"name": webhook.name},
        keep=_("Keep it"),
        back=address_of(webhook),
        place=webhook.name,
        facts=[
            *_consequences(left),
            {"label": _("Use cases that name it"), "value": _slugs(users) or _("none")},
            {"label": _("Can be undone"), "value": _("no")},
        ],
        is_dangerous=True,
    )
    return ask(request, question)


def _consequences(left: LeftBehind) -> Iterator[dict[str, object]]:
    """What becomes of the use cases that are on; nothing is said where none is concerned."""
    if left.stopped:
        text = _("%(names)s: no target is left, and outbound status reports a conflict.")
        yield {"label": _("Stop delivering"), "value": text % {"names": _slugs(left.stopped)}}
    if left.narrowed:
        text = _("%(names)s: delivered to other targets only.")
        yield {"label": _("Go on without it"), "value": text % {"names": _slugs(left.narrowed)}}


def _slugs(use_cases: Iterable[UseCase]) -> str:
    return ", ".join(one.slug for one in use_cases)
