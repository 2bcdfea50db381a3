"""take: a core event is published, with the automation as what triggered it."""

from __future__ import annotations

from uuid import UUID

from hub.events.catalogue import EventDefinition, Node
from hub.events.catalogue.envelope import BY_AUTOMATION
from hub.events.definitions import get_event
from hub.events.publishing import EVENT_PREFIX, NewEvent, publish
from hub.events.triggering import Firing, Seed, ready
from hub.ids import to_text
from hub.json_types import JSONObject
from outbound.automations.steps import PublishEvent
from outbound.automations.taking import Context, Done, StepFailed, Taken, evaluated, evaluated_object


def take(step: PublishEvent, context: Context) -> Taken:
    """Work the event out. Raises EventNotFound, EventDisabled, Invalid, ProjectionFailed, StepFailed.

    Its trigger source is the execution and the step, so that whoever gets it can tell a repetition.
    """
    definition = get_event(organization=context.organization, name=step.event_name).definition
    fields = evaluated_object(step.fields, context, "fields") if step.fields else {}
    firing = Firing(
        name=step.event_name,
        seed=_seed(step, definition, context),
        fields=fields,
        source_type=BY_AUTOMATION,
        source=f"{context.execution_id}/{step.id}",
        chain=context.chain,
        correlation_id=context.correlation_id,
    )
    new = ready(organization=context.organization, firing=firing, at=context.at)
    payload: JSONObject = dict(new.fields)  # type: ignore[arg-type]  # documents are JSON by now
    return Taken({"event_name": step.event_name, "payload": payload}, lambda: _publish(new, context))


def _publish(new: NewEvent, context: Context) -> Done:
    [published] = publish(context.organization.pk, [new])
    return Done({"event_name": published.name, "event_id": to_text(EVENT_PREFIX, published.id)})


def _seed(step: PublishEvent, definition: EventDefinition, context: Context) -> Seed | None:
    node = _node(step, definition)
    if node is None:
        return None
    entity_id = _entity_id(step, node, context)
    if entity_id is None:
        raise StepFailed(
            f"seed: {step.event_name} begins with a {node.schema}, and nothing here says which one: give the step an "
            "expression that yields the id of an entity.",
            code="VALIDATION_ERROR",
        )
    return Seed(entity_id, node.id)


def _node(step: PublishEvent, definition: EventDefinition) -> Node | None:
    graph = definition.graph
    if step.node_id:
        node = graph.find(step.node_id)
        if node is None:
            known = ", ".join(one.id for one in graph.nodes) or "none"
            raise StepFailed(
                f"seed.node_id: {step.node_id} is no node of the event; it has {known}.", code="VALIDATION_ERROR"
            )
        return node
    own = graph.find(definition.seed_node) if definition.seed_node else None
    return own or next(iter((*graph.roots, *graph.nodes)), None)


def _entity_id(step: PublishEvent, node: Node, context: Context) -> UUID | None:
    """What the expression yields; else the entity that was mapped before, if it fits; else what the run is about."""
    if step.seed:
        return _uuid(evaluated(step.seed, context, "seed"))
    if context.input.get("_schema") in node.schemas:
        return _uuid(context.input.get("_id"))
    return context.entity_id


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        raise StepFailed(f"seed: {str(value)[:80]} is no id of an entity.", code="VALIDATION_ERROR") from None
