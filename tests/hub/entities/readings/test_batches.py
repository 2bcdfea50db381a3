"""What is told of readings, and how much is asked of the database for any number of them."""

from __future__ import annotations

import pytest

from hub.entities.readings.writing import Matching, Mode, ReadingWish, prunes_of
from hub.ids import new_id
from tests.hub.entities.readings.conftest import EVENT, Readings


def test_250_readings_of_one_counter_are_told_in_three_batches(readings: Readings):
    wishes = [readings.wish(f"R-{number}", position=number) for number in range(250)]
    batches = readings.write(*wishes).batches
    assert [len(batch.positions) for batch in batches] == [100, 100, 50]
    assert batches[1].external_ids == tuple(f"R-{number}" for number in range(100, 200))
    assert batches[2].positions == tuple(range(200, 250))
    assert {batch.code for batch in batches} == {"METER_READING_UPSERTED"}
    assert {(batch.event_id, batch.meter_id, batch.counter_id) for batch in batches} == {
        (EVENT, readings.meter_id, readings.counter_id)
    }


def test_a_batch_counts_what_became_of_its_readings(readings: Readings):
    readings.write(readings.wish("R-1"), readings.wish("R-2"))
    wishes = [
        readings.wish("R-1"),
        readings.wish("R-2", value=2),
        readings.wish("R-3"),
        readings.wish("R-4", value="x"),
    ]
    [batch] = readings.write(*wishes).batches
    assert batch.outcomes == {"no_op": 1, "updated": 1, "created": 1}
    assert batch.external_ids == ("R-1", "R-2", "R-3")


def test_each_event_counter_and_act_has_its_own_batch(readings: Readings):
    readings.write(readings.wish("R-1"))
    other, event_id = readings.made("meter_counter", "C-2"), new_id()
    wishes = [readings.wish("R-2"), readings.wish("R-3", counter_id=other), readings.wish("R-4", event_id=event_id)]
    batches = readings.write(*wishes, readings.delete("R-1"), readings.delete("R-9"), readings.wish("R-5")).batches
    assert [batch.external_ids for batch in batches] == [("R-2", "R-5"), ("R-3",), ("R-4",), ("R-1", "R-9")]
    assert (batches[-1].code, batches[-1].outcomes) == ("METER_READING_DELETED", {"deleted": 1, "no_op": 1})


def test_readings_without_external_id_are_counted_and_not_named(readings: Readings):
    wishes = [readings.wish(timestamp=f"2026-01-0{day}", may_lack_external_id=True) for day in (1, 2)]
    [batch] = readings.write(*wishes).batches
    assert (len(batch.positions), batch.external_ids) == (2, ())


@pytest.mark.parametrize("kind", ["new", "unchanged", "changed", "by day", "delete", "prune"])
def test_the_number_of_statements_does_not_depend_on_the_number_of_readings(
    readings: Readings, count_queries, kind: str
):
    matching = Matching.STRICT_DATE if kind == "by day" else Matching.EXTERNAL_ID

    def wishes(meters: int, value: int, mode: Mode = Mode.UPSERT) -> list[ReadingWish]:
        pairs = [(meter, day) for meter in range(meters) for day in range(1, 6)]
        return [
            readings.wish(f"R-{meter}-{day}", meter_id=ids[meter], timestamp=f"2026-01-0{day}", value=value,
                          matching=matching, mode=mode)
            for meter, day in pairs
        ]  # fmt: skip

    def statements(meters: int) -> int:
        if kind != "new":
            readings.write(*wishes(meters, 1))
        again = wishes(meters, 1 if kind == "unchanged" else 2, Mode.DELETE if kind == "delete" else Mode.UPSERT)
        prunes = prunes_of(again[::2]) if kind == "prune" else ()
        with count_queries() as counted:
            readings.write(*again, prunes=prunes)
        return len([query for query in counted if "SAVEPOINT" not in query["sql"]])

    ids = [readings.made("meter", f"M-1-{number}") for number in range(60)]
    assert statements(1) == statements(20) == statements(60) <= 8


def test_nothing_to_do_is_done_without_a_statement(readings: Readings, count_queries):
    with count_queries() as counted:
        readings.write()
    assert not [query for query in counted if "meterreading" in query["sql"]]
