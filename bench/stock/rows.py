"""The rows that the store would write for households: its own code works them out, only without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from bench.stock import households
from hub.entities.operations import Source
from hub.entities.readings import fold as readings
from hub.entities.readings.prepare import prepare as prepared_readings
from hub.entities.readings.sql.rows import ReadingRow
from hub.entities.readings.wishes import ReadingWish
from hub.entities.sql.rows import Batch
from hub.entities.store.batch import batch_of
from hub.entities.store.by_event import ByEvent
from hub.entities.store.drafts import Draft
from hub.entities.store.facts import Facts
from hub.entities.store.fold import Fold
from hub.entities.store.prepare import prepare
from hub.ids import new_ids

SOURCE = Source("system", "bench")
NOBODY = UUID(int=0)


class Rows(NamedTuple):
    """What one part of the stock consists of."""

    batch: Batch
    readings: Sequence[ReadingRow]


def rows_of(numbers: range, *, organization_id: int, indexed: Mapping[str, list[str]], at: datetime) -> Rows:
    """Households with these numbers, new to the store. indexed: schema → the attributes that EntityKey holds."""
    fold = Fold(prepare(households.operations(numbers)), Facts({}, {}, dict(indexed), set()), SOURCE, {})
    ByEvent(fold).run()
    batch = batch_of(organization_id=organization_id, at=at, drafts=sorted(fold.touched, key=lambda one: one.id.int))
    return Rows(batch, _readings(fold.touched))


def _readings(drafts: Sequence[Draft]) -> list[ReadingRow]:
    """Of every meter, under its counter; the store makes those of one meter, for the others only names change."""
    meters = [draft for draft in drafts if draft.schema == "meter"]
    counters = [draft for draft in drafts if draft.schema == "meter_counter"]
    ids = iter(new_ids(len(meters) * households.READINGS_PER_METER))
    patterns = _pattern()
    return [
        pattern._replace(
            id=next(ids),
            meter_id=meter.id,
            counter_id=counter.id,
            external_id=f"{counter.attributes['external_id']}-{n}",
        )
        for meter, counter in zip(meters, counters, strict=True)
        for n, pattern in enumerate(patterns)
    ]


def _pattern() -> list[ReadingRow]:
    wishes = [
        ReadingWish(position=0, meter_id=NOBODY, attributes=households.reading(month), writer=SOURCE)
        for month in range(households.READINGS_PER_METER)
    ]
    fold = readings.Fold(prepared_readings(wishes), [], {}, has_days=False)
    for place in range(len(wishes)):
        fold.apply(place)
    return [draft.row() for draft in fold.drafts.values()]
