"""From a mapping to what the store is asked for, and to the identifier values that keep events in order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from hub.entities.store import EntityOperation, Mode, Source
from hub.pricing.items import pricing_of
from inbound.mapping.result import EntityUpdate, EventMapping
from inbound.process.slices import Queued
from inbound.process.waiting import Key, may_wait

LONGEST_KEY = 300
"""Characters of an identifier value that a parked key shows; a longer one is cut and told apart by its hash."""

_MODES = {str(mode): mode for mode in Mode}

LOOKED_UP_METER = "?meter"
"""Stands where a parked key has its schema."""

FIRST_GUESS = "ENTITY_REFERENCE_NOT_FOUND"
"""Of the failures that may wait, the one with the fewest attempts: what an event is allowed before it has failed."""


def operations_of(event: Queued, mapping: EventMapping, source: Source) -> list[EntityOperation]:
    """One operation per mapped item that has its identifiers; position is the event's sequence."""
    if mapping.failure is not None:
        return []
    may = may_wait_again(event)
    return [_operation(event, update, source, may) for update in mapping.updates if not update.missing]


def may_wait_again(event: Queued) -> bool:
    """Whether the event has attempts left after this one, should it meet a transient failure."""
    previous = str((event.retry or {}).get("code") or FIRST_GUESS)
    return may_wait(previous, event.attempts + 1)


def _operation(event: Queued, update: EntityUpdate, source: Source, may: bool) -> EntityOperation:
    return EntityOperation(
        position=event.sequence,
        schema=update.schema,
        identifiers=update.identifiers,
        attributes=update.attributes,
        mode=_MODES[update.mode],
        must_create=update.must_create,
        event_id=event.event_id,
        origin_id=event.origin_id,
        identifier_types=update.types,
        may_wait=may,
        pricing=None if update.pricing is None else pricing_of(update.pricing),
        source=source,
        correlation_id=event.correlation_id,
    )


def keys_of(mapping: EventMapping) -> frozenset[Key]:
    """Every identifier value that the event's items carry; those of the meters of readings stand apart.

    An event that waits for a meter must not keep back the one that brings it, only others with readings of it.
    """
    keys = {
        (update.schema, _key(attribute, value))
        for update in mapping.updates
        for attribute, value in update.identifiers.items()
    }
    for reading in mapping.readings:
        keys.update(_meter_keys(reading.meter))
    for prune in mapping.reading_prunes:
        keys.update(_meter_keys(prune.meter))
    return frozenset(keys)


def _meter_keys(meter: Mapping[str, str]) -> Iterator[Key]:
    return ((LOOKED_UP_METER, _key(attribute, value)) for attribute, value in meter.items())


def _key(attribute: str, value: str) -> str:
    if len(value) <= LONGEST_KEY:
        return f"{attribute}={value}"
    digest = hashlib.sha256(value.encode()).hexdigest()
    return f"{attribute}={value[: LONGEST_KEY - len(digest)]}{digest}"
