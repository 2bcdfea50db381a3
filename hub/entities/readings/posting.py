"""post_readings: readings that name meters and counters by id, in a transaction of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from hub import database
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
from hub.json_types import JSONObject


class PostedReading(msgspec.Struct, frozen=True):
    """One reading that somebody sent without an event."""

    meter_id: UUID
    counter_id: UUID | None
    attributes: JSONObject
    """Without a timestamp it is one of now; an external id is not needed."""


def post_readings(
    *, organization_id: int, readings: Sequence[PostedReading], matching: Matching, at: datetime, writer: Source
) -> list[ReadingResult]:
    """Write readings and say what became of each, in order; position is the place in the list.

    A reading of a meter or counter that the organization does not have, or that lies in the recycle bin, fails alone.
    """
    wishes = [_wish(place, one, matching, at, writer) for place, one in enumerate(readings)]

    def once() -> list[ReadingResult]:
        with transaction.atomic():
            schemas = _lock(organization_id, wishes)
            missing = {wish.position: _missing(wish, schemas) for wish in wishes}
            known = [wish for wish in wishes if not missing[wish.position]]
            written = write_readings(organization_id=organization_id, wishes=known, at=at)
        results = {result.position: result for result in written.readings}
        return [results.get(wish.position) or _not_found(wish, missing[wish.position]) for wish in wishes]

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
    )


def _lock(organization_id: int, wishes: Collection[ReadingWish]) -> dict[UUID, str]:
    """Meters and counters that are there, locked in the order of their ids, each with its schema."""
    ids = {one for wish in wishes for one in (wish.meter_id, wish.counter_id) if one is not None}
    rows = statements().lock_entities(organization_id, ids)
    return {row.id: row.schema for row in rows if not row.is_deleted}


def _missing(wish: ReadingWish, schemas: Mapping[UUID, str]) -> str:
    """The code for what the wish names in vain, or empty."""
    if schemas.get(wish.meter_id) != "meter":
        return ReadingCode.NO_METER
    if wish.counter_id is not None and schemas.get(wish.counter_id) != "meter_counter":
        return ReadingCode.NO_COUNTER
    return ""


def _not_found(wish: ReadingWish, code: str) -> ReadingResult:
    named = "meter" if code == ReadingCode.NO_METER else "meter_counter"
    return ReadingResult(wish.position, ReadingOutcome.FAILED, code, f"There is no {named} with this id.")
