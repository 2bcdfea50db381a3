"""on_core_events, on_entities_changed: runs are planned in the transaction of what starts them; set-based."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from hub import background, clock
from hub.entities.operations import Changes, EntityChanged
from hub.events.deriving import fires, operation_of
from hub.events.publishing import Published
from hub.events.triggering import MOST_FLOWS
from hub.ids import new_ids, to_text
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from hub.quiet import is_quiet
from outbound.automations.listeners import Listener, listeners_of
from outbound.automations.queries import RUN_PREFIX
from outbound.models import AutomationRun, RunState

RUN: Final = "outbound.automations.running.work"
"""The worker stage that takes runs on."""
MOST_ROUNDS: Final = 10
"""How often one automation may follow from itself: enough for changes that settle, too few for a circle to do harm."""
LOOP: Final = "AUTOMATION_LOOP"
_ADDED, _UPDATED, _DELETED = "added", "updated", "deleted"


def on_core_events(published: Sequence[Published], config_version: int) -> None:
    """A subscriber of CORE_EVENT_SUBSCRIBERS: plan a run for each automation that waits for an event; one statement.

    Test events start nothing: what an automation writes is no test.
    """
    listeners = listeners_of(published[0].organization_id, config_version).by_event
    at = clock.now()
    runs = [
        _of_event(event, listener, at)
        for event in published
        if not event.is_test
        for listener in listeners.get(event.name, ())
        if listener.trigger.includes_erp or event.use_case_id is None
    ]
    _plan(runs)


def on_entities_changed(changes: Changes) -> None:
    """A listener of ENTITY_CHANGE_LISTENERS: the same for changes of entities; nothing but a look at what is
    remembered where nobody waits for entities of these schemas."""
    by_schema = listeners_of(changes.organization_id, changes.config_version).by_schema
    if changes.schemas.isdisjoint(by_schema):
        return
    at = clock.now()
    runs = [
        _of_change(change, listener, at)
        for change in changes.tell()
        for listener in by_schema.get(change.schema, ())
        if _starts(listener, change)
    ]
    _plan(runs)


def _starts(listener: Listener, change: EntityChanged) -> bool:
    is_heard = listener.trigger.includes_erp or change.source.use_case_id is None
    return is_heard and not is_quiet(change.source.chain) and fires(listener.changes, change)


def _plan(runs: Sequence[AutomationRun]) -> None:
    """Store the runs; those that would go round in circles have ended already, for everybody to see."""
    if not runs:
        return
    for run, run_id in zip(runs, new_ids(len(runs)), strict=True):
        run.id = run_id
        run.correlation_id = run.correlation_id or to_text(RUN_PREFIX, run_id)
        _end_circle(run)
    AutomationRun.objects.bulk_create(runs)
    background.after_commit(RUN)


def _end_circle(run: AutomationRun) -> None:
    rounds = run.chain.count(str(run.automation_id))
    if rounds < MOST_ROUNDS and len(run.chain) < MOST_FLOWS:
        return
    run.state, run.finished_at, run.next_attempt_at = RunState.FAILED, run.created_at, None
    run.code = LOOP
    run.message = (
        f"The automation has followed from itself {rounds} times; it does not go on."
        if rounds >= MOST_ROUNDS
        else f"{MOST_FLOWS} automations have followed from each other; this one does not go on."
    )


def _of_event(event: Published, listener: Listener, at: datetime) -> AutomationRun:
    run = _run(event.organization_id, listener, event.entity_id, at)
    run.core_event_id, run.event_name = event.id, event.name
    run.correlation_id, run.chain = event.correlation_id, list(event.chain)
    return run


def _of_change(change: EntityChanged, listener: Listener, at: datetime) -> AutomationRun:
    run = _run(change.organization_id, listener, change.entity_id, at)
    run.event_name, run.document = operation_of(change), document_of_change(change)
    run.correlation_id, run.chain = change.correlation_id, list(change.source.chain)
    return run


def _run(organization_id: int, listener: Listener, entity_id: UUID | None, at: datetime) -> AutomationRun:
    return AutomationRun(
        organization_id=organization_id,
        automation_id=listener.automation_id,
        automation_version=listener.version,
        entity_id=entity_id,
        created_at=at,
        next_attempt_at=at,
    )


def document_of_change(change: EntityChanged) -> JSONObject:
    """What expressions see of a change: the operation, the entity after and before it, and what became different."""
    operation = operation_of(change)
    before = change.before
    is_deleted = operation == "deleteEntity"
    return {
        "operation": operation,
        "entity": _entity(change, (before or {}) if is_deleted else change.after),
        "previous": None if before is None else _entity(change, before),
        "changed_attributes": _changed(before or {}, {} if is_deleted else change.after),
        "activity_id": str(change.change_id),
        "_org_id": str(change.organization_id),
        "_event_time": timestamp(change.at),
        "_trigger_source_type": change.source.actor_type,
        "_trigger_source": change.source.actor_id,
    }


def _entity(change: EntityChanged, attributes: JSONObject) -> JSONObject:
    return {**attributes, "_id": str(change.entity_id), "_schema": change.schema, "_version": change.version}


def _changed(before: JSONObject, after: JSONObject) -> JSONObject:
    """As outbound.md 6.4 names them; what is internal to the entity is left out."""
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    return {
        _ADDED: {name: after[name] for name in names if name not in before},
        _UPDATED: {name: after[name] for name in names if name in before and name in after},
        _DELETED: {name: before[name] for name in names if name not in after},
    }
