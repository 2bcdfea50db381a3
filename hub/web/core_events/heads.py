"""head_of: what every page of a core event shows above: its state, and what may be done to it."""

from __future__ import annotations

from typing import Any

from hub.accounts.grants import Capability
from hub.events.definitions import Event
from hub.web.access import may
from hub.web.core_events.words import STATES, look_of, state_of, tags_of
from hub.web.requests import HubRequest

Context = dict[str, Any]  # Any: what a template shows


def head_of(request: HubRequest, event: Event) -> Context:
    """The event and its state in words, with what this person may do."""
    state = state_of(event)
    manages = may(request, Capability.EVENTS_MANAGE)
    sees_entities = may(request, Capability.ENTITY_VIEW)
    return {
        "event": event,
        "definition": event.definition,
        "state": look_of(state),
        "state_words": STATES[state],
        "tags": tags_of(event),
        "may_manage": manages,
        "may_preview": sees_entities and event.lifecycle != "deprecated",
        "may_fire": manages and sees_entities and event.is_published and event.definition.api_trigger,
        "may_sample": manages and sees_entities and event.lifecycle == "active",
        "may_switch": manages and event.lifecycle == "active",
    }
