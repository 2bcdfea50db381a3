"""held_events: which events of a call are taken out whole because one of them has to be tried again; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from hub.entities.operations import ResultCode
from hub.entities.store.fold import Held
from hub.entities.store.prepared import Prepared

Key = tuple[str, str, str]
LOOKED_UP: Final = "?"
"""Before a schema's slug: what is looked up there, which is no wish to write it."""


def held_events(prepared: Prepared, causes: Held) -> dict[UUID, tuple[str, str]]:
    """causes, and every later event that carries an identifier of one that is held (engine rule 1.10)."""
    held: dict[UUID, tuple[str, str]] = {}
    held_keys: set[Key] = set()
    for event_id, keys in _keys_of_events(prepared).items():
        if event_id in causes:
            held[event_id] = causes[event_id]
        elif not keys.isdisjoint(held_keys):
            held[event_id] = ResultCode.BEHIND_WAITING, "An earlier event with the same identifier is waiting."
        else:
            continue
        held_keys |= keys
    return {**causes, **held}


def _keys_of_events(prepared: Prepared) -> Mapping[UUID, set[Key]]:
    """Events in order, each with the keys of all that it writes, and of all that it looks up."""
    events: dict[UUID, set[Key]] = {}
    ends: dict[UUID, int] = {}
    for place in range(prepared.count):
        operation = prepared.operations[place]
        if operation.event_id is not None:
            events.setdefault(operation.event_id, set()).update(_keys(prepared, place, operation.schema))
            ends[operation.event_id] = place + 1
    for one in prepared.look_ups:
        event_id = one.look_up.event_id
        if event_id is not None:
            # Who waits for a meter must not keep back the event that brings it, only others that ask for it.
            asked = f"{LOOKED_UP}{one.look_up.schema}"
            events.setdefault(event_id, set()).update(_keys(prepared, one.place, asked))
            ends.setdefault(event_id, one.look_up.after)
    return {event_id: events[event_id] for event_id in sorted(events, key=ends.__getitem__)}


def _keys(prepared: Prepared, place: int, schema: str) -> set[Key]:
    keys = {(schema, name, key) for name, key in prepared.keys[place].items()}
    entity_id = prepared.ids[place]
    return keys if entity_id is None else keys | {(schema, "_id", str(entity_id))}
