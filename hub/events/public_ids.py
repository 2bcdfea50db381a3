"""find_event_id: the event that somebody names, by its ULID or by the UUID of the same bits."""

from __future__ import annotations

from uuid import UUID

from hub.events.publishing import EVENT_PREFIX
from hub.ids import find_id

UUID_CHARACTERS = 36


def find_event_id(text: str) -> UUID | None:
    """The id behind its public form, which is a ULID, or behind a UUID of 36 characters, as messages of the poll queue
    once named their event; None for any other text."""
    found = find_id(EVENT_PREFIX, text)
    if found is not None or len(text) != UUID_CHARACTERS:
        return found
    try:
        return UUID(text)
    except ValueError:
        return None
