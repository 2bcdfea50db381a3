"""Prepared: wishes checked one by one, and the questions they put to the database; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from hub.entities.keys import string_form
from hub.entities.readings.drafts import kept_form
from hub.entities.readings.german_day import bounds_of, german_day
from hub.entities.readings.rules import problem_of
from hub.entities.readings.sql.rows import IdProbe, RangeProbe
from hub.entities.readings.values import Matching, Mode, moment_of, plain_timestamp
from hub.entities.readings.wishes import ReadingCode, ReadingOutcome, ReadingResult, ReadingWish
from hub.json_types import JSONObject

SUPERSEDED: Final = "A later reading of the same event has this external id."


class Known(msgspec.Struct):
    """What is known of a wish that can be tried."""

    external_id: str
    """Empty when it has none."""
    moment: datetime | None
    """None for a delete that needs no timestamp."""
    given: JSONObject
    """The attributes as they are kept; empty for a delete."""
    direction: str
    """As given; empty when it is not."""

    def range_of(self, wish: ReadingWish) -> tuple[datetime, datetime] | None:
        """The moments among which a reading is looked for that its external id does not find; None: nowhere."""
        if self.moment is None:
            return None
        if wish.matching is Matching.STRICT_DATE:
            return None if wish.counter_id is None else bounds_of(german_day(self.moment))
        return None if self.external_id else (self.moment, self.moment)


class Prepared(msgspec.Struct):
    """Wishes with what is known of each without the database."""

    wishes: Sequence[ReadingWish]
    known: list[Known | None]
    """None for one that is answered already."""
    answered: dict[int, ReadingResult]
    """Place of a wish → why it is not tried."""

    def by_id(self) -> list[IdProbe]:
        """External ids to look for, each once."""
        return list(
            {
                IdProbe(wish.meter_id, wish.counter_id, known.external_id): None
                for wish, known in self.tried()
                if known.external_id
            }
        )

    def by_range(self) -> list[RangeProbe]:
        """Spans of time to look into, each once."""
        ranges = ((wish, known.range_of(wish)) for wish, known in self.tried())
        return list({RangeProbe(wish.meter_id, wish.counter_id, *ends): None for wish, ends in ranges if ends})

    def tried(self) -> list[tuple[ReadingWish, Known]]:
        """The wishes that are not answered yet."""
        return [(wish, known) for wish, known in zip(self.wishes, self.known, strict=True) if known is not None]


def prepare(wishes: Sequence[ReadingWish]) -> Prepared:
    """Check every wish; refuse what is invalid, and of upserts of one event and external id all but the last."""
    prepared = Prepared(wishes, [None] * len(wishes), {})
    later: set[tuple[UUID | None, UUID, UUID | None, str]] = set()
    for place in reversed(range(len(wishes))):
        wish = wishes[place]
        problem = problem_of(
            wish.attributes, wish.mode, matching=wish.matching, may_lack_external_id=wish.may_lack_external_id
        )
        if problem:
            prepared.answered[place] = refused(wish, ReadingCode.INVALID, problem)
            continue
        known = _known(wish)
        same = (wish.event_id, wish.meter_id, wish.counter_id, known.external_id)
        if wish.mode is Mode.DELETE:
            later.discard(same)
        elif same in later:
            prepared.answered[place] = ReadingResult(
                wish.position, ReadingOutcome.SUPERSEDED, ReadingCode.SUPERSEDED, SUPERSEDED
            )
            continue
        elif known.external_id:
            later.add(same)
        prepared.known[place] = known
    return prepared


def refused(wish: ReadingWish, code: ReadingCode, message: str) -> ReadingResult:
    """A failure of one wish."""
    return ReadingResult(wish.position, ReadingOutcome.FAILED, code, message)


def _known(wish: ReadingWish) -> Known:
    attributes = wish.attributes
    external_id = external_id_of(attributes)
    direction = attributes.get("direction")
    if wish.mode is Mode.UPSERT:
        given = kept_form(attributes)
        moment: datetime | None = moment_of(str(given["timestamp"]))
    else:
        given = {}
        needs_moment = wish.matching is Matching.STRICT_DATE
        moment = moment_of(plain_timestamp(str(attributes["timestamp"]))) if needs_moment else None
    return Known(external_id, moment, given, direction if isinstance(direction, str) else "")


def external_id_of(attributes: JSONObject) -> str:
    """The external id in its string form; empty when there is none."""
    value = attributes.get("external_id")
    return "" if isinstance(value, bool) else string_form(value) or ""
