"""Where the calls of an integration go, in a form; saving it changes the integration as the API does."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.preconditions import Stale
from hub.web.access import page
from hub.web.form_rows import MORE, PARAMETERS
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.changes.integration import IntegrationChanges
from integrations.models import Integration
from integrations.operations.integrations import update_integration
from integrations.queries import get_integration
from integrations.ui.connection.form import ConnectionForm
from integrations.ui.detail import author_of
from integrations.ui.references import offered_variables


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def edit_connection(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """The fields as they are stored. A button that adds a row saves nothing."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    form = ConnectionForm(sent(request), integration=integration)
    wants_more, is_stale = MORE in request.POST, False
    if not wants_more and form.is_valid():
        try:
            _save(request, integration, form)
        except Stale:
            is_stale = True
        except HubError as error:
            form.show(error)
        else:
            messages.success(request, _("The connection of %(name)s is saved.") % {"name": integration.name})
            return redirect("integrations:connection", integration.pk)
    variables = offered_variables(request)
    context = {
        "integration": integration,
        "form": form,
        "rows": [*form.shown_rows(), *([PARAMETERS.blank] if wants_more else [])],
        "blank": PARAMETERS.blank,
        "is_stale": is_stale,
        "variables": [one.key for one in variables],
        "secrets": [one.key for one in variables if one.is_secret],
    }
    status = Stale.status if is_stale else 422 if form.is_bound and not wants_more else 200
    return render(request, "integrations/connection_form.html", context, status=status)


def _save(request: HubRequest, integration: Integration, form: ConnectionForm) -> None:
    """Raises Stale, Forbidden for a protected integration, and Invalid as the API answers."""
    changes = IntegrationChanges.parse(form.as_json(), needs_name=False)
    expected = form.expected() or frozenset({integration.version})
    update_integration(author=author_of(request), integration_id=integration.pk, changes=changes, expected=expected)
