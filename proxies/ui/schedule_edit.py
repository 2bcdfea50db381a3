"""The schedule of a managed call in a form; saving it makes a version of the use case, as its editor does."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import HubError, NotFound
from hub.json_types import JSONObject
from hub.preconditions import Stale
from hub.web.access import page
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.changes.use_case import UseCaseChanges
from integrations.models import UseCase, UseCaseType
from integrations.operations.use_cases import update_use_case
from integrations.queries import get_use_case
from integrations.ui.detail import author_of
from integrations.ui.use_cases import tell_saved
from proxies.ui.schedule_document import with_values
from proxies.ui.schedule_form import ScheduleForm


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def edit_schedule(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """The fields as the live version has them; 404 for a use case that is no managed call."""
    use_case = get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)
    if use_case.type != UseCaseType.MANAGED_CALL:
        raise NotFound("Only a managed call has a schedule.")
    form = ScheduleForm(sent(request), use_case=use_case)
    is_stale = False
    if form.is_valid():
        try:
            saved = _save(request, use_case, form)
        except Stale:
            is_stale = True
        except HubError as error:
            form.show(error)
        else:
            tell_saved(request, before=use_case, after=saved)
            return redirect("proxies:pull", integration_id, use_case_id)
    context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "form": form,
        "is_stale": is_stale,
        "seen_version": form["version"].value(),
    }
    status = Stale.status if is_stale else 422 if form.is_bound else 200
    return render(request, "proxies/schedule_form.html", context, status=status)


def _save(request: HubRequest, use_case: UseCase, form: ScheduleForm) -> UseCase:
    """Raises Stale, and Invalid as the API answers."""
    body: JSONObject = {"configuration": with_values(use_case.configuration or {}, form.cleaned_data)}
    if form.cleaned_data["change_description"]:
        body["change_description"] = form.cleaned_data["change_description"]
    return update_use_case(
        author=author_of(request),
        integration_id=use_case.integration_id,
        use_case_id=use_case.pk,
        changes=UseCaseChanges.parse_partial(body, stored_type=use_case.type),
        expected=form.expected(),
    )
