"""The edge cases of mapping.md section 18, rows 87 to 102, as far as they concern what is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from hub.entities.models import Entity
from hub.entities.readings.values import Mode
from hub.entities.readings.writing import Matching, ReadingCode, problem_of, prunes_of
from hub.json_encoding import timestamp as json_timestamp
from tests.hub.entities.readings.conftest import Readings

INVALID = "INVALID_METER_READING_ATTRIBUTES"


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"value": "812,4"}, id="row 87"),
        pytest.param({"timestamp": "2025-02-30"}, id="row 89"),
        pytest.param({"timestamp": "15.01.2025"}, id="row 90, text"),
        pytest.param({"timestamp": 1736899200000}, id="row 90, number"),
        pytest.param({"reason": "jahresablesung"}, id="row 93"),
        pytest.param({"source": "erp"}, id="row 94"),
    ],
)
def test_rows_87_to_94_only_the_invalid_reading_is_rejected(readings: Readings, attributes: dict[str, Any]):
    rejected, written = readings.results(readings.wish("R-1", **attributes), readings.wish("R-2"))
    assert (rejected.code, written.code) == (INVALID, "METER_READING_UPSERTED")
    [(name, value)] = attributes.items()
    assert rejected.message.startswith(name)
    assert str(value) in rejected.message
    assert readings.ids() == ["R-2"]


def test_row_88_a_numeric_text_is_stored_as_its_number(readings: Readings):
    readings.write(readings.wish("R-1", value="812.40"))
    assert readings.only().value == Decimal("812.4")


def test_row_91_a_day_is_stored_as_midnight_utc(readings: Readings):
    readings.write(readings.wish("R-1", timestamp="2025-07-01"))
    assert json_timestamp(readings.only().timestamp) == "2025-07-01T00:00:00.000Z"


def test_row_92_a_timestamp_with_offset_is_stored_unchanged(readings: Readings):
    readings.write(readings.wish("R-1", timestamp="2025-07-01T00:00:00+02:00"))
    row = readings.only()
    assert (row.timestamp_text, row.timestamp) == ("2025-07-01T00:00:00+02:00", datetime(2025, 6, 30, 22, tzinfo=UTC))


def test_row_95_the_echo_of_a_portal_reading_is_the_same_reading(readings: Readings):
    readings.from_portal("2025-06-14T22:30:00Z")
    readings.write(readings.wish("R-1", timestamp="2025-06-15", matching=Matching.STRICT_DATE))
    assert readings.only().external_id == "R-1"


def test_row_96_another_german_day_is_a_second_reading(readings: Readings):
    readings.from_portal("2025-12-15T23:15:00Z")
    readings.write(readings.wish("R-1", timestamp="2025-12-15", matching=Matching.STRICT_DATE))
    assert readings.ids() == ["", "R-1"]


def test_row_97_two_readings_of_that_day_are_left_alone(readings: Readings):
    readings.from_portal("2025-12-15T08:00:00Z")
    readings.from_portal("2025-12-15T18:00:00Z")
    result = readings.one(readings.wish("R-1", timestamp="2025-12-15", matching=Matching.STRICT_DATE))
    assert result.code == ReadingCode.AMBIGUOUS
    assert readings.ids() == ["", ""]


def test_row_98_a_delete_needs_only_the_external_id(readings: Readings):
    assert problem_of({"external_id": "R-1"}, Mode.DELETE) == ""


def test_row_99_a_prune_of_a_source_takes_its_readings_without_external_id(readings: Readings):
    readings.from_portal("2025-12-01T08:00:00Z", source="ECP")
    readings.from_portal("2025-12-02T08:00:00Z", source="ERP")
    group = [readings.wish("R-1")]
    readings.write(*group, prunes=prunes_of(group, reading_source="ERP"))
    assert [(row.source, row.external_id) for row in readings.stored()] == [("ECP", ""), ("ERP", "R-1")]


def test_row_100_a_prune_without_source_keeps_readings_without_external_id(readings: Readings):
    readings.from_portal("2025-12-01T08:00:00Z")
    readings.write(prunes=[readings.prune()])
    assert readings.ids() == [""]


def test_row_101_a_reading_creates_no_meter(readings: Readings):
    meters = Entity.objects.filter(schema="meter").count()
    readings.write(readings.wish("R-1", meter_id=uuid4()))
    assert Entity.objects.filter(schema="meter").count() == meters


def test_row_102_250_readings_of_a_counter_are_three_batches(readings: Readings):
    wishes = [readings.wish(f"R-{number}") for number in range(250)]
    assert len(readings.write(*wishes).batches) == 3
