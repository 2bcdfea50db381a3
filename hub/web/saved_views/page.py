"""The forms of saved views: each goes back to the list it stood on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hub import clock
from hub.accounts.grants import Capability
from hub.errors import Conflict, Invalid
from hub.web.access import no_permission, page
from hub.web.requests import HubRequest
from hub.web.saved_views.operations import delete, keep, rename
from hub.web.saved_views.shown import list_url, url_of, viewer_of


@page(Capability.MONITOR)
@require_POST
def keep_view(request: HubRequest) -> HttpResponse:
    """Saves the list as it is; the fields list, query, name and shared."""
    viewer, list_name = viewer_of(request), request.POST.get("list", "")
    url, is_shared = list_url(list_name), "shared" in request.POST
    if is_shared and not viewer.may_share:
        return no_permission(request, Capability.SEND)
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    try:
        view = keep(viewer=viewer, list_name=list_name, name=name, query=query, is_shared=is_shared, at=clock.now())
    except Invalid as error:
        messages.error(request, error.message)
        return redirect(f"{url}?{query.lstrip('?')}")
    messages.success(request, _("The view %(name)s is saved.") % {"name": view.name})
    return redirect(url_of(url, view))


@page(Capability.MONITOR)
@require_POST
def rename_view(request: HubRequest, view_id: UUID) -> HttpResponse:
    """Gives it the name of the field name."""
    try:
        view = rename(viewer=viewer_of(request), view_id=view_id, name=request.POST.get("name", ""), at=clock.now())
    except (Conflict, Invalid) as error:
        messages.error(request, error.message)
        return redirect(list_url(request.POST.get("list", "")))
    messages.success(request, _("The view is called %(name)s now.") % {"name": view.name})
    return redirect(url_of(list_url(view.list_name), view))


@page(Capability.MONITOR)
@require_POST
def delete_view(request: HubRequest, view_id: UUID) -> HttpResponse:
    """Forgets it and shows the list unnarrowed."""
    view = delete(viewer=viewer_of(request), view_id=view_id, at=clock.now())
    messages.success(request, _("The view %(name)s is deleted.") % {"name": view.name})
    return redirect(list_url(view.list_name))
