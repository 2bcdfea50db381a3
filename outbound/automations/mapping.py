"""take: data are mapped, into an entity or only for the next step."""

from __future__ import annotations

from functools import partial

from hub.accounts.audit import Actor
from hub.entities.applying import MatchInBin
from hub.entities.editing import upsert_entity
from hub.entities.editor import Editor
from hub.entities.identity import check_unique_key
from hub.json_types import JSONObject, JSONValue
from outbound.automations.steps import EntityTarget, MapData
from outbound.automations.taking import Context, Done, StepFailed, Taken, evaluated_object

ACTOR = "automation"
"""Who has written, in histories: an automation, with its id."""


def take(step: MapData, context: Context) -> Taken:
    """Evaluate the expression. Raises StepFailed, or Invalid for identifiers that nothing declares.

    What is written goes the way of what clients write: values of attributes whose edit mode is not direct are parked.
    """
    mapped = evaluated_object(step.expression, context, "expression")
    target = step.entity
    if target is None:
        return Taken({"mapped": mapped}, lambda: Done({}, mapped))
    check_unique_key(context.organization, target.schema, target.unique_identifiers)
    intent: JSONObject = {"schema": target.schema, "identifiers": _identifiers(target, mapped), "attributes": mapped}
    return Taken(intent, partial(_write, target, mapped, context))


def _identifiers(target: EntityTarget, mapped: JSONObject) -> JSONValue:
    return {name: mapped.get(name) for name in target.unique_identifiers}


def _write(target: EntityTarget, mapped: JSONObject, context: Context) -> Done:
    editor = Editor(
        organization=context.organization,
        actor=Actor(ACTOR, str(context.automation_id)),
        at=context.at,
        correlation_id=context.correlation_id,
        chain=context.chain,
    )
    try:
        written = upsert_entity(
            editor=editor, schema=target.schema, unique_key=target.unique_identifiers, attributes=mapped
        )
    except MatchInBin as error:
        raise StepFailed(error.message, code="ENTITY_IN_RECYCLE_BIN") from error
    entity = written.entity
    result: JSONObject = {
        "schema": entity.schema,
        "entity_id": str(entity.pk),
        "outcome": "created" if written.is_new else "written",
        "version": entity.version,
    }
    return Done(result, {**mapped, "_id": str(entity.pk), "_schema": entity.schema})
