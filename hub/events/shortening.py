"""shortened: an event that is too large to travel whole keeps ids and titles of its lists of entities; pure."""

from __future__ import annotations

from typing import Final

from hub.events.catalogue import EventDefinition
from hub.json_encoding import encode
from hub.json_types import JSONObject, JSONValue

MOST_BYTES: Final = 5_000_000
"""Of one event, written as JSON."""
STUB: Final = ("_schema", "_id", "_title")
"""What is left of an entity."""


def shortened(payload: JSONObject, definition: EventDefinition) -> tuple[JSONObject, str]:
    """The payload, and "" where it travels whole; else with stubs in its lists of entities, and a sentence about it.

    An event that is too large without any list stays as it is, which the sentence says, too.
    """
    size = len(encode(payload))
    if size <= MOST_BYTES:
        return payload, ""
    cut = [node.id for node in definition.graph.nodes if node.is_many and node.id in payload]
    whole = payload | {name: _stubs(payload[name]) for name in cut}
    said = f"The event has {size} bytes, of which {MOST_BYTES} may travel"
    if not cut:
        return whole, f"{said}; it has no list of entities that could be shortened."
    return whole, f"{said}: only ids and titles are left of {', '.join(cut)}."


def _stubs(entities: JSONValue) -> JSONValue:
    return [_stub(one) for one in entities] if isinstance(entities, list) else entities


def _stub(entity: JSONValue) -> JSONValue:
    return {name: entity[name] for name in STUB if name in entity} if isinstance(entity, dict) else entity
