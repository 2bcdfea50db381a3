"""Readings of an event: the updates of an entry, and which others of a meter may go (mapping.md 11.1, 11.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from inbound.configuration import METER
from inbound.mapping.entries import ReadingEntry
from inbound.mapping.identifiers import Found
from inbound.mapping.identity import identifier_text
from inbound.mapping.notes import Notes
from inbound.mapping.result import ReadingPrune, ReadingUpdate

COUNTER = "meter_counter"
EXTERNAL_ID = "external_id"

Group = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...] | None]
"""(meter, counter), each as sorted pairs."""


class Device:
    """The meter and counter that an item names."""

    def __init__(self, entry: ReadingEntry, context: Context, payload: JSONValue) -> None:
        self._entry = entry
        self.meter = entry.meter.find(context, payload)
        self.counter = None if entry.counter is None else entry.counter.find(context, payload)

    @property
    def counter_types(self) -> dict[str, str]:
        """Which identifiers of the counter are email or phone."""
        return {} if self._entry.counter is None else self._entry.counter.types

    @property
    def missing(self) -> list[str]:
        """The identifiers without a value, named with their schema."""
        of_counter = [] if self.counter is None else self.counter.missing
        return [f"{METER}.{name}" for name in self.meter.missing] + [f"{COUNTER}.{name}" for name in of_counter]

    @property
    def shown(self) -> dict[str, Any]:
        """Both as a simulation shows them. Any: JSON values."""
        return {METER: self.meter.shown} | ({} if self.counter is None else {COUNTER: self.counter.shown})

    @property
    def counter_texts(self) -> dict[str, str] | None:
        """The string forms of the counter, None where none is configured."""
        return _texts(self.counter)


def _texts(found: Found | None) -> dict[str, str] | None:
    return None if found is None else found.texts


def reading_update(
    entry: ReadingEntry, position: int, effect: tuple[str, bool], device: Device, attributes: dict[str, Any]
) -> ReadingUpdate:
    """The update of one item. effect is (mode, must_create). Any: JSON values."""
    mode, must_create = effect
    return ReadingUpdate(
        entry=entry.number,
        item=position,
        mode=mode,
        must_create=must_create,
        matching=entry.matching,
        meter=device.meter.texts,
        counter=device.counter_texts,
        missing=device.missing,
        attributes=attributes,
        types=entry.meter.types,
        counter_types=device.counter_types,
        shown=device.shown,
    )


def prunes_of(
    entry: ReadingEntry, updates: Sequence[ReadingUpdate], root: Context, payload: JSONValue
) -> list[ReadingPrune]:
    """One prune per meter and counter that updates name; without updates, the meter that the payload names."""
    if not updates:
        return [_empty_prune(entry, Device(entry, root, payload))]
    groups: dict[Group, list[ReadingUpdate]] = {}
    for update in updates:
        if not update.missing:
            groups.setdefault(_group_of(update), []).append(update)
    is_complete = not any(update.missing for update in updates)
    return [_prune(entry, same, is_complete=is_complete) for same in groups.values()]


def _empty_prune(entry: ReadingEntry, device: Device) -> ReadingPrune:
    return ReadingPrune(
        entry=entry.number,
        meter=device.meter.texts,
        counter=device.counter_texts,
        types=entry.meter.types,
        counter_types=device.counter_types,
        missing=device.missing,
        source=entry.source,
        keep=[],
        is_complete=True,
        shown=device.shown,
    )


def _prune(entry: ReadingEntry, same: Sequence[ReadingUpdate], *, is_complete: bool) -> ReadingPrune:
    names = [identifier_text(update.attributes.get(EXTERNAL_ID)) for update in same]
    first = same[0]
    return ReadingPrune(
        entry=entry.number,
        meter=first.meter,
        counter=first.counter,
        types=first.types,
        counter_types=first.counter_types,
        missing=[],
        source=entry.source,
        keep=list(dict.fromkeys(name for name in names if name)),
        is_complete=is_complete and all(names),
        shown=first.shown,
    )


def _group_of(one: ReadingUpdate | ReadingPrune) -> Group:
    return tuple(sorted(one.meter.items())), None if one.counter is None else tuple(sorted(one.counter.items()))


def merged(prunes: Sequence[ReadingPrune], notes: Notes) -> list[ReadingPrune]:
    """Entries that prune the same meter and counter keep each other's readings; prunes that agree in all become one."""
    groups: dict[Group, list[ReadingPrune]] = {}
    for prune in prunes:
        if not prune.missing:
            groups.setdefault(_group_of(prune), []).append(prune)
    result = [prune for prune in prunes if prune.missing]
    for same in groups.values():
        if len(same) > 1:
            named = " and ".join(f"meter_readings[{one.entry}]" for one in same)
            notes.warn(METER, f"{named} prune the same meter and counter; each keeps what the others name")
        result += _joined(same)
    return result


def _joined(same: Sequence[ReadingPrune]) -> list[ReadingPrune]:
    keep = list(dict.fromkeys(name for prune in same for name in prune.keep))
    is_complete = all(prune.is_complete for prune in same)
    by_source = {prune.source: prune for prune in reversed(same)}
    return [
        msgspec.structs.replace(prune, keep=keep, is_complete=is_complete)
        for prune in same
        if by_source[prune.source] is prune
    ]
