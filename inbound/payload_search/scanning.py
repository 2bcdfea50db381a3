"""scan: reads payloads, the newest first, for as long as somebody waits, and says how far it got."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from hub import clock
from inbound.formats import Malformed, read_payload
from inbound.models import InboundEvent
from inbound.payload_search.wanted import PayloadWanted
from inbound.query import EventFilter, Position, bodies_of, events_of

PATIENCE_S: Final = 1.0
"""Of one page of a search, with all that it looks up and reads."""
CHUNK: Final = 200
"""Events whose metadata is read at once."""
CHUNK_BYTES: Final = 4 * 1024 * 1024
"""Payloads that are in memory at once, and one more."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """events have the value, newest first. reached: where the search gave up; None where nothing is left."""

    events: Sequence[InboundEvent]
    reached: Position | None = None


def scan(
    *,
    organization_id: int,
    parts: Sequence[EventFilter],
    payload: PayloadWanted,
    limit: int,
    deadline: float,
    finds_gone: bool = False,
) -> Scanned:
    """At most limit events of the parts, each of which is older than the one before; until the deadline of the
    monotonic clock, one at least. A payload that cannot be read has no value, and one that is gone has none unless
    finds_gone: where something else tells that it had."""
    found: list[InboundEvent] = []
    for event, body in chain.from_iterable(_with_bodies(organization_id, part) for part in parts):
        if _has(event, body, payload) or (finds_gone and not body):
            found.append(event)
        if len(found) == limit:
            return Scanned(found)
        if clock.monotonic() > deadline:
            return Scanned(found, reached=(event.received_at, event.pk))
    return Scanned(found)


def having(
    events: Sequence[InboundEvent], payload: PayloadWanted, deadline: float | None
) -> tuple[list[InboundEvent], int]:
    """Those of the events whose payload has the value, in their order, and how many were read, one at least.

    All are read, however long that takes, unless a deadline of the monotonic clock is reached before.
    """
    found: list[InboundEvent] = []
    read = 0
    for few in _pieces(events):
        for event, body in _bodies(few):
            read += 1
            if _has(event, body, payload):
                found.append(event)
            if deadline is not None and clock.monotonic() > deadline:
                return found, read
    return found, read


def _with_bodies(organization_id: int, wanted: EventFilter) -> Iterator[tuple[InboundEvent, bytes]]:
    place = wanted
    while True:
        chunk = events_of(organization_id=organization_id, wanted=place, limit=CHUNK)
        for few in _pieces(chunk):
            yield from _bodies(few)
        if len(chunk) < CHUNK:
            return
        place = replace(wanted, before=(chunk[-1].received_at, chunk[-1].pk))


def _bodies(events: Sequence[InboundEvent]) -> Iterator[tuple[InboundEvent, bytes]]:
    bodies = bodies_of(events)
    yield from ((event, bodies.get(event.pk, b"")) for event in events)


def _pieces(events: Sequence[InboundEvent]) -> Iterator[list[InboundEvent]]:
    piece: list[InboundEvent] = []
    for event in events:
        piece.append(event)
        if sum(one.body_bytes for one in piece) >= CHUNK_BYTES:
            yield piece
            piece = []
    if piece:
        yield piece


def _has(event: InboundEvent, body: bytes, payload: PayloadWanted) -> bool:
    try:
        return bool(body) and payload.is_in(read_payload(body, event.format).root)
    except Malformed:
        return False
