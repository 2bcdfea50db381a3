"""Counters: deltas are folded once, into five minutes and an hour, however many fold at a time (engine rule 2.9)."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction

from hub.accounts.models import Organization
from monitoring.counter_sums import HOURLY, PLACE, USE_CASE, Part, Steps, Sums, sums_of
from monitoring.counters import Counted, bin_of, count, fold, window_of
from monitoring.models import Bucket, BucketDelta, IntegrationBucket
from tests.builders import NOW
from tests.hub.entities.conftest import Store, file_store, in_threads  # noqa: F401 -- a fixture

ONE, TWO = UUID(int=1), UUID(int=2)
MIGRATION = import_module("monitoring.migrations.0018_integrations_counted_as_a_whole")
COLUMNS = ("integration_id", "direction", "status", "starts_at", "width_minutes", "events", "durations", "last_at")


def ended(minutes: float = 0, duration_ms: int = 3, status: str = "success") -> Counted:
    return Counted(1, ONE, ONE, "inbound", status, NOW + timedelta(minutes=minutes), duration_ms)


def buckets(width: int) -> list[tuple[int, int]]:
    """Minutes after the test's hour, and events."""
    rows = Bucket.objects.filter(width_minutes=width).order_by("starts_at")
    return [(int((row.starts_at - NOW).total_seconds() // 60), row.events) for row in rows]


def test_a_window_is_five_minutes_wide() -> None:
    assert [window_of(NOW + timedelta(minutes=minutes)).minute for minutes in (0, 4.99, 5, 59.9)] == [0, 0, 5, 55]


@pytest.mark.parametrize(("duration_ms", "position"), [(0, 0), (1, 0), (2, 1), (3, 1), (1024, 10), (2**40, 19)])
def test_a_duration_falls_into_one_of_twenty_bins(duration_ms: int, position: int) -> None:
    assert bin_of(duration_ms) == position


@pytest.mark.django_db
def test_events_of_one_bucket_are_one_delta_with_their_durations() -> None:
    count([ended(0, 3), ended(1, 3), ended(2, 300), ended(3, status="error"), ended(6)])
    rows = BucketDelta.objects.order_by("starts_at", "-status").values_list("status", "events", "durations")
    assert list(rows) == [("success", 3, {"1": 2, "8": 1}), ("error", 1, {"1": 1}), ("success", 1, {"1": 1})]


@pytest.mark.django_db
def test_folding_adds_deltas_to_five_minutes_and_to_the_hour() -> None:
    for minutes in (0, 1, 6, 61):
        count([ended(minutes)])
    assert (fold(), fold(), BucketDelta.objects.count()) == (4, 0, 0)
    assert (buckets(5), buckets(60)) == ([(0, 2), (5, 1), (60, 1)], [(0, 3), (60, 1)])


@pytest.mark.django_db
def test_folding_again_adds_to_what_is_there() -> None:
    for duration_ms in (3, 300):
        count([ended(0, duration_ms)])
        fold()
    [row] = Bucket.objects.filter(width_minutes=60)
    assert (row.events, row.durations) == (2, {"1": 1, "8": 1})


@pytest.mark.django_db
def test_an_event_of_no_use_case_has_a_bucket_of_its_own() -> None:
    for _ in range(2):
        count([ended()._replace(use_case_id=None), ended()])
        fold()
    assert buckets(5) == [(0, 2), (0, 2)]


@pytest.mark.django_db
def test_the_use_cases_of_an_integration_come_to_one_row_an_hour() -> None:
    for use_case_id, duration_ms in ((ONE, 3), (TWO, 3), (None, 300)):
        count([ended(20, duration_ms)._replace(use_case_id=use_case_id)])
        fold()
    [row] = IntegrationBucket.objects.all()
    assert (row.events, row.durations, row.starts_at, row.width_minutes) == (3, {"1": 2, "8": 1}, NOW, 60)


@pytest.mark.django_db
@pytest.mark.parametrize(("use_case_ids", "read"), [((), 1), ((ONE, TWO), 2)], ids=["all", "some"])
def test_a_chart_of_hours_reads_one_row_however_many_use_cases_there_are(
    organization: Organization, use_case_ids: tuple[UUID, ...], read: int
) -> None:
    for use_case_id in (ONE, TWO):
        count([ended(duration_ms=300)._replace(use_case_id=use_case_id, organization_id=organization.pk)])
    fold()
    narrowed = {"organization_id": (organization.pk,), USE_CASE: use_case_ids}
    wanted = Sums([Part(HOURLY, NOW)], narrowed, (PLACE, "id"), Steps(NOW, timedelta(hours=1)))
    rows = list(sums_of(wanted))
    assert (len(rows), sum(row.events for row in rows)) == (read, 2)


@pytest.mark.django_db
def test_hours_of_before_are_summed_up_when_the_hub_is_upgraded() -> None:
    for use_case_id, duration_ms in ((ONE, 3), (TWO, 3), (None, 300)):
        count([ended(0, duration_ms)._replace(use_case_id=use_case_id), ended(60, status="error")])
    fold()
    kept = list(IntegrationBucket.objects.order_by("starts_at").values(*COLUMNS))
    IntegrationBucket.objects.all().delete()
    MIGRATION.sum_up(apps, None)
    assert len(kept) == 2
    assert list(IntegrationBucket.objects.order_by("starts_at").values(*COLUMNS)) == kept


def test_many_that_fold_at_once_lose_no_event(file_store: Store) -> None:  # noqa: F811 -- a fixture
    def add_and_fold() -> None:
        for _ in range(10):
            with transaction.atomic():
                count([ended(), ended(6)])
            fold()

    in_threads(*[add_and_fold] * 4)
    fold()
    assert (buckets(5), buckets(60)) == ([(0, 40), (5, 40)], [(0, 80)])
