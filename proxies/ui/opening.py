"""/app/files/{id}/open: the link on the page of a file, which signs the file's address and goes there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.web.access import page
from hub.web.requests import HubRequest
from proxies.file_proxy.minting import NotMinted, link_to


@page(Capability.ENTITY_VIEW)
@require_safe
def open_file(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """The file; back to its page, with the reason, where there is nothing to open."""
    try:
        link = link_to(organization=request.organization, file_id=entity_id, at=clock.now())
    except NotMinted as failure:
        messages.error(request, failure.message)
        return redirect("web:entity", schema, entity_id)
    return redirect(link.url)
