"""The pages of an import: the file, what its rows would do, what became of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.grants import Capability
from hub.entities.models import EntityImport
from hub.entities.schemas import Schema
from hub.entities.schemas.book import book_of
from hub.entities.transfer.columns import known_attributes, left_out, outside
from hub.entities.transfer.read_rows import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS
from hub.entities.transfer.reading import parse_exactly
from hub.entities.transfer.results import ImportResult
from hub.entities.transfer.uploads import (
    carry_out,
    discard,
    failed_rows,
    find_import,
    is_cut_off,
    keep,
    rehearse_again,
)
from hub.errors import HubError, NotFound
from hub.strict_json import MAX_NODES
from hub.web.access import page
from hub.web.entities.forms.pages import editor_of
from hub.web.entities.transfer.choosing import MOST_CHOSEN, choices_of, chosen_key, chosen_mapping
from hub.web.entities.transfer.shown import counts_of, page_of
from hub.web.entities.transfer.upload_form import UploadForm, identifier_choices
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest

Context = dict[str, Any]  # Any: what a template shows
UNPROCESSABLE = 422
LIMITS: Context = {"bytes": LARGEST_FILE, "rows": MOST_ROWS, "columns": MOST_COLUMNS, "values": MAX_NODES}
NAMED_COLUMNS = 10
"""Columns that a warning names; the choice below shows all."""


@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def upload(request: HubRequest, schema: str) -> HttpResponse:
    """A form; then the preview of what was sent."""
    definition = _definition(request, schema)
    form = UploadForm(definition, sent(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        try:
            kept = keep(editor=editor_of(request), upload=form.upload(), parse=parse_exactly)
        except HubError as error:
            show_refusal(form, error)
        else:
            return redirect("web:entity-import", schema, kept.pk)
    context = {"schema": definition, "form": form, "limits": LIMITS}
    return render(request, "entities/transfer/upload.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def import_page(request: HubRequest, schema: str, import_id: UUID) -> HttpResponse:
    """What the rows would do, with the columns to choose; once they are written, what became of each."""
    definition = _definition(request, schema)
    kept = find_import(editor=editor_of(request), schema=schema, import_id=import_id)
    if kept is None:
        raise _not_kept()
    if request.method != "POST":
        return _shown(request, definition, kept)
    if request.POST.get("do") == "discard":
        discard(editor=editor_of(request), kept=kept)
        messages.info(request, _("The file is forgotten; nothing of it was imported."))
        return redirect("web:entity-list", schema)
    try:
        _acted(request, definition, kept)
    except HubError as error:
        messages.error(request, error.message)
    return redirect("web:entity-import", schema, kept.pk)


@page(Capability.ENTITY_EDIT)
@require_safe
def failed_file(request: HubRequest, schema: str, import_id: UUID) -> HttpResponse:
    """The rows that failed, each with its reason, as CSV."""
    editor = editor_of(request)
    kept = find_import(editor=editor, schema=schema, import_id=import_id)
    if kept is None:
        raise _not_kept()
    lines = failed_rows(editor=editor, kept=kept, parse=parse_exactly)
    headers = {"Content-Disposition": f'attachment; filename="failed-rows-{editor.at:%Y-%m-%d}.csv"'}
    # Pages are typed by answers that are sent at once; what is around them touches headers only.
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[return-value]


def _definition(request: HubRequest, schema: str) -> Schema:
    definition = book_of(request.organization).find(schema)
    if definition is None:
        raise NotFound(f"There is no schema {schema}.")
    return definition


def _not_kept() -> NotFound:
    return NotFound(
        _(
            "This import has expired or is somebody else's: previews stay for an hour, reports for a day, and both for "
            "whoever sent the file. Send it again."
        )
    )


def _acted(request: HubRequest, definition: Schema, kept: EntityImport) -> None:
    if request.POST.get("do") == "write":
        revision = request.POST.get("revision", "")
        seen = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
        carry_out(editor=editor_of(request), kept=kept, revision=seen, parse=parse_exactly)
        return
    choices = choices_of(definition, ImportResult.read(kept.result), kept.mapping)
    mapping = chosen_mapping(definition, choices, request.POST, kept.mapping)
    key = chosen_key(definition, request.POST)
    rehearse_again(editor=editor_of(request), kept=kept, mapping=mapping, unique_key=key, parse=parse_exactly)


def _shown(request: HubRequest, definition: Schema, kept: EntityImport) -> HttpResponse:
    result, is_written = ImportResult.read(kept.result), kept.written_at is not None
    context: Context = {
        "schema": definition,
        "kept": kept,
        "result": result,
        "counts": counts_of(result, is_written=is_written),
        "page": page_of(request.organization, result, request.GET, is_written=is_written),
    }
    if is_written:
        return render(request, "entities/transfer/report.html", context)
    unread, unknown = left_out(kept.mapping, result.columns), outside(definition, kept.mapping, result.columns)
    context |= {
        "is_cut_off": is_cut_off(kept, editor_of(request).at),
        "outside": unknown[:NAMED_COLUMNS],
        "more_outside": max(0, len(unknown) - NAMED_COLUMNS),
        "outside_count": len(unknown),
        "unread": unread[:NAMED_COLUMNS],
        "more_unread": max(0, len(unread) - NAMED_COLUMNS) + result.nameless,
        "unread_count": len(unread) + result.nameless,
        "choices": choices_of(definition, result, kept.mapping),
        "most_chosen": MOST_CHOSEN,
        "attributes": [(name, _label(definition, name)) for name in known_attributes(definition)],
        "identifiers": [(name, label, name in _key(kept, result)) for name, label in identifier_choices(definition)],
    }
    return render(request, "entities/transfer/preview.html", context)


def _key(kept: EntityImport, result: ImportResult) -> list[str]:
    """What was chosen, else what the columns suggested."""
    return list(kept.unique_key or result.unique_key)


def _label(definition: Schema, name: str) -> str:
    return _("Id in the hub") if name == "_id" else definition.label_of(name)
