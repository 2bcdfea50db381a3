"""How long events and lanes are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from hub.accounts.audit import Actor
from hub.ids import first_id_at, to_text
from hub.retention import running
from hub.retention.ages import choose_ages
from hub.retention.models import PurgedPayload
from inbound.events import EVENT_PREFIX
from inbound.lanes import on_use_case_deleted
from inbound.models import DeduplicationKey, InboundBody, InboundEvent, InboundOutcome, Lane, LaneMember, QueuedEvent
from inbound.receive.arrivals import Sender
from inbound.replay import PURGED, replay_events
from inbound.retention_kinds import PAYLOADS
from monitoring.models import AccessLog, Bucket, MonitoringEvent
from tests.builders import NOW
from tests.cast import VIEWER
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


def keep_payloads_for(erp: Erp, days: int) -> None:
    """Those of events that went well."""
    choose_ages(organization=erp.organization, days={PAYLOADS: days}, actor=Actor("user", "1"), at=NOW)


def test_events_go_ninety_days_after_they_came_with_all_they_left(erp: Erp, clock: FixedClock) -> None:
    received(erp, NOW - timedelta(days=91), 3)
    received(erp, NOW - timedelta(days=29), 2)
    running.apply()
    assert [model.objects.count() for model in TABLES] == [2, 2, 2]


def test_the_payload_of_an_event_that_went_well_goes_alone_where_somebody_wants_that(erp: Erp) -> None:
    keep_payloads_for(erp, 30)
    received(erp, NOW - timedelta(days=31), 3)
    running.apply()
    assert [model.objects.count() for model in TABLES] == [0, 3, 3]
    assert set(PurgedPayload.objects.values_list("kind", "days", "purged_at")) == {(PAYLOADS, 30, NOW)}


def test_the_payload_of_a_failed_event_is_kept_as_long_as_the_event(erp: Erp) -> None:
    received(erp, NOW - timedelta(days=89), 1)
    InboundOutcome.objects.update(status="error")
    running.apply()
    assert InboundBody.objects.count() == 1


def test_what_is_known_of_a_deleted_payload_goes_with_its_event(erp: Erp, clock: FixedClock) -> None:
    received(erp, NOW - timedelta(days=31), 1)
    running.apply()
    clock.move(days=60)
    running.apply()
    assert (InboundEvent.objects.count(), PurgedPayload.objects.count()) == (0, 0)


def test_deduplication_keys_go_after_a_day(erp: Erp) -> None:
    received(erp, NOW - timedelta(hours=25), 3)
    received(erp, NOW - timedelta(hours=23), 2)
    running.apply()
    assert DeduplicationKey.objects.count() == 2


def test_everything_goes_in_small_transactions(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    received(erp, NOW - timedelta(days=91), 25)
    sizes: list[int] = []
    monkeypatch.setattr(running, "ROWS_PER_TRANSACTION", 10)
    with connection.execute_wrapper(_noting(sizes)):
        running.apply()
    assert max(sizes) == 10
    assert [model.objects.count() for model in (*TABLES, DeduplicationKey)] == [0, 0, 0, 0]


def _noting(sizes: list[int]):
    def note(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith("DELETE"):
            sizes.append(context["cursor"].rowcount)
        return answer

    return note


def test_a_closed_lane_goes_after_its_last_event_with_who_was_in_it(erp: Erp, clock: FixedClock) -> None:
    erp.send(erp.event(customer("1")))
    on_use_case_deleted(use_case=erp.use_case)
    erp.use_case.delete()
    left = []
    for _ in range(2):
        clock.move(days=91)
        running.apply()
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
    running.apply()
    assert [model.objects.count() for model in (MonitoringEvent, AccessLog, Bucket)] == [1, 1, 2]


def test_a_replay_without_its_payload_is_an_error_that_says_so(erp: Erp) -> None:
    keep_payloads_for(erp, 30)
    received(erp, NOW - timedelta(days=31), 1)
    running.apply()
    event_id = to_text(EVENT_PREFIX, InboundEvent.objects.get().pk)
    sender = Sender(erp.organization.pk, erp.organization.config_version)
    [result] = replay_events(sender=sender, integration_id=erp.integration.pk, event_ids=[event_id], at=NOW)
    how = f"deleted on {NOW:%Y-%m-%d}: the rule “Payloads of events that went well” keeps it for 30 days"
    assert (result.status, result.message) == ("error", f"{PURGED}, {how}")


def test_the_page_of_an_event_says_when_and_by_which_rule_its_payload_went(
    erp: Erp, client_of: Callable[[Any], Client]
) -> None:
    keep_payloads_for(erp, 30)
    received(erp, NOW - timedelta(days=31), 1)
    running.apply()
    event_id = to_text(EVENT_PREFIX, InboundEvent.objects.get().pk)
    page = client_of(VIEWER).get(f"/app/events/{event_id}").content.decode()
    assert "The payload was deleted on" in page
    assert "The rule “Payloads of events that went well” keeps it for 30 days." in page
