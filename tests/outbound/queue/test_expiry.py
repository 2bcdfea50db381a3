"""Expiry: what nobody confirmed in time goes and is told, in batches (outbound.md 13.3)."""

from __future__ import annotations

import pytest

from monitoring.models import BucketDelta
from outbound.queue.expiry import expire
from tests.outbound.queue.conftest import FAILED, Queue

pytestmark = pytest.mark.django_db


def test_what_nobody_confirmed_is_told_when_it_goes(queue: Queue) -> None:
    [event_id] = queue.put("a", retention_days=1)
    queue.put("b", retention_days=2)
    queue.clock.move(days=1)
    assert expire() == 1
    [span] = queue.spans("MSG_EXPIRED_UNPOLLED")
    assert (span.event_id, span.level, span.detail["delivery_attempts"]) == (event_id, "error", 0)
    assert [row.status for row in BucketDelta.objects.of(queue.organization)] == ["error"]
    assert queue.polled() == ["b"]


def test_what_was_leased_but_never_confirmed_is_told_with_its_attempts(queue: Queue) -> None:
    queue.put("a", retention_days=1)
    queue.fail(2)
    queue.poll()
    queue.clock.move(days=1)
    queue.poll()
    assert expire() == 1
    assert queue.spans("MSG_EXPIRED_UNPOLLED")[0].detail["delivery_attempts"] == 3


def test_what_was_confirmed_is_not_told(queue: Queue) -> None:
    queue.put("a", retention_days=1)
    queue.ack(queue.poll())
    queue.clock.move(days=1)
    assert (expire(), queue.spans("MSG_EXPIRED_UNPOLLED")) == (0, [])


def test_dead_letters_go_without_a_second_word(queue: Queue) -> None:
    queue.put("a", retention_days=1, **FAILED)
    queue.poll()
    queue.clock.move(days=1)
    assert (expire(), queue.rows(), queue.spans("MSG_EXPIRED_UNPOLLED")) == (1, [], [])


def test_a_changed_retention_affects_new_messages_only(queue: Queue) -> None:
    queue.put("old", retention_days=2)
    queue.put("new", retention_days=1)
    queue.clock.move(days=1)
    expire()
    assert queue.polled() == ["old"]


def test_everything_goes_in_small_batches(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outbound.queue.expiry.ROWS_PER_TRANSACTION", 2)
    queue.put(*"abcde", retention_days=1)
    queue.clock.move(days=1)
    assert (expire(), queue.rows()) == (5, [])


def test_one_run_ends_after_its_batches(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outbound.queue.expiry.ROWS_PER_TRANSACTION", 2)
    monkeypatch.setattr("outbound.queue.expiry.MOST_BATCHES", 2)
    queue.put(*"abcde", retention_days=1)
    queue.clock.move(days=1)
    assert (expire(), expire()) == (4, 1)
