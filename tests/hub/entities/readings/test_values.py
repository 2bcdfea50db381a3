"""How numbers and moments of readings are read and kept: no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hub.entities.readings.german_day import bounds_of, german_day
from hub.entities.readings.values import find_decimal, moment_of, plain_text, plain_timestamp, text_of_moment


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2025-12-15", "2025-12-15T00:00:00.000Z"),
        ("2025-12-15T10:00:00", "2025-12-15T10:00:00Z"),
        ("2025-12-15T10:00:00.5", "2025-12-15T10:00:00.5Z"),
        ("2025-12-15T10:00:00Z", "2025-12-15T10:00:00Z"),
        ("2025-07-01T00:00:00+02:00", "2025-07-01T00:00:00+02:00"),
        ("2025-07-01T00:00:00-11:30", "2025-07-01T00:00:00-11:30"),
    ],
)
def test_a_timestamp_is_kept_as_it_was_given_or_anchored_to_utc(given: str, kept: str):
    assert plain_timestamp(given) == kept


def test_a_timestamp_names_a_moment():
    assert moment_of("2025-07-01T00:00:00.123456789+02:00") == datetime(2025, 6, 30, 22, 0, 0, 123456, tzinfo=UTC)
    assert text_of_moment(moment_of("2025-12-15")) == plain_timestamp("2025-12-15")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("812.40", "812.4"), ("1e3", "1000"), (-0.0, "0"), ("-0.00", "0"), ("100", "100"), ("+5", "5"),
     (1e16, "1" + "0" * 16),
     ("-123456789012345678901234567890.000000000000000000001", "-123456789012345678901234567890.000000000000000000001"),
     (10**30 + 1, str(10**30 + 1)), (0.1, "0.1"), ("1.50e-3", "0.0015"), ("0e0", "0")],
)  # fmt: skip
def test_a_value_keeps_every_digit_and_has_one_text(given: Any, kept: str):
    number = find_decimal(given)
    assert number is not None
    assert plain_text(number) == kept
    assert Decimal(kept) == number


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2025-06-14T22:30:00Z", date(2025, 6, 15)),
        ("2025-12-15T23:15:00Z", date(2025, 12, 16)),
        ("2025-10-26T22:30:00Z", date(2025, 10, 26)),
        ("2025-03-30T22:30:00Z", date(2025, 3, 31)),
        ("2025-10-25T21:59:59Z", date(2025, 10, 25)),
        ("2025-10-25T22:00:00Z", date(2025, 10, 26)),
        ("2025-10-26T23:00:00Z", date(2025, 10, 27)),
        ("2025-03-29T22:59:59.999999Z", date(2025, 3, 29)),
        ("2025-03-29T23:00:00Z", date(2025, 3, 30)),
        ("2025-03-30T22:00:00Z", date(2025, 3, 31)),
        ("2025-12-15T00:30:00+09:00", date(2025, 12, 14)),
        ("9999-12-31T23:59:59Z", date(9999, 12, 31)),
        ("0001-01-01", date(1, 1, 1)),
    ],
)
def test_a_moment_has_its_day_in_germany(moment: str, day: date):
    first, last = bounds_of(day)
    assert german_day(moment_of(moment)) == day
    assert first <= moment_of(moment) <= last


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25), ("2025-06-15", 24)])
def test_a_day_ends_where_the_next_one_begins(day: str, hours: int):
    first, last = bounds_of(date.fromisoformat(day))
    assert last - first == timedelta(hours=hours, microseconds=-1)
    assert german_day(first) == german_day(last) == date.fromisoformat(day)
    assert bounds_of(date.fromisoformat(day) + timedelta(days=1))[0] == last + timedelta(microseconds=1)
