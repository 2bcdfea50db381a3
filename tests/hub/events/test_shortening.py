"""Events that are too large to travel whole."""

from __future__ import annotations

from hub.events.catalogue import built_in
from hub.events.shortening import MOST_BYTES, shortened

COUNTER = {"_id": "1", "_schema": "meter_counter", "_title": "Counter", "note": "x" * 100}
METER = built_in("MeterReadingAdded")


def test_an_event_of_usual_size_travels_whole() -> None:
    payload = {"meter": {"_id": "2"}, "meter_counters": [COUNTER]}
    assert shortened(payload, METER) == (payload, "")


def test_a_large_event_keeps_ids_and_titles_of_its_lists() -> None:
    many = [COUNTER | {"note": "x" * 30_000}] * 200
    found, note = shortened({"meter": {"_id": "2", "number": "M-1"}, "meter_counters": many}, METER)
    assert found["meter"] == {"_id": "2", "number": "M-1"}
    assert found["meter_counters"] == [{"_schema": "meter_counter", "_id": "1", "_title": "Counter"}] * 200
    assert "meter_counters" in note


def test_a_large_event_without_a_list_stays_as_it_is_and_says_so() -> None:
    payload = {"meter": {"_id": "2", "note": "x" * (MOST_BYTES + 1)}}
    found, note = shortened(payload, METER)
    assert found == payload
    assert "no list of entities" in note
