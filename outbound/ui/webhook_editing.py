"""Creating and changing a webhook: one form; a new signing secret is shown once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.preconditions import Stale
from hub.web import once
from hub.web.access import page
from hub.web.form_rows import MORE
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from integrations.ui.references import offered_variables
from outbound.models import Webhook
from outbound.ui.secrets import shown_secret
from outbound.ui.webhook_findings import show, told
from outbound.ui.webhook_form import WebhookForm
from outbound.webhooks.advice import advice_about
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.configured_events import configured_events
from outbound.webhooks.operations import create_webhook, replace_webhook
from outbound.webhooks.operators import OPERATIONS
from outbound.webhooks.queries import get_webhook
from outbound.webhooks.typed_values import FieldType


@page(Capability.WEBHOOK_CREATE)
@require_http_methods(["GET", "POST"])
def new_webhook(request: HubRequest) -> HttpResponse:
    """A form; then the signing secret, in this one answer and nowhere else. A reload of it creates nothing."""
    form = WebhookForm(sent(request), event_name=request.GET.get("event", "")[:120])
    if MORE not in request.POST and form.is_valid():
        if not once.take(request):
            messages.warning(request, _("This form was sent before. What it created stands in the list."))
            return redirect("outbound:webhooks")
        try:
            parsed = SentWebhook.parse_new(form.as_json())
            created = create_webhook(author=author_of(request), sent=parsed)
        except HubError as error:
            show(form, error)
        else:
            _warn(request, form, created.webhook, parsed)
            return shown_secret(request, created, is_new=True)
    return _form(request, form, None)


@page(Capability.WEBHOOK_EDIT)
@require_http_methods(["GET", "POST"])
def edit_webhook(request: HubRequest, webhook_id: str) -> HttpResponse:
    """The webhook as it is; what is saved counts for every attempt from now on, bodies that were made stay."""
    webhook = get_webhook(organization=request.organization, webhook_id=webhook_id)
    form = WebhookForm(sent(request), webhook=webhook)
    is_stale = False
    if MORE not in request.POST and form.is_valid():
        try:
            parsed = SentWebhook.parse(form.as_json())
            saved = replace_webhook(
                author=author_of(request), webhook_id=webhook.pk, sent=parsed, expected=form.expected()
            )
        except Stale:
            is_stale = True
        except HubError as error:
            show(form, error)
        else:
            _tell(request, webhook, saved)
            _warn(request, form, saved, parsed)
            return redirect("outbound:webhook", saved.pk)
    return _form(request, form, webhook, is_stale=is_stale)


def _tell(request: HubRequest, before: Webhook, after: Webhook) -> None:
    if after.version == before.version:
        messages.info(request, _("Nothing was different, so nothing was saved."))
    else:
        messages.success(request, _("%(name)s is saved.") % {"name": after.name})


def _warn(request: HubRequest, form: WebhookForm, webhook: Webhook, parsed: SentWebhook) -> None:
    """What is saved, but probably not meant, or cannot deliver as things are."""
    advice = advice_about(organization=request.organization, webhook=webhook, configuration=parsed.configuration)
    for one in (*parsed.warnings, *advice):
        messages.warning(request, told(form, one))


def _form(request: HubRequest, form: WebhookForm, webhook: Webhook | None, *, is_stale: bool = False) -> HttpResponse:
    wants_more = request.POST.get(MORE, "")
    rows = {name: [*rows, *_blanks(form, name, wants_more)] for name, rows in form.rows.items()}
    context: dict[str, Any] = {  # Any: what a template shows
        "form": form,
        "rows": rows,
        "blank": form.blank_rows(),
        "webhook": webhook,
        "is_stale": is_stale,
        "operations": OPERATIONS,
        "types": [one.value for one in FieldType],
        "events": configured_events(request.organization),
        "variables": [one.key for one in offered_variables(request)],
        "mark_field": once.FIELD,
        "mark": once.mark_of(request) if webhook is None else "",
    }
    status = Stale.status if is_stale else 422 if form.is_bound and not wants_more else 200
    return render(request, "outbound/webhook_form.html", context, status=status)


def _blanks(form: WebhookForm, name: str, wants_more: str) -> list[Any]:  # Any: rows
    return [form.blank_rows()[name]] if name == wants_more else []
