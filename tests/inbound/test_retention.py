"""How long events and lanes are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection

from hub.ids import first_id_at
from inbound import retention
from inbound.lanes import on_use_case_deleted
from inbound.models import DeduplicationKey, InboundBody, InboundEvent, InboundOutcome, Lane, LaneMember, QueuedEvent
from monitoring import retention as monitoring_retention
from monitoring.models import AccessLog, Bucket, MonitoringEvent
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer, drain

pytestmark = pytest.mark.django_db

TABLES = (InboundBody, InboundEvent, InboundOutcome)


def received(erp: Erp, at: datetime, number: int) -> None:
    """Events that were received and settled at that moment."""
    erp.send(*(erp.event(customer(str(place)), deduplication_id=f"d-{at:%j}-{place}") for place in range(number)))
    drain()
    fresh = list(InboundEvent.objects.filter(pk__gt=first_id_at(NOW + timedelta(days=30))).values_list("pk", flat=True))
    for place, pk in enumerate(fresh):
        then = first_id_at(at + timedelta(milliseconds=place))
        InboundEvent.objects.filter(pk=pk).update(id=then)
        for model in (InboundBody, InboundOutcome):
            model.objects.filter(pk=pk).update(event_id=then)
    InboundOutcome.objects.filter(finished_at=NOW).update(finished_at=at)
    DeduplicationKey.objects.filter(accepted_at=NOW).update(accepted_at=at)


def test_events_go_ninety_days_after_they_came_with_all_they_left(erp: Erp, clock: FixedClock) -> None:
    received(erp, NOW - timedelta(days=91), 3)
    received(erp, NOW - timedelta(days=89), 2)
    retention.apply()
    assert [model.objects.count() for model in TABLES] == [2, 2, 2]


def test_deduplication_keys_go_after_a_day(erp: Erp) -> None:
    received(erp, NOW - timedelta(hours=25), 3)
    received(erp, NOW - timedelta(hours=23), 2)
    retention.apply()
    assert DeduplicationKey.objects.count() == 2


def test_everything_goes_in_small_transactions(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    received(erp, NOW - timedelta(days=91), 25)
    sizes: list[int] = []
    for module in (retention, monitoring_retention):
        monkeypatch.setattr(module, "ROWS_PER_TRANSACTION", 10)
    with connection.execute_wrapper(_noting(sizes)):
        retention.apply()
    assert max(sizes) == 10
    assert [model.objects.count() for model in (*TABLES, DeduplicationKey)] == [0, 0, 0, 0]


def _noting(sizes: list[int]):
    def note(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith("DELETE"):
            sizes.append(context["cursor"].rowcount)
        return answer

    return note


def test_a_run_does_no_more_than_its_batches(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    received(erp, NOW - timedelta(days=91), 25)
    monkeypatch.setattr(retention, "ROWS_PER_TRANSACTION", 10)
    monkeypatch.setattr(retention, "MOST_BATCHES", 2)
    retention.apply()
    assert [model.objects.count() for model in (*TABLES, DeduplicationKey)] == [5, 5, 5, 5]


def test_a_closed_lane_goes_after_its_last_event_with_who_was_in_it(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    on_use_case_deleted(use_case=erp.use_case)
    erp.use_case.delete()
    left = []
    for _ in range(2):
        clock.move(days=91)
        retention.apply()
        left.append((Lane.objects.count(), LaneMember.objects.count()))
        QueuedEvent.objects.all().delete()
    assert left == [(1, 1), (0, 0)]


def span(at: datetime, erp: Erp) -> None:
    MonitoringEvent.objects.create(
        id=first_id_at(at),
        organization_id=erp.organization.pk,
        integration_id=erp.integration.pk,
        sync_type="entity",
        level="success",
        received_at=at,
        completed_at=at,
    )


def bucket(at: datetime, erp: Erp, width: int) -> None:
    Bucket.objects.create(
        organization_id=erp.organization.pk,
        integration_id=erp.integration.pk,
        direction="inbound",
        status="success",
        starts_at=at,
        last_at=at,
        events=1,
        width_minutes=width,
    )


def request(at: datetime) -> None:
    AccessLog.objects.create(
        id=first_id_at(at), at=at, request_id="r", method="GET", path="/", status=200, latency_ms=1
    )


def test_spans_requests_and_counters_go_when_their_time_has_come(erp: Erp) -> None:
    for days in (89, 91):
        span(NOW - timedelta(days=days), erp)
    for days in (29, 31):
        request(NOW - timedelta(days=days))
    for width, hours in ((5, 47), (5, 49), (60, 24 * 399), (60, 24 * 401)):
        bucket(NOW - timedelta(hours=hours), erp, width)
    monitoring_retention.apply()
    assert [model.objects.count() for model in (MonitoringEvent, AccessLog, Bucket)] == [1, 1, 2]
