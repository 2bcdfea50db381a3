"""The export of a list: what its address finds, as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from hub.accounts.grants import Capability, allows, missing
from hub.entities.query.search import may_search
from hub.entities.transfer.export import ExportRequest, Format, export
from hub.errors import Invalid
from hub.json_encoding import encode
from hub.web.access import page
from hub.web.entities.asked import Asked, asked_of
from hub.web.entities.finding import node_of
from hub.web.entities.forms.pages import editor_of
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN: Final = "shown"
"""What the form sends for the chosen columns alone."""
BESIDE_COLUMNS: Final = ("_id", "_title")
"""Says which entity a line is about, where the columns alone may not."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the files that the menu offers."""

    label: _StrPromise
    format: Format
    delimiter: str = ","
    has_byte_order_mark: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    "csv": Kind(_("CSV"), Format.CSV),
    "excel": Kind(_("CSV for Excel, with semicolons"), Format.CSV, ";", has_byte_order_mark=True),
    "json": Kind(_("JSON"), Format.JSON),
}


@page(Capability.ENTITY_VIEW)
@require_POST
def export_list(request: HubRequest, schema: str) -> HttpResponse:
    """The file, sent while it is read; back to the list where its query cannot be carried out."""
    asked = asked_of(request.GET)
    try:
        file = export(editor=editor_of(request), request=_wanted(request, schema, asked), encode=encode)
    except Invalid as error:
        messages.error(request, error.message)
        return redirect(reverse("web:entity-list", args=[schema]) + asked.address())
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    # Pages are typed by answers that are sent at once; what is around them touches headers only.
    return StreamingHttpResponse(file.chunks, content_type=file.content_type, headers=headers)  # type: ignore[return-value]


def _wanted(request: HubRequest, schema: str, asked: Asked) -> ExportRequest:
    terms = [one.term for one in asked.filters]
    node = node_of(organization=request.organization, text=asked.text, schema=schema, terms=terms)
    if not may_search(node, lambda one: allows(request.principal, Capability.ENTITY_VIEW, None, one)):
        raise missing(Capability.ENTITY_VIEW)
    kind = KINDS.get(request.POST.get("format", ""), KINDS["csv"])
    columns = _columns(asked) if request.POST.get("columns") == SHOWN else None
    return ExportRequest(
        node, kind.format, columns, delimiter=kind.delimiter, has_byte_order_mark=kind.has_byte_order_mark
    )


def _columns(asked: Asked) -> Sequence[str] | None:
    return tuple(dict.fromkeys((*BESIDE_COLUMNS, *asked.columns))) if asked.columns else None
