"""fill: events, deliveries and jobs of every age, as retention finds them; apply: retention in very small batches."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from hub import clock
from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.ids import first_id_at, new_id, uuid_of
from hub.jobs.models import Job, JobResult, JobState
from hub.retention import packing, running
from hub.retention.ages import choose_ages
from inbound import stored_bytes
from inbound.models import EventStatus, InboundBody, InboundEvent, InboundOutcome
from outbound.models import Delivery, DeliveryAttempt, DeliveryBody, DeliveryState

AT_ONCE: Final = 20
for _module in (running, packing):
    _module.ROWS_PER_TRANSACTION = AT_ONCE  # type: ignore[attr-defined]  # so that a kill falls between two of many
apply = running.apply

PLAIN, PACKED, EMPTIED, GONE = 5, 20, 40, 70
"""Days since they ended: by then they are as they were, packed, without their payload, gone altogether."""
AGES: Final = {"inbound_payloads": 30, "inbound_events": 60, "delivery_bodies": 30, "deliveries": 60, "jobs": 60} | {
    key: 30 for key in ("inbound_payloads_failed", "delivery_bodies_failed")
}
BODY: Final = b'{"name": "' + b"Maier-Leibnitz " * 20 + b'"}'
ANSWER: Final = "thank you"


def fill(number: int) -> None:
    """So many events and deliveries of each age, and a finished job with as many results that is due, one that is not;
    the bytes of the events are counted."""
    organization = Organization.objects.get()
    choose_ages(organization=organization, days=AGES, actor=SYSTEM, at=clock.now())
    for days in (PLAIN, PACKED, EMPTIED, GONE):
        ids = _ids(days, number)
        _fill_events(organization.pk, ids, days)
        _fill_deliveries(organization.pk, ids, days)
    for days in (PLAIN, GONE):
        _fill_job(organization.pk, days, number)
    while stored_bytes.count():
        pass


def _ids(days: int, number: int) -> list[UUID]:
    first = first_id_at(clock.now() - timedelta(days=days)).int
    return [uuid_of(first + place) for place in range(number)]


def _fill_events(organization_id: int, ids: list[UUID], days: int) -> None:
    at, integration_id = clock.now() - timedelta(days=days), new_id()
    InboundEvent.objects.bulk_create(
        InboundEvent(
            id=one,
            organization_id=organization_id,
            integration_id=integration_id,
            sequence=days * 10_000 + place,
            order=days * 10_000 + place,
            origin_id=one,
            received_at=at,
            format="json",
            correlation_id="drill",
            body_bytes=len(BODY),
        )
        for place, one in enumerate(ids)
    )
    InboundBody.objects.bulk_create(InboundBody(event_id=one, body=BODY) for one in ids)
    InboundOutcome.objects.bulk_create(
        InboundOutcome(
            event_id=one,
            organization_id=organization_id,
            integration_id=integration_id,
            status=EventStatus.ERROR if place % 3 == 0 else EventStatus.SUCCESS,
            finished_at=at,
            duration_ms=1,
        )
        for place, one in enumerate(ids)
    )


def _fill_deliveries(organization_id: int, event_ids: list[UUID], days: int) -> None:
    """Under ids of their own: a payload that is packed or deleted is noted under the id alone."""
    at = clock.now() - timedelta(days=days)
    ids = [uuid_of(one.int + 10_000) for one in event_ids]
    Delivery.objects.bulk_create(
        Delivery(
            id=one,
            message_id=one,
            organization_id=organization_id,
            webhook_id="wh_1",
            event_name="CustomerDetailsUpdated",
            correlation_id="drill",
            state=DeliveryState.FAILED if place % 3 == 0 else DeliveryState.SUCCEEDED,
            created_at=at,
            finished_at=at,
        )
        for place, one in enumerate(ids)
    )
    DeliveryBody.objects.bulk_create(DeliveryBody(delivery_id=one, body=BODY, request={}) for one in ids)
    DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(
            id=new_id(),
            organization_id=organization_id,
            delivery_id=one,
            number=1,
            at=at,
            duration_ms=1,
            response_body=ANSWER,
        )
        for one in ids
    )


def _fill_job(organization_id: int, days: int, number: int) -> None:
    at = clock.now() - timedelta(days=days)
    job = Job.objects.create(
        id=first_id_at(at),
        organization_id=organization_id,
        kind="inbound_replay",
        state=JobState.DONE,
        request={},
        actor_type="system",
        created_at=at,
        due_at=at,
        finished_at=at,
        next_number=number + 1,
    )
    JobResult.objects.bulk_create(
        JobResult(job_id=job.pk, number=place, outcome="done") for place in range(1, number + 1)
    )
