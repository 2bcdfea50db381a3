"""/app/files/{id}/open: the link on the page of a file, which signs a link to what it stands for and goes there."""

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

LONGEST_NUMBER = 10


@page(Capability.ENTITY_VIEW)
@require_safe
def open_file(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """The file, or (version) one of its stored versions; back to its page, with the reason, where there is none.

    show=yes: what can be shown without harm is shown rather than saved.
    """
    try:
        link = link_to(
            organization=request.organization,
            file_id=entity_id,
            at=clock.now(),
            is_inline=request.GET.get("show") == "yes",
            version_index=_version_in(request.GET.get("version", "")),
        )
    except NotMinted as failure:
        messages.error(request, failure.message)
        return redirect("web:entity", schema, entity_id)
    return redirect(link.url)


def _version_in(text: str) -> int | None:
    """None for the latest, also where the text is no number that a version may have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else None
