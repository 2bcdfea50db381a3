"""Undoing one change of an entity: the consequence is shown first; what stands in the way, with advice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.grants import Capability
from hub.entities.models import Entity, EntityChange
from hub.entities.operations import EntityOperation, Mode, Source
from hub.entities.past.reverting import LaterChanges, ValueNotKept, get_change, removes, revert, undo
from hub.entities.past.states import state_of_version
from hub.entities.read import get_entity, title
from hub.entities.schemas.book import book_of
from hub.errors import Conflict, NotFound
from hub.web.access import may, no_permission, page
from hub.web.entities.changes import attribute_differences_of
from hub.web.entities.history import entries_of
from hub.web.entities.naming import Named, Naming
from hub.web.entities.taken import existing_of
from hub.web.requests import HubRequest

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.ENTITY_VIEW, writes=Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def undo_change(request: HubRequest, schema: str, entity_id: UUID, change_id: UUID) -> HttpResponse:
    """Asks with the consequence in view, then writes the change that undoes this one."""
    entity = get_entity(organization=request.organization, schema=schema, entity_id=entity_id)
    change = get_change(entity=entity, change_id=change_id)
    needed = Capability.ENTITY_DELETE if removes(change) else Capability.ENTITY_EDIT
    if not may(request, needed):
        return no_permission(request, needed)
    try:
        if request.method == "POST":
            return _undone(request, entity, change)
        return _question(request, entity, change, revert(entity=entity, change=change))
    except Conflict as error:
        return _conflict(request, entity, change, error)


def _undone(request: HubRequest, entity: Entity, change: EntityChange) -> HttpResponse:
    source = Source(request.principal.actor_type, request.principal.actor_id)
    made = undo(entity=entity, change=change, source=source, at=clock.now())
    said = _("Version %(old)s is undone; the entity is now at version %(new)s.")
    messages.success(request, said % {"old": change.version, "new": made.version})
    return redirect(f"{reverse('web:entity', args=[entity.schema, entity.pk])}?tab=history")


def _question(
    request: HubRequest, entity: Entity, change: EntityChange, operations: Sequence[EntityOperation]
) -> HttpResponse:
    modes = {operation.mode for operation in operations}
    context = _context(request, entity, change) | {
        "differences": [] if removes(change) else _undone_by(request, entity, change),
        "is_deletion": Mode.DELETE in modes,
        "is_restoration": change.operation == EntityChange.Operation.DELETED,
    }
    return render(request, "entities/undo.html", context)


def _conflict(request: HubRequest, entity: Entity, change: EntityChange, error: Conflict) -> HttpResponse:
    """409: what stands in the way, and the two ways on."""
    context = _context(request, entity, change) | {
        "error": error,
        **existing_of(request, error),
        "later": entries_of(Naming.of(request), error.later) if isinstance(error, LaterChanges) else [],
        "lost": [detail.path for detail in error.details] if isinstance(error, ValueNotKept) else [],
        "wanted": _undone_by(request, entity, change),
    }
    return render(request, "entities/undo_conflict.html", context, status=error.status)


def _undone_by(request: HubRequest, entity: Entity, change: EntityChange) -> list[Named]:
    """What undoing writes, beside what is there."""
    try:
        after = state_of_version(entity, change.version).attributes
    except NotFound:  # removed by the retention rule
        after = {}
    return Naming.of(request).named([one.reversed for one in attribute_differences_of(change, after)])


def _context(request: HubRequest, entity: Entity, change: EntityChange) -> Context:
    [entry] = entries_of(Naming.of(request), [change])
    return {
        "entity": entity,
        "schema": book_of(request.organization).schema_of(entity.schema),
        "title": title(entity, request.organization),
        "entry": entry,
        "change": change,
    }
