"""A window is covered once, by hours where it can be, by spans at its edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.counting.windows import DAY, FIVE_MINUTES, HOUR, STEPS, Piece, cut, steps_of

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
KEPT = timedelta(hours=48)
MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 15), timezones=st.just(UTC))


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


def shown(pieces: tuple[Piece, ...]) -> list[tuple[int, str, str]]:
    return [(one.width_minutes, f"{one.since:%d %H:%M:%S}", f"{one.until:%d %H:%M:%S}") for one in pieces]


def test_whole_hours_are_read_as_hours_and_what_sticks_out_more_finely() -> None:
    pieces = cut(at(14, 8, 52, 30), at(14, 11, 7, 1), at=NOW, fine_kept=KEPT)
    assert shown(pieces.pieces) == [
        (0, "14 08:52:30", "14 08:55:00"),
        (5, "14 08:55:00", "14 09:00:00"),
        (60, "14 09:00:00", "14 11:00:00"),
        (5, "14 11:00:00", "14 11:05:00"),
        (0, "14 11:05:00", "14 11:07:01"),
    ]


def test_a_window_that_ends_now_reads_no_spans_at_its_end() -> None:
    pieces = cut(at(14, 15), NOW, at=NOW, fine_kept=KEPT)
    assert shown(pieces.pieces) == [(5, "14 15:00:00", "14 15:10:00")]


def test_a_window_may_reach_to_the_last_moment_there_is() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert end_of(cut(at(14, 15), last, at=NOW, fine_kept=KEPT).pieces) == last
    assert end_of(cut(last, last, at=NOW, fine_kept=KEPT).pieces) == last


def test_where_five_minutes_are_gone_edges_reach_to_the_hour() -> None:
    pieces = cut(at(3, 8, 52), at(3, 11, 7), at=NOW, fine_kept=KEPT)
    assert shown(pieces.pieces) == [
        (0, "03 08:52:00", "03 09:00:00"),
        (60, "03 09:00:00", "03 11:00:00"),
        (0, "03 11:00:00", "03 11:07:00"),
    ]


def test_narrow_slots_of_long_ago_are_read_span_by_span() -> None:
    pieces = cut(at(3, 8), at(3, 11), at=NOW, fine_kept=KEPT, steps=(FIVE_MINUTES,))
    assert {piece.width_minutes for piece in pieces.pieces} == {0}
    assert pieces.counted_since >= pieces.counted_until


def test_whole_days_are_read_as_days() -> None:
    pieces = cut(at(11, 22), at(14, 1), at=NOW, fine_kept=KEPT, steps=STEPS)
    assert shown(pieces.pieces) == [
        (60, "11 22:00:00", "12 00:00:00"),
        (1440, "12 00:00:00", "14 00:00:00"),
        (60, "14 00:00:00", "14 01:00:00"),
        (0, "14 01:00:00", "14 01:00:00"),
    ]


@pytest.mark.parametrize(
    ("slot", "steps"),
    [
        (None, STEPS),
        (DAY, STEPS),
        (timedelta(hours=3), (HOUR, FIVE_MINUTES)),
        (timedelta(minutes=30), (FIVE_MINUTES,)),
    ],
)
def test_buckets_lie_within_slots(slot: timedelta | None, steps: tuple[timedelta, ...]) -> None:
    assert steps_of(slot) == steps


@given(MOMENTS, MOMENTS, st.booleans())
def test_every_moment_of_a_window_lies_in_exactly_one_piece(one: datetime, two: datetime, by_days: bool) -> None:
    since, until = min(one, two), max(one, two)
    pieces = cut(since, until, at=NOW, fine_kept=KEPT, steps=STEPS if by_days else (FIVE_MINUTES,)).pieces
    assert pieces[0].since == since
    assert all(before.until == after.since for before, after in pairwise(pieces))
    assert pieces[-1].includes_until or until >= NOW
    assert pieces[-1].until == until or (until >= NOW and pieces[-1].until >= until)


@given(MOMENTS, MOMENTS)
def test_five_minutes_are_never_read_from_where_they_are_gone(one: datetime, two: datetime) -> None:
    pieces = cut(min(one, two), max(one, two), at=NOW, fine_kept=KEPT).pieces
    assert all(piece.since >= NOW - KEPT for piece in pieces if piece.width_minutes == 5)


@given(MOMENTS, MOMENTS)
def test_buckets_are_read_from_their_starts(one: datetime, two: datetime) -> None:
    pieces = cut(min(one, two), max(one, two), at=NOW, fine_kept=KEPT).pieces
    hours = [piece for piece in pieces if piece.width_minutes == 60]
    assert all(moment % HOUR == timedelta(0) for piece in hours for moment in _since_midnight(piece))


def _since_midnight(piece: Piece) -> tuple[timedelta, timedelta]:
    midnight = piece.since.replace(hour=0, minute=0, second=0, microsecond=0)
    return piece.since - midnight, piece.until - midnight


def end_of(pieces: tuple[Piece, ...]) -> datetime:
    return max(piece.until for piece in pieces)
