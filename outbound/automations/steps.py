"""The steps of an automation, checked and typed: map data, publish a core event, trigger a webhook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

from hub.entities.identity import MOST_UNIQUE_KEYS
from hub.json_types import JSONObject, JSONPath, JSONValue
from integrations.findings import CONDITION_CHARACTERS, Findings

MAP_DATA: Final = "map_data"
PUBLISH_EVENT: Final = "publish_event"
TRIGGER_WEBHOOK: Final = "trigger_webhook"
KINDS: Final = (MAP_DATA, PUBLISH_EVENT, TRIGGER_WEBHOOK)
MOST_STEPS: Final = 20
EVENT_NAME_CHARACTERS: Final = 120
_OF_ALL: Final = ("id", "type", "name")


@dataclass(frozen=True, slots=True)
class EntityTarget:
    """Where mapped data go: the one entity with the same values of unique_identifiers, which is made if need be."""

    schema: str
    unique_identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapData:
    """The object that the expression yields is the next step's input and, with an entity, written into it."""

    id: UUID | None
    name: str
    expression: str
    entity: EntityTarget | None = None
    kind = MAP_DATA


@dataclass(frozen=True, slots=True)
class PublishEvent:
    """A core event. node_id "": where its graph begins. seed: yields the id of the entity there; None: that of the
    input, else the one that the run is about. fields: yields an object with the event's own fields."""

    id: UUID | None
    name: str
    event_name: str
    node_id: str = ""
    seed: str | None = None
    fields: str | None = None
    kind = PUBLISH_EVENT


@dataclass(frozen=True, slots=True)
class TriggerWebhook:
    """A delivery to a webhook, shaped and filtered as the webhook says."""

    id: UUID | None
    name: str
    webhook_id: str
    kind = TRIGGER_WEBHOOK


Step: TypeAlias = MapData | PublishEvent | TriggerWebhook


def read_steps(raw: JSONValue, at: JSONPath, findings: Findings) -> tuple[Step, ...]:
    """The steps of a document, with what is wrong noted."""
    listed = findings.objects(raw, at, least=1, most=MOST_STEPS)
    steps: list[Step] = []
    seen: set[UUID] = set()
    for one, place in listed:
        kind = findings.word(one.get("type"), place.key("type"), KINDS)
        step = _READERS[kind](one, place, findings)
        if step.id is not None and step.id in seen:
            findings.error(place.key("id"), "stands in the list twice")
        seen |= {step.id} if step.id else set()
        steps.append(step)
    return tuple(steps)


def _id(raw: JSONObject, at: JSONPath, findings: Findings) -> UUID | None:
    return None if raw.get("id") is None else findings.identifier(raw["id"], at.key("id"))


def _name(raw: JSONObject, at: JSONPath, findings: Findings) -> str:
    return "" if raw.get("name") in (None, "") else findings.name(raw["name"], at.key("name"))


def _map_data(raw: JSONObject, at: JSONPath, findings: Findings) -> MapData:
    findings.refuse_others(raw, at, (*_OF_ALL, "expression", "entity"))
    return MapData(
        id=_id(raw, at, findings),
        name=_name(raw, at, findings),
        expression=findings.expression(raw.get("expression"), at.key("expression")),
        entity=_entity(raw.get("entity"), at.key("entity"), findings),
    )


def _entity(raw: JSONValue, at: JSONPath, findings: Findings) -> EntityTarget | None:
    members = findings.optional_object(raw, at)
    if members is None:
        return None
    inside, place = findings.inside(raw), at.key("unique_identifiers")
    inside.refuse_others(members, at, ("schema", "unique_identifiers"))
    schema = inside.slug(members.get("schema"), at.key("schema"))
    listed = inside.items(members.get("unique_identifiers"), place, least=1, most=MOST_UNIQUE_KEYS)
    names = [inside.text(name, place.index(position)) for position, name in enumerate(listed)]
    return EntityTarget(schema, tuple(dict.fromkeys(names)))


def _publish_event(raw: JSONObject, at: JSONPath, findings: Findings) -> PublishEvent:
    findings.refuse_others(raw, at, (*_OF_ALL, "event_name", "seed", "fields"))
    seed_at = at.key("seed")
    seed = findings.optional_object(raw.get("seed"), seed_at) or {}
    inside = findings.inside(raw.get("seed"))
    inside.refuse_others(seed, seed_at, ("node_id", "entity_id"))
    return PublishEvent(
        id=_id(raw, at, findings),
        name=_name(raw, at, findings),
        event_name=findings.text(raw.get("event_name"), at.key("event_name"), longest=EVENT_NAME_CHARACTERS),
        node_id=inside.optional_text(seed.get("node_id"), seed_at.key("node_id")) or "",
        seed=inside.optional_expression(
            seed.get("entity_id"), seed_at.key("entity_id"), most_characters=CONDITION_CHARACTERS
        ),
        fields=findings.optional_expression(raw.get("fields"), at.key("fields")),
    )


def _trigger_webhook(raw: JSONObject, at: JSONPath, findings: Findings) -> TriggerWebhook:
    findings.refuse_others(raw, at, (*_OF_ALL, "webhook_id"))
    return TriggerWebhook(
        id=_id(raw, at, findings),
        name=_name(raw, at, findings),
        webhook_id=findings.text(raw.get("webhook_id"), at.key("webhook_id")),
    )


_READERS: Final[Mapping[str, Callable[[JSONObject, JSONPath, Findings], Step]]] = {
    MAP_DATA: _map_data,
    PUBLISH_EVENT: _publish_event,
    TRIGGER_WEBHOOK: _trigger_webhook,
}
