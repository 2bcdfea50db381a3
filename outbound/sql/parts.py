"""What both databases are asked, and the rows that they answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from outbound.models import Delivery

RECEIVERS: Final = """
    WITH RECURSIVE receivers(webhook_id) AS (
        SELECT min(webhook_id) FROM outbound_delivery WHERE state = 'waiting'
        UNION ALL
        SELECT (
            SELECT min(delivery.webhook_id) FROM outbound_delivery delivery
            WHERE delivery.state = 'waiting' AND delivery.webhook_id > receivers.webhook_id
        ) FROM receivers WHERE receivers.webhook_id IS NOT NULL
    )
    SELECT webhook_id FROM receivers WHERE webhook_id IS NOT NULL"""
"""One index probe per webhook, however many deliveries wait for it."""


class Claimed(NamedTuple):
    """A delivery that this worker sends now; attempt counts from 1 and includes the present one."""

    sequence: int
    id: UUID
    message_id: UUID
    organization_id: int
    integration_id: UUID | None
    use_case_id: UUID | None
    mapping_id: UUID | None
    webhook_id: str
    core_event_id: UUID | None
    event_name: str
    correlation_id: str
    ack_id: UUID | None
    order_key: UUID | None
    attempt: int
    created_at: datetime
    is_test: bool
    is_resent: bool
    use_case_version: int | None


def claimed_of(delivery: Delivery, *, attempt: int) -> Claimed:
    """A row that was read, as one that is sent now for the so manieth time; 0 for one that never was."""
    return Claimed(
        sequence=delivery.sequence,
        id=delivery.id,
        message_id=delivery.message_id,
        organization_id=delivery.organization_id,
        integration_id=delivery.integration_id,
        use_case_id=delivery.use_case_id,
        mapping_id=delivery.mapping_id,
        webhook_id=delivery.webhook_id,
        core_event_id=delivery.core_event_id,
        event_name=delivery.event_name,
        correlation_id=delivery.correlation_id,
        ack_id=delivery.ack_id,
        order_key=delivery.order_key,
        attempt=attempt,
        created_at=delivery.created_at,
        is_test=delivery.is_test,
        is_resent=delivery.replayed_from is not None,
        use_case_version=delivery.use_case_version,
    )


class Lease(NamedTuple):
    """Who sends now, and until when nobody else may."""

    id: UUID
    holder: str
    until: datetime


class Prepared(NamedTuple):
    """A planned delivery that goes on: to its receiver, or to its end."""

    sequence: int
    state: str
    next_attempt_at: datetime | None
    finished_at: datetime | None
    code: str
    message: str


class Ended(NamedTuple):
    """How an attempt leaves its delivery."""

    sequence: int
    state: str
    attempts: int
    next_attempt_at: datetime | None
    finished_at: datetime | None
    status_code: int | None
    code: str
    message: str
    holds_order: bool


class DeliveryStatements(Protocol):
    """Functions of the modules for either database."""

    def waiting_receivers(self) -> list[str]:
        """The webhooks that deliveries wait for, due or not; one probe each."""

    def claim(self, *, free: Mapping[str, int], lease: Lease, at: datetime) -> list[Claimed]:
        """Take up to so many due deliveries per webhook, the one that is due longest first; two workers never take
        the same. One of an entity whose mapping keeps order is not due while an earlier one is unfinished."""

    def settle_prepared(self, rows: Sequence[Prepared]) -> list[int]:
        """Move planned deliveries on; the sequences of those that were still planned."""

    def settle_sent(self, rows: Sequence[Ended], lease: UUID) -> list[int]:
        """Move deliveries on that were sent under the lease; the sequences of those that still had it."""
