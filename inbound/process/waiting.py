"""Events that wait: when they are tried again, and which later events wait behind them (engine rule 1.10)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from hub.json_types import JSONObject
from hub.quiet import QUIET
from inbound.models import ParkedKey, QueuedEvent
from inbound.process.slices import Queued
from monitoring.codes import get_code

FIRST_PAUSE = timedelta(seconds=5)
FACTOR = 3
JITTER = 0.1
MOST_ATTEMPTS = 6
"""First pause 5 s, then 15 s, 45 s, …, each ±10 %; a code may allow fewer attempts (mapping.md section 15)."""

Key = tuple[str, str]
"""(schema, "attribute=value"): an identifier value in the form of EntityKey."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event to be put back: why, what it is mapped with, and the identifier values that hold back later events."""

    sequence: int
    attempts: int
    version: int
    next_attempt_at: datetime
    code: str
    message: str
    keys: frozenset[Key]
    is_quiet: bool = False


def next_attempt_at(*, attempts: int, at: datetime, jitter: float, is_growing: bool = True) -> datetime:
    """When an event that has failed `attempts` times (counted from 1) is tried again. jitter is -0.1 to 0.1."""
    pause = FIRST_PAUSE * FACTOR ** (attempts - 1) if is_growing else FIRST_PAUSE
    return at + pause * (1 + jitter)


def again(event: Queued, version: int, cause: tuple[str, str], keys: frozenset[Key], at: datetime) -> Waiting:
    """How an event with a transient failure is put back; a failure with many attempts is looked at every 5 s.

    cause is the code and the sentence of the failure.
    """
    code, message = cause
    attempts = event.attempts + 1
    spread = random.uniform(-JITTER, JITTER)  # noqa: S311 -- spreads load, no secret
    is_growing = get_code(code).attempts <= MOST_ATTEMPTS
    due = next_attempt_at(attempts=attempts, at=at, jitter=spread, is_growing=is_growing)
    return Waiting(event.sequence, attempts, version, due, code, message, keys, event.is_quiet)


def may_wait(code: str, attempts: int) -> bool:
    """True while a failure with this code is worth another attempt after `attempts` of them."""
    allowed = get_code(code).attempts
    return attempts < (allowed if allowed > MOST_ATTEMPTS else min(allowed, MOST_ATTEMPTS))


def put_back(lane_id: int, waiting: Sequence[Waiting]) -> None:
    """Give events their next date and park their keys; nothing else of them is committed."""
    QueuedEvent.objects.bulk_update(
        [
            QueuedEvent(
                sequence=event.sequence,
                attempts=event.attempts,
                next_attempt_at=event.next_attempt_at,
                parked=False,
                retry=retry_of(event),
            )
            for event in sorted(waiting, key=lambda one: one.sequence)
        ],
        ["attempts", "next_attempt_at", "parked", "retry"],
    )
    keys = sorted({(schema, key, event.sequence) for event in waiting for schema, key in event.keys})
    ParkedKey.objects.bulk_create(
        [ParkedKey(lane_id=lane_id, schema=schema, key=key, sequence=sequence) for schema, key, sequence in keys],
        ignore_conflicts=True,
    )


def retry_of(event: Waiting) -> JSONObject:
    told: JSONObject = {"code": event.code, "message": event.message, "version": event.version}
    return {**told, QUIET: True} if event.is_quiet else told


def park(lane_id: int, events: Iterable[tuple[int, frozenset[Key]]]) -> None:
    """Let events wait behind earlier ones; their own keys are parked too, so that order holds among them."""
    rows = [
        ParkedKey(lane_id=lane_id, schema=s, key=k, sequence=sequence)
        for sequence, keys in events
        for s, k in sorted(keys)
    ]
    QueuedEvent.objects.filter(pk__in=sorted({row.sequence for row in rows})).update(parked=True, next_attempt_at=None)
    ParkedKey.objects.bulk_create(rows, ignore_conflicts=True)


def parked_keys(lane_id: int, keys: Iterable[Key]) -> dict[Key, int]:
    """Those of the identifier values that are parked in the lane, with the first sequence that holds each."""
    rows = _carrying(lane_id, keys).order_by("-sequence").values_list("schema", "key", "sequence")
    return {(schema, key): sequence for schema, key, sequence in rows}


def free_keys(lane_id: int, sequences: Sequence[int], at: datetime) -> None:
    """Events that ended give up their keys; what waited behind them alone is due at once."""
    mine = ParkedKey.objects.filter(lane_id=lane_id)
    freed = set(mine.filter(sequence__in=sequences).values_list("schema", "key"))
    if not freed:
        return
    mine.filter(sequence__in=sequences).delete()
    carriers = _carrying(lane_id, freed).values_list("sequence", flat=True)
    behind = set(QueuedEvent.objects.filter(pk__in=set(carriers), parked=True).values_list("pk", flat=True))
    carried = list(mine.filter(sequence__in=behind).values_list("sequence", "schema", "key"))
    held = parked_keys(lane_id, {(schema, key) for _, schema, key in carried})
    blocked = {sequence for sequence, schema, key in carried if held.get((schema, key), sequence) < sequence}
    QueuedEvent.objects.filter(pk__in=sorted(behind - blocked), parked=True).update(parked=False, next_attempt_at=at)


def _carrying(lane_id: int, keys: Iterable[Key]) -> QuerySet[ParkedKey]:
    by_schema: dict[str, list[str]] = {}
    for schema, key in keys:
        by_schema.setdefault(schema, []).append(key)
    wanted = Q()
    for schema, same in by_schema.items():
        wanted |= Q(schema=schema, key__in=same)
    return ParkedKey.objects.filter(wanted, lane_id=lane_id) if by_schema else ParkedKey.objects.none()
