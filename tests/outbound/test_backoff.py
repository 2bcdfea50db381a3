"""When a failed attempt is made again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbound.backoff import JITTER, MOST_RETRIES, RETRIES, RETRY_AFTER_CEILING, SCHEDULE, next_attempt_at
from tests.builders import NOW

pytestmark = pytest.mark.once
CALM = settings(derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first examples are slow on a machine that is busy."""
PAUSES = st.none() | st.integers(0, 400 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
JITTERS = st.floats(min_value=1 - JITTER, max_value=1 + JITTER)


def pause(attempt, *, retries=RETRIES, retry_after=None, jitter=1.0):
    """From a failed attempt to the next, or None."""
    at = next_attempt_at(attempt=attempt, retries=retries, failed_at=NOW, retry_after=retry_after, jitter=jitter)
    return None if at is None else at - NOW


def test_the_pauses_are_those_of_the_schedule():
    minutes = [5 / 60, 5, 30, 120, 300]
    assert [pause(attempt, retries=5) for attempt in range(1, 6)] == [timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize("retries", range(MOST_RETRIES + 1))
def test_as_many_retries_are_made_as_the_webhook_says(retries):
    made = [pause(attempt, retries=retries) is not None for attempt in range(1, 10)]
    assert made == [True] * retries + [False] * (9 - retries)


def test_nobody_retries_more_often_than_the_schedule_is_long():
    assert pause(MOST_RETRIES + 1, retries=100) is None


def test_a_longer_wish_of_the_receiver_wins():
    assert pause(1, retry_after=timedelta(minutes=10)) == timedelta(minutes=10)


def test_a_shorter_one_does_not():
    assert pause(3, retry_after=timedelta(minutes=10)) == timedelta(minutes=30)


def test_no_wish_is_longer_than_a_day():
    assert pause(1, retry_after=timedelta(days=3)) == RETRY_AFTER_CEILING


def test_a_wish_makes_no_further_attempt():
    assert pause(4, retry_after=timedelta(minutes=1)) is None


@CALM
@given(attempt=st.integers(1, MOST_RETRIES), retry_after=PAUSES, jitter=JITTERS)
def test_a_pause_lies_between_the_schedule_and_the_ceiling(attempt, retry_after, jitter):
    found = pause(attempt, retries=MOST_RETRIES, retry_after=retry_after, jitter=jitter)
    assert SCHEDULE[attempt - 1] * (1 - JITTER) <= found
    assert found <= max(SCHEDULE[attempt - 1] * (1 + JITTER), RETRY_AFTER_CEILING)


@CALM
@given(attempt=st.integers(1, MOST_RETRIES), shorter=JITTERS, longer=JITTERS)
def test_more_jitter_is_never_an_earlier_moment(attempt, shorter, longer):
    shorter, longer = sorted((shorter, longer))
    assert pause(attempt, retries=5, jitter=shorter) <= pause(attempt, retries=5, jitter=longer)
