"""Registering an app: one form; it is changed by deleting it and registering it anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.json_types import JSONObject
from hub.web import once
from hub.web.access import page
from hub.web.form_rows import MORE
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from outbound.models import RegisteredApp
from outbound.registered_apps.operations import register_app
from outbound.registered_apps.sent import SentApp
from outbound.ui.apps.form import FIRST, TOKENS, AppForm, BadRow
from outbound.ui.apps.words import TYPES


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def new_app(request: HubRequest) -> HttpResponse:
    """A form, then the page of the app. A reload registers nothing."""
    form = AppForm(sent(request), registrar=request.principal)
    if MORE not in request.POST and form.is_valid():
        if not once.take(request):
            messages.warning(request, _("This form was sent before. What it registered stands in the list."))
            return redirect("outbound:apps")
        app = _registered(request, form)
        if app is not None:
            messages.success(request, _("%(name)s is registered.") % {"name": app.name})
            return redirect("outbound:app", app.app_id)
    return _form(request, form)


def _registered(request: HubRequest, form: AppForm) -> RegisteredApp | None:
    """None after a refusal, which then stands in the form."""
    try:
        body: JSONObject = form.as_json()
        return register_app(author=author_of(request), registrar=request.principal, sent=SentApp.parse(body))
    except BadRow as error:
        form.show_in_rows(error.number, "configuration", error.message)
    except HubError as error:
        form.show(error)
    return None


def _form(request: HubRequest, form: AppForm) -> HttpResponse:
    wants_more = MORE in request.POST
    rows = [*form.rows, *([FIRST] if wants_more or not form.rows else [])]
    context = {
        "form": form,
        "rows": rows,
        "blank": FIRST,
        "types": TYPES.items(),
        "tokens": TOKENS,
        "mark_field": once.FIELD,
        "mark": once.mark_of(request),
    }
    return render(request, "outbound/apps/form.html", context, status=422 if form.is_bound and not wants_more else 200)
