"""Making, changing, trying and deleting a channel; a new signing secret is shown once."""

from __future__ import annotations

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
from monitoring.alert_pages.channel_form import ChannelForm
from monitoring.alert_pages.words import CHANNELS
from monitoring.alerts.operations.channels import delete_channel, get_channel, save_channel
from monitoring.alerts.telling.sending import NotSent
from monitoring.alerts.telling.trying import try_channel
from monitoring.models import AlertChannel


@page(Capability.ADMIN)
@require_http_methods(["GET", "POST"])
def new_channel(request: HubRequest, kind: str) -> HttpResponse:
    """A form for one kind; then the channel, of a webhook with the secret in this one answer."""
    if kind not in CHANNELS:
        raise NotFound(_("There is no such kind of channel."))
    return _edited(request, ChannelForm(sent(request), kind=kind), None)


@page(Capability.ADMIN)
@require_http_methods(["GET", "POST"])
def edit_channel(request: HubRequest, channel_id: UUID) -> HttpResponse:
    """The channel as it is, without its address."""
    channel = get_channel(request.organization, channel_id)
    return _edited(request, ChannelForm(sent(request), kind=channel.kind, channel=channel), channel)


@page(Capability.ADMIN)
@require_POST
def test_channel(request: HubRequest, channel_id: UUID) -> HttpResponse:
    """Sends a sample and shows what the other side said."""
    channel = get_channel(request.organization, channel_id)
    try:
        answer = try_channel(channel, clock.now())
    except NotSent as refusal:
        messages.error(request, _("%(name)s: %(answer)s") % {"name": channel.name, "answer": refusal.message})
    else:
        messages.success(request, _("%(name)s: %(answer)s") % {"name": channel.name, "answer": answer})
    return redirect("monitoring:alert-channels")


@page(Capability.ADMIN)
@require_http_methods(["GET", "POST"])
def remove_channel(request: HubRequest, channel_id: UUID) -> HttpResponse:
    """Asks, then deletes the channel."""
    channel = get_channel(request.organization, channel_id)
    if request.method == "POST":
        delete_channel(author=author_of(request), channel_id=channel.pk)
        messages.success(request, _("%(name)s is deleted.") % {"name": channel.name})
        return redirect("monitoring:alert-channels")
    rules = ", ".join(channel.rules.order_by("name").values_list("name", flat=True))
    question = Question(
        title=_("Delete %(name)s?") % {"name": channel.name},
        text=_("Rules tell it nothing any more, and what is on its way to it is not sent."),
        action=_("Delete %(name)s") % {"name": channel.name},
        keep=_("Keep it"),
        back=reverse("monitoring:alert-channels"),
        place=_("Channels"),
        facts=[{"label": _("Rules that tell it"), "value": rules or _("none")}],
        is_dangerous=True,
    )
    return ask(request, question)


def _edited(request: HubRequest, form: ChannelForm, channel: AlertChannel | None) -> HttpResponse:
    if form.is_valid():
        if channel is None and not once.take(request):
            messages.warning(request, _("This form was sent before. What it created stands in the list."))
            return redirect("monitoring:alert-channels")
        try:
            made = save_channel(author=author_of(request), wish=form.wish(), channel_id=channel.pk if channel else None)
        except HubError as error:
            show_refusal(form, error)
        else:
            if made.signing_secret:
                context = {"channel": made.channel, "secret": made.signing_secret}
                return render(request, "monitoring/alerts/secret.html", context, status=201)
            return redirect(f"{reverse('monitoring:alert-channels')}?saved={made.channel.pk}")
    context = {
        "form": form,
        "channel": channel,
        "kind": CHANNELS[form.kind],
        "zone": display_zone().key,
        "mark_field": once.FIELD,
        "mark": once.mark_of(request) if channel is None else "",
    }
    return render(request, "monitoring/alerts/channel_form.html", context, status=422 if form.errors else 200)
