"""held_events: which events of a call are taken out whole because one of them has to be tried again; pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from uuid import UUID

from hub.entities.operations import ResultCode
from hub.entities.store.fold import Held
from hub.entities.store.prepare import Prepared

Key = tuple[str, str, str]


def held_events(prepared: Prepared, causes: Held) -> dict[UUID, tuple[ResultCode, str]]:
    """causes, and every later event that carries an identifier of one that is held (engine rule 1.10)."""
    held: dict[UUID, tuple[ResultCode, str]] = {}
    held_keys: set[Key] = set()
    for event_id, keys in _keys_of_events(prepared).items():
        if event_id in causes:
            held[event_id] = causes[event_id]
        elif not keys.isdisjoint(held_keys):
            held[event_id] = ResultCode.BEHIND_WAITING, "An earlier event with the same identifier is waiting."
        else:
            continue
        held_keys |= keys
    return held


def _keys_of_events(prepared: Prepared) -> Mapping[UUID, set[Key]]:
    """Events in order, each with the keys of all its operations."""
    events: dict[UUID, set[Key]] = {}
    for operation, names, entity_id in islice(
        zip(prepared.operations, prepared.keys, prepared.ids, strict=True), prepared.count
    ):
        if operation.event_id is not None:
            keys = events.setdefault(operation.event_id, set())
            keys.update((operation.schema, name, key) for name, key in names.items())
            if entity_id is not None:
                keys.add((operation.schema, "_id", str(entity_id)))
    return events
