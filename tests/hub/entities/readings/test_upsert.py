"""Writing readings one by one: by external id, by German day, as CREATE; what is kept and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError

from hub.entities.models import MeterReading
from hub.entities.readings.writing import Matching, ReadingOutcome, write_readings
from hub.ids import new_id
from tests.builders import NOW
from tests.cast import Stage
from tests.hub.entities.readings.conftest import EVENT, Readings

BY_DAY = {"matching": Matching.STRICT_DATE}
LATER = NOW + timedelta(hours=1)


def test_a_new_reading_is_kept_with_everything_it_says(readings: Readings):
    result = readings.one(
        readings.wish(
            "R-1", timestamp="2026-01-01T10:00:00+01:00", value="812.40", unit="kWh", direction="feed-in",
            reason="regular", status="valid", read_by="Ute", remark="wet", note="n", metadata={"a": "b"}, own=[1, None],
        )
    )  # fmt: skip
    assert (result.outcome, result.code) == (ReadingOutcome.CREATED, "METER_READING_UPSERTED")
    [row] = MeterReading.objects.values()
    assert row == {
        "id": result.reading_id, "organization_id": readings.organization.pk, "meter_id": readings.meter_id,
        "counter_id": readings.counter_id, "external_id": "R-1", "value": Decimal("812.4"), "unit": "kWh",
        "timestamp": datetime(2026, 1, 1, 9, tzinfo=UTC), "timestamp_text": "2026-01-01T10:00:00+01:00",
        "direction": "feed-in", "source": "ERP", "reason": "regular", "status": "valid", "read_by": "Ute",
        "remark": "wet", "note": "n", "metadata": {"a": "b"}, "attributes": {"own": [1, None]}, "created_at": NOW,
        "updated_at": NOW, "actor_type": "system", "actor_id": "", "event_id": EVENT, "origin_id": EVENT,
    }  # fmt: skip


@pytest.mark.parametrize("value", ["-123456789012345678901234567890.000000000001", "0.000000000000000000000000000001"])
def test_no_digit_of_a_value_is_lost(readings: Readings, value: str):
    readings.one(readings.wish("R-1", value=value))
    assert readings.only().value == Decimal(value)
    assert readings.one(readings.wish("R-1", value=value)).outcome is ReadingOutcome.NO_OP


@pytest.mark.parametrize(
    ("given", "text"), [("2025-07-01", ""), ("2025-07-01T00:00:00", "2025-07-01T00:00:00Z"),
                        ("2025-07-01T00:00:00+02:00", "2025-07-01T00:00:00+02:00")]
)  # fmt: skip
def test_the_text_of_a_timestamp_is_kept_where_it_is_not_that_of_the_moment(readings: Readings, given: str, text: str):
    readings.one(readings.wish("R-1", timestamp=given))
    assert readings.only().timestamp_text == text
    assert readings.one(readings.wish("R-1", timestamp=given)).outcome is ReadingOutcome.NO_OP


def test_another_text_of_the_same_moment_is_an_update(readings: Readings):
    readings.write(readings.wish("R-1", timestamp="2025-07-01T00:00:00+02:00"))
    assert readings.one(readings.wish("R-1", timestamp="2025-06-30T22:00:00Z")).outcome is ReadingOutcome.UPDATED
    assert readings.only().timestamp_text == "2025-06-30T22:00:00Z"


def test_a_known_external_id_updates_what_is_given_and_keeps_the_rest(readings: Readings):
    readings.write(readings.wish("R-1", remark="wet", reason="first", unit="kWh", own=1))
    result = readings.results(readings.wish("R-1", value=2, reason=None, unit="", own=None, event_id=None), at=LATER)
    assert result[0].outcome is ReadingOutcome.UPDATED
    row = readings.only()
    assert (row.value, row.remark, row.reason, row.unit, row.attributes) == (2, "wet", "", "", {"own": None})
    assert (row.created_at, row.updated_at, row.event_id, row.origin_id) == (NOW, LATER, None, EVENT)


def test_a_repetition_writes_nothing(readings: Readings, count_queries):
    same = readings.wish("R-1", metadata={"a": "b"}, own={"x": [True]}, remark="")
    readings.write(same)
    with count_queries() as counted:
        assert readings.results(same, at=LATER)[0].outcome is ReadingOutcome.NO_OP
    assert not [query for query in counted if "INSERT" in query["sql"] or "UPDATE entities" in query["sql"]]
    assert readings.only().updated_at == NOW


@pytest.mark.parametrize(("before", "after"), [(True, 1), (1, True), (None, ""), ([1], [True])])
def test_own_attributes_are_compared_as_json(readings: Readings, before: Any, after: Any):
    readings.write(readings.wish("R-1", own=before))
    assert readings.one(readings.wish("R-1", own=after)).outcome is ReadingOutcome.UPDATED
    assert readings.only().attributes["own"] is after or readings.only().attributes["own"] == after


def test_a_unit_that_is_no_text_is_passed_through(readings: Readings):
    readings.write(readings.wish("R-1", unit=5, read_by=["odd"]))
    assert readings.one(readings.wish("R-1", unit=5, read_by=["odd"])).outcome is ReadingOutcome.NO_OP
    row = readings.only()
    assert (row.unit, row.attributes) == ("", {"unit": 5, "read_by": ["odd"]})
    readings.write(readings.wish("R-1", unit="kWh", read_by=None))
    assert (readings.only().unit, readings.only().attributes) == ("kWh", {})


def test_an_external_id_that_is_a_number_is_its_text(readings: Readings):
    readings.write(readings.wish(4711))
    assert readings.one(readings.wish("4711")).outcome is ReadingOutcome.NO_OP


def test_an_external_id_counts_within_meter_and_counter(readings: Readings):
    other_counter, other_meter = readings.made("meter_counter", "C-2"), readings.made("meter", "M-2")
    readings.write(readings.wish("R-1"), readings.wish("R-1", counter_id=other_counter))
    readings.write(readings.wish("R-1", meter_id=other_meter))
    assert readings.ids() == ["R-1"] * 3


def test_without_a_counter_the_whole_meter_is_searched(readings: Readings):
    readings.write(readings.wish("R-1"))
    assert readings.one(readings.wish("R-1", counter_id=None, value=2)).outcome is ReadingOutcome.UPDATED
    other = readings.made("meter_counter", "C-2")
    readings.write(readings.wish("R-1", counter_id=other))
    assert readings.one(readings.wish("R-1", counter_id=None, value=3)).code == "READING_MATCH_AMBIGUOUS"
    assert sorted(row.value for row in readings.stored()) == [1, 2]


def test_a_reading_of_another_organization_is_never_found(readings: Readings, stage: Stage):
    readings.write(readings.wish("R-1"))
    neighbour = Readings(stage.next_door)
    same = {"meter_id": readings.meter_id, "counter_id": readings.counter_id}
    assert neighbour.one(neighbour.wish("R-1", **same, value=9)).outcome is ReadingOutcome.CREATED
    assert neighbour.one(neighbour.wish("R-2", **same, **BY_DAY)).outcome is ReadingOutcome.UPDATED
    neighbour.write(prunes=[neighbour.prune(**same)])
    assert [row.external_id for row in neighbour.stored()] == []
    assert readings.only().value == 1


def test_an_invalid_reading_fails_alone(readings: Readings):
    results = readings.results(
        readings.wish("R-1"), readings.wish("R-2", value="812,4", position=5), readings.wish("R-3", own="\x00"),
        readings.wish(None), readings.wish("R-4"),
    )  # fmt: skip
    assert [result.outcome.value for result in results] == ["created", "failed", "failed", "failed", "created"]
    assert (results[1].code, results[1].position) == ("INVALID_METER_READING_ATTRIBUTES", 5)
    assert results[1].message.endswith('not "812,4".')
    assert readings.ids() == ["R-1", "R-4"]


def test_of_one_external_id_in_one_event_the_last_reading_counts(readings: Readings):
    results = readings.results(
        readings.wish("R-1", remark="first"), readings.wish("R-2"), readings.wish("R-1", value=2),
        readings.wish("R-1", value="x"),
    )  # fmt: skip
    assert [result.outcome.value for result in results] == ["superseded", "created", "created", "failed"]
    row = readings.stored()[0]
    assert (row.external_id, row.value, row.remark) == ("R-1", 2, "")


def test_readings_of_several_events_follow_one_another(readings: Readings):
    results = readings.results(
        readings.wish("R-1", remark="first"), readings.wish("R-1", value=2, event_id=new_id()),
        readings.delete("R-1", event_id=new_id()), readings.wish("R-1", value=3, event_id=new_id()),
    )  # fmt: skip
    assert [result.outcome.value for result in results] == ["created", "updated", "deleted", "created"]
    assert (readings.only().value, readings.only().remark) == (3, "")


class TestCreate:
    def test_a_reading_that_is_there_is_a_conflict(self, readings: Readings):
        readings.write(readings.wish("R-1"))
        result = readings.one(readings.wish("R-1", value=2, must_create=True, event_id=new_id()))
        assert (result.outcome, result.code) == (ReadingOutcome.FAILED, "ENTITY_ALREADY_EXISTS")
        assert readings.only().value == 1

    def test_a_reading_of_that_day_is_a_conflict(self, readings: Readings):
        readings.from_portal("2026-01-01T10:00:00Z")
        result = readings.one(readings.wish("R-1", must_create=True, event_id=new_id(), **BY_DAY))
        assert result.code == "ENTITY_ALREADY_EXISTS"

    def test_a_second_try_and_a_replay_know_their_own_reading(self, readings: Readings):
        readings.write(readings.wish("R-1", must_create=True))
        assert readings.one(readings.wish("R-1", must_create=True)).outcome is ReadingOutcome.NO_OP
        replay = readings.wish("R-1", must_create=True, event_id=new_id(), origin_id=EVENT, value=2)
        assert readings.one(replay).outcome is ReadingOutcome.UPDATED
        assert readings.one(replay).outcome is ReadingOutcome.NO_OP

    def test_who_has_no_event_never_owns_a_reading(self, readings: Readings):
        readings.write(readings.wish("R-1", event_id=None))
        assert readings.one(readings.wish("R-1", event_id=None, must_create=True)).code == "ENTITY_ALREADY_EXISTS"


class TestStrictDate:
    def test_the_echo_of_a_portal_reading_gets_its_external_id(self, readings: Readings):
        readings.from_portal("2025-06-14T22:30:00Z", value=5, read_by="Ute")
        assert readings.one(readings.wish("R-1", timestamp="2025-06-15", **BY_DAY)).outcome is ReadingOutcome.UPDATED
        row = readings.only()
        assert (row.external_id, row.source, row.value, row.read_by) == ("R-1", "ERP", 1, "Ute")
        assert row.timestamp == datetime(2025, 6, 15, tzinfo=UTC)
        assert readings.one(readings.wish("R-1", timestamp="2025-06-15", **BY_DAY)).outcome is ReadingOutcome.NO_OP

    def test_another_german_day_is_another_reading(self, readings: Readings):
        readings.from_portal("2025-12-15T23:15:00Z")
        assert readings.one(readings.wish("R-1", timestamp="2025-12-15", **BY_DAY)).outcome is ReadingOutcome.CREATED
        assert readings.ids() == ["", "R-1"]

    def test_several_readings_of_the_day_are_left_alone(self, readings: Readings):
        readings.from_portal("2025-12-15T08:00:00Z")
        readings.from_portal("2025-12-15T09:00:00Z")
        result = readings.one(readings.wish("R-1", timestamp="2025-12-15", **BY_DAY))
        assert (result.outcome, result.code) == (ReadingOutcome.FAILED, "READING_MATCH_AMBIGUOUS")
        assert "2025-12-15" in result.message
        assert readings.ids() == ["", ""]

    def test_the_external_id_comes_before_the_day(self, readings: Readings):
        readings.write(readings.wish("R-1", timestamp="2025-12-01"), readings.wish("R-2", timestamp="2025-12-15"))
        readings.write(readings.wish("R-1", timestamp="2025-12-15", value=9, **BY_DAY))
        assert [(row.external_id, row.value) for row in readings.stored()] == [("R-1", 9), ("R-2", 1)]

    def test_a_deleted_reading_makes_the_day_clear_again(self, readings: Readings):
        readings.write(readings.wish("R-1", timestamp="2025-12-15T08:00:00Z"))
        readings.write(readings.wish("R-2", timestamp="2025-12-15T09:00:00Z"))
        echo = readings.wish("R-3", timestamp="2025-12-15", value=7, **BY_DAY)
        assert readings.results(readings.delete("R-1"), echo)[1].outcome is ReadingOutcome.UPDATED
        assert (readings.only().external_id, readings.only().value) == ("R-3", 7)

    def test_a_reading_moved_by_the_same_call_counts_where_it_is_now(self, readings: Readings):
        readings.write(readings.wish("R-1", timestamp="2025-12-14"))
        results = readings.results(
            readings.wish("R-1", timestamp="2025-12-15", event_id=None),
            readings.wish("R-2", timestamp="2025-12-15", **BY_DAY),
            readings.wish("R-3", timestamp="2025-12-14", **BY_DAY),
        )
        assert [result.outcome.value for result in results] == ["updated", "updated", "created"]
        assert readings.ids() == ["R-2", "R-3"]

    def test_an_external_id_given_by_the_same_call_is_found(self, readings: Readings):
        readings.from_portal("2025-12-15T08:00:00Z")
        echo = readings.wish("R-1", timestamp="2025-12-15", **BY_DAY)
        results = readings.results(echo, readings.wish("R-1", value=3, event_id=None))
        assert [result.outcome.value for result in results] == ["updated", "updated"]
        assert readings.only().value == 3

    @pytest.mark.parametrize(
        ("counters", "stored", "given", "outcome"),
        [
            ("", "feed-in", "feed-in", "updated"),
            ("", "feed-in", "feed-out", "created"),
            ("", "feed-in", "", "created"),
            ("", "", "", "updated"),
            ("feed-in", "feed-in", "", "updated"),
            ("feed-in", "feed-out", "", "created"),
            ("feed-in", "", "feed-in", "updated"),
            ("feed-in", "", "", "updated"),
            ("feed-in", "", "feed-out", "created"),
        ],
    )
    def test_only_readings_of_the_same_direction_match(
        self, readings: Readings, counters: str, stored: str, given: str, outcome: str
    ):
        counter_id = readings.made("meter_counter", "C-9", **({"direction": counters} if counters else {}))
        readings.from_portal("2026-01-01T10:00:00Z", counter_id=counter_id, **({"direction": stored} if stored else {}))
        wish = readings.wish("R-1", counter_id=counter_id, **BY_DAY, **({"direction": given} if given else {}))
        assert readings.one(wish).outcome == outcome

    def test_the_day_of_another_counter_does_not_match(self, readings: Readings):
        readings.from_portal("2026-01-01T10:00:00Z", counter_id=readings.made("meter_counter", "C-2"))
        readings.from_portal("2026-01-01T10:00:00Z", counter_id=None)
        assert readings.one(readings.wish("R-1", **BY_DAY)).outcome is ReadingOutcome.CREATED

    def test_without_a_counter_only_the_external_id_matches(self, readings: Readings):
        readings.from_portal("2026-01-01T10:00:00Z", counter_id=None)
        created = readings.one(readings.wish("R-1", counter_id=None, **BY_DAY))
        assert created.outcome is ReadingOutcome.CREATED
        assert readings.one(readings.wish("R-1", counter_id=None, value=2, **BY_DAY)).reading_id == created.reading_id


class TestWithoutExternalId:
    def test_a_repeated_request_makes_no_second_reading(self, readings: Readings):
        for counter_id in (readings.counter_id, None):
            readings.from_portal("2026-01-01T10:00:00Z", counter_id=counter_id)
            readings.from_portal("2026-01-01T11:00:00+01:00", counter_id=counter_id, value=2)
            readings.from_portal("2026-01-01T10:00:00.000001Z", counter_id=counter_id)
        assert [row.value for row in readings.stored()] == [2, 2, 1, 1]

    def test_the_reading_of_an_erp_is_not_overwritten(self, readings: Readings):
        readings.write(readings.wish("R-1", timestamp="2026-01-01T10:00:00Z"))
        readings.from_portal("2026-01-01T10:00:00Z", value=9)
        assert [(row.external_id, row.value) for row in readings.stored()] == [("", 9), ("R-1", 1)]


class TestDelete:
    def test_a_reading_is_gone_for_good(self, readings: Readings):
        readings.write(readings.wish("R-1"), readings.wish("R-2"))
        result = readings.one(readings.delete("R-1"))
        assert (result.outcome, result.code) == (ReadingOutcome.DELETED, "METER_READING_DELETED")
        assert readings.ids() == ["R-2"]

    def test_what_is_not_there_is_deleted_already(self, readings: Readings):
        for wish in (readings.delete("R-1"), readings.delete(None, **BY_DAY)):
            result = readings.one(wish)
            assert (result.outcome, result.code) == (ReadingOutcome.NO_OP, "METER_READING_DELETED")

    def test_a_day_names_its_single_reading(self, readings: Readings):
        readings.from_portal("2025-12-15T08:00:00Z")
        assert readings.one(readings.delete("R-1", timestamp="2025-12-15", **BY_DAY)).outcome is ReadingOutcome.DELETED
        assert readings.stored() == []

    def test_a_day_with_several_readings_names_none(self, readings: Readings):
        readings.from_portal("2025-12-15T08:00:00Z")
        readings.from_portal("2025-12-15T09:00:00Z")
        assert readings.one(readings.delete(timestamp="2025-12-15", **BY_DAY)).code == "READING_MATCH_AMBIGUOUS"
        assert len(readings.stored()) == 2

    def test_made_and_deleted_in_one_call_was_never_there(self, readings: Readings):
        readings.write(readings.wish("R-1"), readings.delete("R-1"))
        assert readings.stored() == []


@pytest.mark.django_db(transaction=True)
def test_a_write_outside_a_transaction_is_refused():
    assert not connection.in_atomic_block
    with pytest.raises(TransactionManagementError):
        write_readings(organization_id=1, wishes=[], at=NOW)
