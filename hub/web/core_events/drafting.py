"""Own events: a new one and a draft that changes, as a form or as code."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.entities.schemas.book import book_of
from hub.errors import ErrorDetail, HubError
from hub.events.catalogue.parts import VIRTUAL_CUSTOMER
from hub.events.custom_events import Frozen, create_draft, replace_draft
from hub.events.definitions import Event, get_event
from hub.json_types import JSONObject
from hub.strict_json import MalformedJSON, parse
from hub.web.access import page
from hub.web.core_events.draft_form import OF_THE_HUB, SPARE_ROWS, DraftForm, blank
from hub.web.core_events.draft_labels import label_of
from hub.web.core_events.draft_rows import CARDINALITIES, COLUMNS, TYPES, Built
from hub.web.core_events.heads import head_of
from hub.web.core_events.words import OPERATIONS
from hub.web.entities.forms.pages import editor_of
from hub.web.places import place_of
from hub.web.requests import HubRequest
from hub.web.templatetags.source_code import json_text

POSITION: Final = re.compile(r"line (\d+), column (\d+)")
FIRST: Final[JSONObject] = {
    "event_name": "",
    "event_title": "",
    "schema_fields": {},
    "entity_graph": {"nodes": [{"id": "contact", "schema": "contact", "cardinality": "one"}], "edges": []},
}
"""What a new event starts from."""

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the page: the form, or (code not None) the definition as text with what is wrong in it."""

    form: DraftForm
    code: str | None = None
    findings: tuple[ErrorDetail, ...] = ()
    line: int | None = None
    column: int | None = None
    is_refused: bool = False


@page(Capability.EVENTS_MANAGE)
@require_http_methods(["GET", "POST"])
def new_event(request: HubRequest) -> HttpResponse:
    """A draft that starts from one contact."""
    return _worked_on(request, None, FIRST)


@page(Capability.EVENTS_MANAGE)
@require_http_methods(["GET", "POST"])
def edit_event(request: HubRequest, name: str) -> HttpResponse:
    """Another definition for a draft; what was published stays as it is."""
    event = get_event(organization=request.organization, name=name)
    if event.lifecycle != "draft":
        messages.info(request, _("%(name)s is no draft: its definition stays as it is.") % {"name": name})
        return redirect("web:core-event", name)
    raw = {key: value for key, value in event.definition.as_json().items() if key not in OF_THE_HUB}
    return _worked_on(request, event, raw)


def _worked_on(request: HubRequest, event: Event | None, raw: JSONObject) -> HttpResponse:
    if request.method != "POST":
        form = DraftForm.of_definition(raw)
        as_code = request.GET.get("as") == "code"
        return _shown(request, event, Desk(form, json_text(raw) if as_code else None))
    desk = _sent(request, raw)
    act = request.POST.get("do", "save")
    if desk.is_refused or act in {"code", "form", "rows"}:
        return _shown(request, event, _turned(desk, act))
    return _saved(request, event, desk)


def _sent(request: HubRequest, raw: JSONObject) -> Desk:
    """The form or the code as it came back."""
    if "code" not in request.POST:
        return Desk(DraftForm.of_post(request.POST, DraftForm.of_definition(raw).rest))
    text = request.POST["code"].replace("\r\n", "\n")
    try:
        document = parse(text.encode("utf-8", "surrogatepass"))
    except MalformedJSON as error:
        found = POSITION.search(error.message)
        line, column = (int(found[1]), int(found[2])) if found else (None, None)
        sentence = error.message.replace("The body", _("The definition"))
        return Desk(DraftForm.of_definition(raw), text, (ErrorDetail("", sentence),), line, column, is_refused=True)
    if not isinstance(document, dict):
        told = ErrorDetail("", _("It must be a JSON object: text between { and }."))
        return Desk(DraftForm.of_definition(raw), text, (told,), is_refused=True)
    return Desk(DraftForm.of_definition(document), text)


def _turned(desk: Desk, act: str) -> Desk:
    """The same as code, or as a form."""
    if desk.is_refused:
        return desk
    if act == "code":
        return replace(desk, code=desk.code or json_text(_body(desk)))
    return replace(desk, code=None) if act == "form" else desk


def _body(desk: Desk) -> JSONObject:
    value = desk.form.build().value
    return {name: one for name, one in value.items() if one is not None} if isinstance(value, dict) else {}


def _saved(request: HubRequest, event: Event | None, desk: Desk) -> HttpResponse:
    built = desk.form.build()
    body = _written(desk, built)
    if desk.code is None and built.wrong:
        return _shown(request, event, replace(desk, form=desk.form.refused(built, ()), is_refused=True))
    try:
        saved = _stored(request, event, body)
    except Frozen as error:
        messages.error(request, error.message)
        return redirect("web:core-events")
    except HubError as error:
        return _shown(request, event, _refused(desk, built, error))
    messages.success(request, _("The draft %(name)s is saved.") % {"name": saved.name})
    return redirect("web:core-event", saved.name)


def _written(desk: Desk, built: Built) -> JSONObject:
    if desk.code is None:
        return built.value if isinstance(built.value, dict) else {}
    document = parse(desk.code.encode("utf-8", "surrogatepass"))
    return document if isinstance(document, dict) else {}


def _stored(request: HubRequest, event: Event | None, body: JSONObject) -> Event:
    if event is None:
        return create_draft(editor=editor_of(request), raw=body)
    seen = request.POST.get("revision", "")
    expected = frozenset({int(seen)}) if seen.isascii() and seen.isdigit() else None
    return replace_draft(editor=editor_of(request), name=event.name, raw=body, expected=expected)


def _refused(desk: Desk, built: Built, error: HubError) -> Desk:
    findings = tuple(error.details) or (ErrorDetail(_field_of(error), error.message),)
    if desk.code is None:
        return replace(desk, form=desk.form.refused(built, findings), is_refused=True)
    line, column = place_of(desk.code, findings[0].path)
    return replace(desk, findings=findings, line=line, column=column, is_refused=True)


def _field_of(error: HubError) -> str:
    return "event_name" if error.code == "EVENT_NAME_TAKEN" else ""


def _shown(request: HubRequest, event: Event | None, desk: Desk) -> HttpResponse:
    head = head_of(request, event) if event else {}
    schemas = [*book_of(request.organization).schemas, VIRTUAL_CUSTOMER]
    context: Context = head | {
        "event": event,
        "desk": desk,
        "form": desk.form,
        "wrong": [(key, label_of(key), message) for key, message in desk.form.wrong.items()],
        "sections": {name: _with_spare(desk.form, name) for name in COLUMNS},
        "operations": OPERATIONS.items(),
        "schemas": sorted(schemas),
        "types": TYPES.items(),
        "cardinalities": CARDINALITIES.items(),
    }
    return render(request, "core_events/draft.html", context, status=422 if desk.is_refused else 200)


def _with_spare(form: DraftForm, section: str) -> list[Context]:
    """The rows with a few blank ones below, each cell with its name and what is wrong with it."""
    rows = [*form.rows[section], *[blank(section)] * SPARE_ROWS[section]]
    return [
        {
            "number": number + 1,
            **{
                column: {
                    "key": f"{section}-{number}-{column}",
                    "value": text,
                    "error": form.wrong.get(f"{section}-{number}-{column}", ""),
                }
                for column, text in row.items()
            },
        }
        for number, row in enumerate(rows)
    ]
