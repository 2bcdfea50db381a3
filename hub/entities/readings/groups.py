"""Readings of one event, meter and counter: what such a group prunes, and the batches that tell of it; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from hub.entities.readings.prepare import external_id_of
from hub.entities.readings.wishes import (
    LONGEST_BATCH,
    ReadingBatch,
    ReadingCode,
    ReadingOutcome,
    ReadingPruneWish,
    ReadingResult,
    ReadingWish,
)

NO_EXTERNAL_ID: Final = "A reading of the group has no external id, so it is unclear what to keep; nothing was deleted."
WRITTEN: Final = frozenset({ReadingCode.UPSERTED, ReadingCode.DELETED})


def prunes_of(
    wishes: Sequence[ReadingWish], *, reading_source: str = "", after: int | None = None
) -> list[ReadingPruneWish]:
    """The prunes of one upsert-prune-scope entry: one per event, meter and counter that its wishes name (11.8).

    Give it every wish whose meter and counter were found, the invalid ones included: what has an external id is kept
    whatever becomes of it, and one without makes its group unresolved. The positions are those of the groups' first
    wishes. A scope without a single wish has no group; its ReadingPruneWish, with nothing to keep, is the caller's.
    """
    groups: dict[tuple[UUID | None, UUID, UUID | None], list[ReadingWish]] = {}
    for wish in wishes:
        groups.setdefault((wish.event_id, wish.meter_id, wish.counter_id), []).append(wish)
    return [_prune_of(group, reading_source, after) for group in groups.values()]


def _prune_of(group: Sequence[ReadingWish], reading_source: str, after: int | None) -> ReadingPruneWish:
    external_ids = [external_id_of(wish.attributes) for wish in group]
    return ReadingPruneWish(
        position=group[0].position,
        meter_id=group[0].meter_id,
        counter_id=group[0].counter_id,
        reading_source=reading_source,
        keep=frozenset(external_ids),
        unresolved="" if all(external_ids) else NO_EXTERNAL_ID,
        after=after,
        event_id=group[0].event_id,
    )


def batches_of(wishes: Sequence[ReadingWish], results: Sequence[ReadingResult]) -> list[ReadingBatch]:
    """What went well, per event, meter, counter and code, at most 100 readings in each; in order of first mention."""
    groups: dict[tuple[object, ...], list[tuple[ReadingWish, ReadingResult]]] = {}
    for wish, result in zip(wishes, results, strict=True):
        if result.code in WRITTEN and result.outcome is not ReadingOutcome.FAILED:
            key = (wish.event_id, wish.meter_id, wish.counter_id, result.code)
            groups.setdefault(key, []).append((wish, result))
    return [
        _batch(group[start : start + LONGEST_BATCH])
        for group in groups.values()
        for start in range(0, len(group), LONGEST_BATCH)
    ]


def _batch(pairs: Sequence[tuple[ReadingWish, ReadingResult]]) -> ReadingBatch:
    wish, result = pairs[0]
    return ReadingBatch(
        result.code,
        wish.event_id,
        wish.meter_id,
        wish.counter_id,
        tuple(one.position for one, _ in pairs),
        tuple(_named(one for one, _ in pairs)),
        dict(Counter(one.outcome.value for _, one in pairs)),
    )


def _named(wishes: Iterable[ReadingWish]) -> Iterable[str]:
    return filter(None, (external_id_of(wish.attributes) for wish in wishes))
