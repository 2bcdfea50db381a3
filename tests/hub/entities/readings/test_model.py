"""Readings against a model of a page: random upserts, deletes and prunes, cut into random calls, end the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.entities.prunes import Guard
from hub.entities.readings.writing import Matching, Mode, ReadingPruneWish, ReadingWish
from hub.ids import new_id
from tests.builders import make_organization
from tests.hub.entities.conftest import SOURCE
from tests.hub.entities.readings.conftest import Readings

METERS = [UUID(int=1), UUID(int=2)]
COUNTERS = [UUID(int=11), UUID(int=12)]
MOMENTS = {
    "2025-12-15T08:00:00Z": "15",
    "2025-12-15": "15",
    "2025-12-15T23:15:00Z": "16",
    "2025-12-16T00:30:00+01:00": "16",
}
"""Timestamp → its day in Germany, as the model knows it."""
SAME_MOMENT = {"2025-12-15T23:15:00Z": 1, "2025-12-15": 2, "2025-12-15T08:00:00Z": 3, "2025-12-16T00:30:00+01:00": 4}
LIMITS = Guard(2, 0.5)


@dataclass(eq=False)
class Row:
    """One reading of the model."""

    meter: UUID
    counter: UUID | None
    origin: UUID
    content: dict[str, Any]

    @property
    def external_id(self) -> str:
        """Empty when it has none."""
        return str(self.content.get("external_id", ""))


@dataclass
class Model:
    """What write_readings must do, one wish after the other, with nothing clever in it."""

    rows: list[Row] = field(default_factory=list)
    spared: list[Row] = field(default_factory=list)
    is_refused: bool = False

    def apply(self, wish: ReadingWish) -> str:
        """How the wish ends."""
        found = self._find(wish)
        if len(found) > 1:
            self.spared += found
            return "failed"
        if wish.mode is Mode.DELETE:
            self.rows = [row for row in self.rows if row not in found]
            return "deleted" if found else "no_op"
        return self._update(found[0], wish) if found else self._create(wish)

    def _find(self, wish: ReadingWish) -> list[Row]:
        asked = wish.attributes
        mine = [row for row in self.rows if row.meter == wish.meter_id]
        if asked.get("external_id"):
            same = [row for row in mine if row.external_id == asked["external_id"]]
            found = [row for row in same if wish.counter_id in (None, row.counter)]
            if found or wish.matching is Matching.EXTERNAL_ID:
                return found
        if wish.matching is Matching.STRICT_DATE and wish.counter_id is None:
            return []
        peers = [row for row in mine if row.counter == wish.counter_id]
        peers = [row for row in peers if row.content.get("direction") == asked.get("direction")]
        if wish.matching is Matching.STRICT_DATE:
            day = MOMENTS[str(asked["timestamp"])]
            return [row for row in peers if MOMENTS[row.content["timestamp"]] == day]
        moment = SAME_MOMENT[str(asked["timestamp"])]
        return [row for row in peers if SAME_MOMENT[row.content["timestamp"]] == moment and not row.external_id]

    def _create(self, wish: ReadingWish) -> str:
        assert wish.event_id is not None
        self.rows.append(Row(wish.meter_id, wish.counter_id, wish.event_id, dict(wish.attributes)))
        return "created"

    def _update(self, row: Row, wish: ReadingWish) -> str:
        if wish.must_create and row.origin != wish.event_id:
            self.is_refused = True
            return "failed"
        after = row.content | wish.attributes
        outcome = "no_op" if after == row.content else "updated"
        row.content = after
        return outcome

    def prune(self, wish: ReadingPruneWish) -> tuple[str, int]:
        """How the prune ends, and how many readings it is about."""
        if wish.unresolved or self.is_refused:
            return "PRUNE_SCOPE_UNRESOLVED", 0
        scope = [row for row in self.rows if row.meter == wish.meter_id and wish.counter_id in (None, row.counter)]
        scope = [row for row in scope if wish.reading_source in ("", row.content["source"])]
        doomed = [row for row in scope if row.external_id not in wish.keep and row not in self.spared]
        doomed = [row for row in doomed if row.external_id or wish.reading_source]
        if len(doomed) > LIMITS.most and len(doomed) > LIMITS.share * len(scope):
            return "PRUNE_HELD", len(doomed)
        self.rows = [row for row in self.rows if row not in doomed]
        return "PRUNE_SCOPE_COMPLETED", len(doomed)

    def end_of_event(self) -> None:
        """What an event could not do concerns its own prunes only."""
        self.spared, self.is_refused = [], False


@st.composite
def wishes(draw: st.DrawFn, meter_id: UUID) -> dict[str, Any]:
    """Fields of one wish without its event."""
    attributes = {
        "timestamp": draw(st.sampled_from(sorted(MOMENTS))),
        "source": draw(st.sampled_from(["ERP", "ECP"])),
        "value": str(draw(st.integers(1, 2))),
    }
    if draw(st.integers(0, 3)):
        attributes["external_id"] = draw(st.sampled_from("ABC"))
    if draw(st.integers(0, 4)) == 0:
        attributes["direction"] = "feed-in"
    has_id = "external_id" in attributes
    mode = draw(st.sampled_from([Mode.UPSERT] * 4 + [Mode.DELETE]))
    by_day = draw(st.booleans()) or (mode is Mode.DELETE and not has_id)
    return {
        "meter_id": meter_id,
        "counter_id": draw(st.sampled_from([*COUNTERS, None])),
        "attributes": attributes,
        "mode": mode,
        "matching": Matching.STRICT_DATE if by_day else Matching.EXTERNAL_ID,
        "must_create": draw(st.integers(0, 5)) == 0,
        "may_lack_external_id": True,
    }


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """One event about one meter: wishes, of which no two have one external id, and perhaps a prune."""
    meter_id = draw(st.sampled_from(METERS))
    several = draw(st.lists(wishes(meter_id), max_size=4, unique_by=_identity))
    prune = None
    if draw(st.booleans()):
        prune = {
            "meter_id": meter_id,
            "counter_id": draw(st.sampled_from([*COUNTERS, None])),
            "reading_source": draw(st.sampled_from(["", "ERP"])),
            "keep": draw(st.frozensets(st.sampled_from("ABC"))),
        }
    return {"wishes": several, "prune": prune}


def _identity(wish: dict[str, Any]) -> Any:
    return wish["attributes"].get("external_id") or id(wish)


CALLS = st.lists(st.lists(events(), min_size=1, max_size=4), max_size=5)


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(CALLS)
def test_any_life_of_readings_ends_as_the_model_says(calls: list[list[dict[str, Any]]]):
    readings, model = Readings(make_organization()), Model()
    for call in calls:
        asked: list[ReadingWish] = []
        prunes: list[ReadingPruneWish] = []
        expected: list[str] = []
        pruned: list[tuple[str, int]] = []
        for event in call:
            event_id = new_id()
            new = [ReadingWish(position=0, event_id=event_id, writer=SOURCE, **one) for one in event["wishes"]]
            asked += new
            expected += [model.apply(wish) for wish in new]
            if event["prune"]:
                prunes.append(ReadingPruneWish(position=0, event_id=event_id, after=len(asked), **event["prune"]))
                pruned.append(model.prune(prunes[-1]))
            model.end_of_event()
        written = readings.write(*asked, prunes=prunes, limits=LIMITS)
        assert [str(result.outcome) for result in written.readings] == expected
        assert [(result.code, len(result.reading_ids)) for result in written.prunes] == pruned
    assert _stored(readings) == sorted(map(_shown, model.rows))


def _shown(row: Row) -> str:
    names = ("external_id", "direction", "source", "value")
    return (
        f"{row.meter} {row.counter} {SAME_MOMENT[row.content['timestamp']]} {[row.content.get(n, '') for n in names]}"
    )


def _stored(readings: Readings) -> list[str]:
    texts = {"2025-12-15T08:00:00Z": 3, "": 2, "2025-12-15T23:15:00Z": 1, "2025-12-16T00:30:00+01:00": 4}
    return sorted(
        f"{row.meter_id} {row.counter_id} {texts[row.timestamp_text]} "
        f"{[row.external_id, row.direction, row.source, str(row.value)]}"
        for row in readings.stored()
    )
