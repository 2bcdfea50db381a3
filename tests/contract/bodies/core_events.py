"""What is sent to the operations of core events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.bodies.plain import Body, no_body
from tests.contract.things import Things
from tests.hub.events.builders import definition_of


def _firing(things: Things) -> dict[str, Any]:
    return {"seed": {"entity_id": things.entity_id, "node_id": "contact"}}


BODIES: Mapping[str, Body] = {
    "listConfiguredEvents": no_body,
    "listEvents": no_body,
    "createEvent": lambda things: definition_of("ContactFound"),
    "getEvent": no_body,
    "changeEvent": lambda things: {"keeps_history": True},
    "replaceEventDraft": lambda things: definition_of(things.draft),
    "deprecateEvent": no_body,
    "publishEvent": lambda things: {"enabled": False},
    "previewEvent": _firing,
    "triggerEvent": _firing,
    "getEventJSONSchema": no_body,
    "getEventExample": no_body,
    "listEventVersions": no_body,
    "listEventHistory": lambda things: {"limit": 1},
    "listEventHistoryV2": lambda things: {"fields": ["contact"]},
    "getEventOfHistory": no_body,
}
