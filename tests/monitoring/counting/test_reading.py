"""Counts of spans are those that one would count by hand, folded or not, whatever the window."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.counting.folding import fold_spans as fold
from monitoring.counting.reading import Wanted, read_counts
from monitoring.counting.tables import SPANS
from monitoring.models import MonitoringEvent, SpanBucket, SpanDelta
from monitoring.record import Span, record
from tests.builders import NOW

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = UUID(int=1), UUID(int=2)
CHANCE = random.Random(7)


def span(at: datetime, level: str = "success", **fields: object) -> Span:
    return Span(1, HERE, "entity", level, at, at, **fields)  # type: ignore[arg-type]  # fields of Span


def some(number: int, hours: float) -> list[Span]:
    """Spans of the last hours, of all kinds."""
    return [
        span(
            NOW - timedelta(hours=CHANCE.uniform(0, hours)),
            CHANCE.choice(["success", "error"]),
            code=CHANCE.choice(["", "TIMEOUT"]),
            use_case_id=CHANCE.choice([None, UUID(int=7)]),
            object_type=CHANCE.choice(["contact", "meter"]),
        )
        for _ in range(number)
    ]


def by_hand(spans: Iterable[Span], since: datetime, until: datetime, names: Sequence[str]) -> Counter[object]:
    inside = (one for one in spans if since <= one.completed_at <= until)
    return Counter((*(getattr(one, name) for name in names), one.level) for one in inside)


def counted(wanted: Wanted) -> Counter[object]:
    return Counter({(*row.group, row.outcome): row.number for row in read_counts(SPANS, wanted, at=NOW)})


def wanted(since: datetime | None = None, until: datetime = NOW, **fields: object) -> Wanted:
    return Wanted(1, HERE, since, until, **fields)  # type: ignore[arg-type]  # fields of Wanted


@pytest.mark.parametrize("is_folded", [True, False])
@pytest.mark.parametrize("names", [(), ("use_case_id", "code"), SPANS.groups])
@pytest.mark.parametrize("hours", [0.7, 6.3, 70])
def test_any_window_counts_what_lies_in_it(hours: float, names: tuple[str, ...], is_folded: bool) -> None:
    spans = some(200, 80)
    record(spans)
    if is_folded:
        fold()
    since = NOW - timedelta(hours=hours)
    assert counted(wanted(since, group_by=names)) == by_hand(spans, since, NOW, names)
    until = NOW - timedelta(minutes=17)
    assert counted(wanted(since, until, group_by=names)) == by_hand(spans, since, until, names)


def test_without_a_beginning_everything_counts() -> None:
    spans = some(50, 2000)
    record(spans)
    fold()
    assert counted(wanted()) == by_hand(spans, NOW - timedelta(days=400), NOW, ())


@pytest.mark.parametrize("minutes", [5, 30, 60, 1440])
def test_slots_count_what_lies_in_them(minutes: int) -> None:
    spans = some(200, 60)
    record(spans)
    fold()
    step = timedelta(minutes=minutes)
    since = NOW - timedelta(hours=55)
    expected = Counter(
        int(one.completed_at.timestamp()) // (minutes * 60) for one in spans if since <= one.completed_at <= NOW
    )
    rows = read_counts(SPANS, wanted(since, slot=step), at=NOW)
    found: Counter[int] = Counter()
    for row in rows:
        assert row.slot is not None
        found[int(row.slot.timestamp()) // (minutes * 60)] += row.number
    assert found == expected


def test_a_later_end_counts_what_was_folded_already_only_once() -> None:
    spans = some(40, 3)
    for half in (spans[:20], spans[20:]):
        record(half)
        fold()
    assert (SpanDelta.objects.count(), fold()) == (0, 0)
    assert counted(wanted()) == by_hand(spans, NOW - timedelta(days=1), NOW, ())


def test_levels_and_kinds_narrow() -> None:
    record([span(NOW), span(NOW, "error"), Span(1, HERE, "outbound", "error", NOW, NOW)])
    assert counted(wanted(only={"level": ("error",)})) == Counter({("error",): 2})
    assert counted(wanted(without={"sync_type": ("outbound",)})) == Counter({("success",): 1, ("error",): 1})
    assert counted(wanted(only={"sync_type": ("outbound",)})) == Counter({("error",): 1})


def test_other_integrations_and_organizations_count_for_themselves() -> None:
    record([span(NOW), Span(1, ELSEWHERE, "entity", "success", NOW, NOW), Span(2, HERE, "entity", "error", NOW, NOW)])
    assert counted(wanted()) == Counter({("success",): 1})


def test_a_window_is_one_statement() -> None:
    record(some(30, 3))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        counted(wanted(NOW - timedelta(hours=2)))
    assert len(queries) == 1


def test_old_hours_are_read_without_their_spans() -> None:
    record(some(30, 3))
    fold()
    MonitoringEvent.objects.all().delete()
    assert sum(counted(wanted(NOW - timedelta(hours=5))).values()) == 30


def test_spans_without_a_use_case_fold_into_one_row() -> None:
    for _ in range(2):
        record([span(NOW)])
        fold()
    assert [row.number for row in SpanBucket.objects.all()] == [2, 2, 2]


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="message"):
        read_counts(SPANS, wanted(group_by=("message",)), at=NOW)
