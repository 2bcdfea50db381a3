"""The versions of a use case, two of them side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.errors import NotFound
from hub.web.access import may, page
from hub.web.requests import HubRequest
from integrations.models import UseCase
from integrations.queries import get_use_case
from integrations.ui.version_lines import changes_of, lines_of, number_of
from integrations.versions import VersionRow, compare_versions, get_version, list_past_versions


@page(Capability.READ)
@require_safe
def use_case_history(request: HubRequest, integration_id: UUID, use_case_id: UUID) -> HttpResponse:
    """Versions, newest first, and what differs between the two that the address names: else the last two."""
    use_case = get_use_case(organization=request.organization, integration_id=integration_id, use_case_id=use_case_id)
    listed = list_past_versions(use_case, below=number_of(request.GET.get("below")))
    new = _version(request, use_case, request.GET.get("new")) or _live(request, use_case)
    old = _version(request, use_case, request.GET.get("old")) or _before(request, use_case, new)
    first = [] if request.GET.get("below") else [_live(request, use_case)]
    rows = [*first, *(past.row for past in listed.versions)]
    context = {
        "integration": use_case.integration,
        "use_case": use_case,
        "lines": lines_of(request.organization, rows, use_case.version),
        "older": listed.next_version,
        "old": old,
        "new": new,
        **changes_of(compare_versions(old, new) if old else []),
        "may_edit": may(request, Capability.WRITE),
    }
    return render(request, "integrations/history.html", context)


def _live(request: HubRequest, use_case: UseCase) -> VersionRow:
    return get_version(organization=request.organization, use_case_id=use_case.pk, version=use_case.version)


def _version(request: HubRequest, use_case: UseCase, text: str | None) -> VersionRow | None:
    number = number_of(text)
    if number is None:
        return None
    return get_version(organization=request.organization, use_case_id=use_case.pk, version=number)


def _before(request: HubRequest, use_case: UseCase, new: VersionRow) -> VersionRow | None:
    try:
        return get_version(organization=request.organization, use_case_id=use_case.pk, version=new.version - 1)
    except NotFound:
        return None
