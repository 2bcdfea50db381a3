"""Deletion goes on where it stopped, within its time, and disturbs nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils.translation import gettext_lazy

from hub.events.models import CoreEvent
from hub.ids import first_id_at
from hub.retention import running
from hub.retention.kinds import Batch, FixedAge, RetentionKind, Walked, get_kind
from hub.retention.models import RetentionWalk
from tests.builders import NOW
from tests.cast import Stage
from tests.conftest import FixedClock
from tests.hub.events.builders import make_core_event

pytestmark = pytest.mark.django_db


def core_events(stage: Stage, *days: int) -> None:
    for number in days:
        at = NOW - timedelta(days=number)
        make_core_event(organization=stage.home, at=at, id=first_id_at(at))


def days_left() -> list[int]:
    return [(NOW - row.occurred_at).days for row in CoreEvent.objects.order_by("pk")]


def walk() -> RetentionWalk:
    return RetentionWalk.objects.get(kind="core_events", days=90)


def test_a_run_without_time_deletes_nothing_and_the_next_one_does(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    core_events(stage, 91)
    with monkeypatch.context() as hurried:
        hurried.setattr(running, "BUDGET_S", 0.0)
        assert running.apply() == 0
    assert running.apply() == 1


def test_a_walk_remembers_how_far_it_came(stage: Stage) -> None:
    core_events(stage, 95, 92, 89)
    running.apply()
    assert (walk().after, walk().has_ended) == (first_id_at(NOW - timedelta(days=92)), True)
    assert days_left() == [89]


def test_what_comes_of_age_later_goes_then(stage: Stage, clock: FixedClock) -> None:
    core_events(stage, 89)
    running.apply()
    clock.move(days=2)
    assert running.apply() == 1


def test_what_was_passed_is_found_by_the_pass_of_the_next_day(stage: Stage, clock: FixedClock) -> None:
    core_events(stage, 91)
    running.apply()
    core_events(stage, 92)
    assert running.apply() == 0
    clock.move(days=1)
    assert running.apply() == 1


def test_a_batch_that_is_cut_off_leaves_rows_and_place_and_the_next_run_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    core_events(stage, 95, 92, 91)
    monkeypatch.setattr(running, "ROWS_PER_TRANSACTION", 2)
    batches = iter([None, KeyboardInterrupt])
    whole = RetentionWalk.save

    def cut_off(row: RetentionWalk, *args: Any, **kwargs: Any) -> None:
        """The process ends after the rows were deleted, before the place is written."""
        if row.kind == "core_events" and (failure := next(batches, None)):
            raise failure
        whole(row, *args, **kwargs)

    with monkeypatch.context() as killed:
        killed.setattr(RetentionWalk, "save", cut_off)
        with pytest.raises(KeyboardInterrupt):
            running.apply()
    assert days_left() == [91]
    assert walk().after == first_id_at(NOW - timedelta(days=92))
    running.apply()
    assert days_left() == []


def failing(key: str, error: Exception) -> RetentionKind:
    """The kind, whose walk fails."""

    def fail(batch: Batch) -> Walked:
        raise error

    return replace(get_kind(key), walk=fail)


def test_a_kind_that_fails_is_named_and_keeps_no_other_from_going_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    core_events(stage, 91)
    broken = failing("deliveries", ValueError("a row that nobody foresaw"))
    monkeypatch.setattr(running, "kinds", lambda: (broken, get_kind("core_events")))
    assert running.apply() == 1
    [record] = [one for one in caplog.records if one.name == running.__name__]
    assert "deliveries" in record.getMessage()
    assert record.exc_info is not None


def test_a_fixed_age_that_fails_keeps_no_kind_from_going_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    core_events(stage, 91)

    def fail(limit: datetime, most: int) -> int:
        raise ValueError("a row that nobody foresaw")

    broken = FixedAge(gettext_lazy("Sessions"), timedelta(days=1), (), fail)
    monkeypatch.setattr(running, "fixed_ages", lambda: (broken,))
    assert running.apply() == 1
    assert "Sessions" in caplog.text


def test_where_the_database_is_away_the_run_ends(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    core_events(stage, 91)
    monkeypatch.setattr("hub.database.transactions.FIRST_PAUSE_S", 0.0)
    broken = failing("deliveries", OperationalError("the server closed the connection"))
    monkeypatch.setattr(running, "kinds", lambda: (broken, get_kind("core_events")))
    with pytest.raises(OperationalError):
        running.apply()
    assert days_left() == [91]
