"""The pages of the forms: a new entity, a changed one; writes go through hub.entities.editing as those of the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.entities.changesets import changesets_in
from hub.entities.editing import change_entity, create_entity
from hub.entities.editor import Editor, Stale
from hub.entities.models import Entity
from hub.entities.past.states import state_of_version
from hub.entities.read import find_entities, get_entity, title
from hub.entities.schemas import Schema, misfits, missing
from hub.entities.schemas.book import book_of
from hub.errors import HubError, NotFound
from hub.json_types import JSONObject
from hub.web.access import may_view, page
from hub.web.entities.forms.comparing import collision_of, rebased
from hub.web.entities.forms.form import EntityForm
from hub.web.entities.forms.picking import candidates_of
from hub.web.entities.moments import version_from
from hub.web.entities.related import relatives_of
from hub.web.entities.taken import existing_of
from hub.web.requests import HubRequest

Context = dict[str, Any]  # Any: what a template shows
UNPROCESSABLE = 422


@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def new_entity(request: HubRequest, schema: str) -> HttpResponse:
    """A form; then the entity, or the one that has its identifier already."""
    definition = book_of(request.organization).find(schema)
    if definition is None:
        raise NotFound(f"There is no schema {schema}.")
    if request.method != "POST":
        return _shown(request, definition, EntityForm.of(definition, {}))
    form = EntityForm.read(definition, {}, request.POST)
    if is_preparing(form, request.POST):
        return _shown(request, definition, form)
    values = _values(request, form)
    form.require(definition.required, values)
    if form.errors:
        return _shown(request, definition, form, status=UNPROCESSABLE)
    try:
        written = create_entity(editor=editor_of(request), schema=schema, attributes=values)
    except HubError as error:
        context: Context = {"refusal": error, **existing_of(request, error)}
        return _shown(request, definition, form, context, status=error.status)
    return _saved(request, definition, written.entity, _("%(title)s is created."))


@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def edit_entity(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """A form of what is stored; saving writes what was changed, unless somebody else was faster."""
    entity = get_entity(organization=request.organization, schema=schema, entity_id=entity_id)
    definition = book_of(request.organization).schema_of(schema)
    if entity.deleted_at is not None:
        messages.error(request, _("It is in the recycle bin, where nothing changes it. Restore it first."))
        return redirect("web:entity", schema, entity.pk)
    context: Context = {"entity": entity, "version": entity.version}
    if request.method != "POST":
        return _shown(request, definition, EntityForm.of(definition, entity.attributes), context)
    seen = version_from(request.POST.get("version", "")) or entity.version
    form = EntityForm.read(definition, _seen_attributes(entity, seen), request.POST)
    if is_preparing(form, request.POST):
        return _shown(request, definition, form, context | {"version": seen})
    values = _values(request, form)
    form.require(values, values)
    if form.errors:
        return _shown(request, definition, form, context | {"version": seen}, status=UNPROCESSABLE)
    if not values:
        messages.info(request, _("Nothing was changed."))
        return redirect("web:entity", schema, entity.pk)
    return _changed(request, definition, form, values, seen, entity)


def _changed(
    request: HubRequest, definition: Schema, form: EntityForm, values: JSONObject, seen: int, entity: Entity
) -> HttpResponse:
    try:
        written = change_entity(
            editor=editor_of(request),
            schema=entity.schema,
            entity_id=entity.pk,
            attributes=values,
            expected=seen,
            is_whole=False,
        )
    except Stale:
        return _collided(request, definition, form, values, seen, entity)
    except HubError as error:
        context: Context = {"entity": entity, "version": seen, "refusal": error, **existing_of(request, error)}
        return _shown(request, definition, form, context, status=error.status)
    if parked := [name for name in values if name in changesets_in(written.entity.attributes)]:
        messages.info(request, _("Waiting for confirmation or approval: %(names)s.") % {"names": ", ".join(parked)})
    return _saved(request, definition, written.entity, _("%(title)s is saved."))


def _collided(
    request: HubRequest, definition: Schema, form: EntityForm, values: JSONObject, seen: int, entity: Entity
) -> HttpResponse:
    """412: what both did, and the form again, which now counts on what is stored."""
    now = get_entity(organization=request.organization, schema=entity.schema, entity_id=entity.pk)
    present: JSONObject = now.attributes
    collision = collision_of(form, values, present, (seen, now.version))
    context: Context = {"entity": now, "version": now.version, "collision": collision}
    return _shown(request, definition, rebased(definition, form, present), context, status=Stale.status)


def is_preparing(form: EntityForm, sent: QueryDict) -> bool:
    """Whether the form goes back for one more row, or for what a picker found, before anything is saved."""
    act, _colon, name = sent.get("do", "").partition(":")
    if act == "add":
        form.extra_rows_of = name
    return act in {"add", "find"} or bool(form.searched_in_vain(sent))


def editor_of(request: HubRequest) -> Editor:
    """The person, now."""
    return Editor(request.organization, actor_of(request.principal, request), clock.now())


def _seen_attributes(entity: Entity, version: int) -> JSONObject:
    """What the person saw; what is stored now where the history does not tell."""
    present: JSONObject = entity.attributes
    if version == entity.version:
        return present
    try:
        state = state_of_version(entity, version)
    except NotFound:
        return present
    return state.attributes | {name: present[name] for name in state.not_kept if name in present}


def _values(request: HubRequest, form: EntityForm) -> JSONObject:
    values = form.changes()
    ids = form.unknown_ids(values)
    found = find_entities(organization=request.organization, ids=[UUID(one) for one in ids])
    return form.completed(values, {str(one.pk): one.schema for one in found if may_view(request, one.schema)})


def _saved(request: HubRequest, definition: Schema, entity: Entity, said: str) -> HttpResponse:
    messages.success(request, said % {"title": title(entity, request.organization)})
    wrong = len(misfits(definition, entity.attributes)) + len(missing(definition, entity.attributes))
    if wrong:
        text = ngettext(
            "%(count)d attribute does not fit the schema; the page says what it must be.",
            "%(count)d attributes do not fit the schema; the page says what they must be.",
            wrong,
        )
        messages.warning(request, text % {"count": wrong})
    return redirect("web:entity", entity.schema, entity.pk)


def _shown(
    request: HubRequest, definition: Schema, form: EntityForm, context: Context | None = None, *, status: int = 200
) -> HttpResponse:
    candidates = candidates_of(request, form)
    relatives = relatives_of(request.organization, form.linked_ids(), lambda schema: may_view(request, schema))
    entity: Entity | None = (context or {}).get("entity")
    place = ("web:entity", [entity.schema, entity.pk]) if entity else ("web:entity-list", [definition.slug])
    shown: Context = {
        "schema": definition,
        "title": title(entity, request.organization) if entity else "",
        "sections": form.sections(relatives, candidates),
        "errors": form.errors,
        "back": reverse(place[0], args=place[1]),
        **(context or {}),
    }
    return render(request, "entities/form.html", shown, status=status)
