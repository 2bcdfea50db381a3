"""The log tells when the collector stops taking spans and when it takes them again, and how many were lost."""

from __future__ import annotations

import logging

import pytest

from hub.tracing.reach import Reach

AWAY = "The collector of traces takes no spans. They are lost until it does, and then their number is told."
BACK = "The collector of traces takes spans again."
ENDED = "The process ends with spans that no collector has taken."


@pytest.fixture
def reach():
    return Reach(4)


@pytest.fixture
def told(caplog):
    """What was logged so far, each with the number of spans that it tells of."""
    return lambda: [(one.getMessage(), getattr(one, "spans_lost", None)) for one in caplog.records]


def send(reach, count, *, arrives):
    assert all([reach.admit() for _ in range(count)])
    reach.taken(count)
    (reach.arrived if arrives else reach.failed)(count)


def test_a_collector_that_takes_everything_is_no_news(reach, told):
    send(reach, 3, arrives=True)
    send(reach, 3, arrives=True)
    reach.end()
    assert told() == []


def test_a_collector_that_goes_and_comes_back_is_told_of_twice_however_many_batches_are_lost(reach, told):
    for arrives in (True, False, False, False, True, True):
        send(reach, 2, arrives=arrives)
    assert told() == [(AWAY, None), (BACK, 6)]


def test_each_time_is_told_with_its_own_number(reach, told):
    for arrives in (False, True, False, False, True):
        send(reach, 1, arrives=arrives)
    reach.end()
    assert told() == [(AWAY, None), (BACK, 1), (AWAY, None), (BACK, 2)]


def test_what_finds_too_many_waiting_is_lost_and_counted(reach, told):
    assert [reach.admit() for _ in range(6)] == [True] * 4 + [False] * 2
    reach.taken(4)
    reach.failed(4)
    send(reach, 1, arrives=True)
    assert told() == [(AWAY, None), (BACK, 6)]


def test_what_is_left_in_the_end_is_told_once(reach, told):
    reach.admit()
    reach.admit()
    reach.taken(1)
    reach.end()
    reach.failed(1)
    assert told() == [(ENDED, 2)]


def test_the_first_words_about_a_batch_are_the_reason_and_nothing_else_is_logged(reach, caplog):
    reach.admit()
    reach.taken(1)
    heard = [reach.hear(logging.makeLogRecord({"msg": words})) for words in ("Refused.", "Gave up.")]
    reach.failed(1)
    assert (heard, [one.reason for one in caplog.records]) == ([False, False], ["Refused."])
