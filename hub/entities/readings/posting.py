"""post_readings: readings that name meters and counters by id, in a transaction of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import orjson
from django.db import transaction

from hub import database
from hub.entities.links import related_ids
from hub.entities.operations import Source
from hub.entities.readings.values import text_of_moment
from hub.entities.readings.writing import (
    Matching,
    ReadingCode,
    ReadingOutcome,
    ReadingResult,
    ReadingWish,
    write_readings,
)
from hub.entities.sql import statements
from hub.entities.sql.rows import StoredEntity
from hub.json_types import JSONObject

METER, COUNTER = "meter", "meter_counter"
Problem = tuple[str, str]
"""Code and sentence."""


class PostedReading(msgspec.Struct, frozen=True):
    """One reading that somebody sent without an event."""

    meter_id: UUID
    counter_id: UUID | None
    attributes: JSONObject
    """Without a timestamp it is one of now; an external id is not needed."""
    correlation_id: str = ""
    """What the caller calls the business operation."""


def post_readings(
    *, organization_id: int, readings: Sequence[PostedReading], matching: Matching, at: datetime, writer: Source
) -> list[ReadingResult]:
    """Write readings and say what became of each, in order; position is the place in the list.

    A reading of a meter or counter that the organization does not have, or that lies in the recycle bin, fails alone;
    so does one whose counter says that it belongs to another meter.
    """
    wishes = [_wish(place, one, matching, at, writer) for place, one in enumerate(readings)]

    def once() -> list[ReadingResult]:
        with transaction.atomic():
            devices = _lock(organization_id, wishes)
            problems = {wish.position: _problem(wish, devices) for wish in wishes}
            known = [wish for wish in wishes if problems[wish.position] is None]
            written = write_readings(organization_id=organization_id, wishes=known, at=at)
        results = {result.position: result for result in written.readings}
        results |= {place: _failed(place, problem) for place, problem in problems.items() if problem is not None}
        return [results[wish.position] for wish in wishes]

    return database.retrying(once)


def _wish(place: int, posted: PostedReading, matching: Matching, at: datetime, writer: Source) -> ReadingWish:
    return ReadingWish(
        position=place,
        meter_id=posted.meter_id,
        counter_id=posted.counter_id,
        attributes={"timestamp": text_of_moment(at), **posted.attributes},
        matching=matching,
        may_lack_external_id=True,
        writer=writer,
        correlation_id=posted.correlation_id,
    )


def _lock(organization_id: int, wishes: Collection[ReadingWish]) -> dict[UUID, StoredEntity]:
    """Meters and counters that are there, locked in the order of their ids."""
    ids = {one for wish in wishes for one in (wish.meter_id, wish.counter_id) if one is not None}
    return {row.id: row for row in statements().lock_entities(organization_id, ids) if not row.is_deleted}


def _problem(wish: ReadingWish, devices: Mapping[UUID, StoredEntity]) -> Problem | None:
    """What stands in the way of the wish."""
    if not _is_a(METER, wish.meter_id, devices):
        return ReadingCode.NO_METER, f"There is no {METER} with this id."
    if wish.counter_id is None:
        return None
    if not _is_a(COUNTER, wish.counter_id, devices):
        return ReadingCode.NO_COUNTER, f"There is no {COUNTER} with this id."
    meters = _meters_of(devices[wish.counter_id])
    if meters and str(wish.meter_id) not in meters:
        return ReadingCode.NO_COUNTER, f"This {COUNTER} belongs to another {METER}, {meters[0]}."
    return None


def _is_a(schema: str, entity_id: UUID, devices: Mapping[UUID, StoredEntity]) -> bool:
    return entity_id in devices and devices[entity_id].schema == schema


def _meters_of(counter: StoredEntity) -> tuple[str, ...]:
    """The ids of the meters that a counter says it belongs to."""
    attributes = orjson.loads(counter.attributes)
    return related_ids({METER: attributes.get(METER)})


def _failed(position: int, problem: Problem) -> ReadingResult:
    code, message = problem
    return ReadingResult(position, ReadingOutcome.FAILED, code, message)
