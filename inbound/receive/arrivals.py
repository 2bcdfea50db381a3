"""Arrival: one event on its way into the tables; Sender: who posts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from hub.ids import to_text
from hub.tracing import spans
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus
from inbound.receive.envelope import Submitted


def _may_send_anywhere(integration_id: UUID) -> None:
    """For callers whose right to the integration was checked before."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who posts: the organization, the version of its configuration the caller was checked against, the token."""

    organization_id: int
    config_version: int
    token_id: str = ""
    check: Callable[[UUID], None] = _may_send_anywhere
    """Raises Forbidden for an integration that the caller may not send to."""
    hop: int = 0
    """How many hubs and flows led to what is sent, see hub/hops.py."""
    traceparent: str = field(default_factory=spans.present)
    """The span within which it is sent; empty where nobody traces."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How an event ended at the door; first is the event that a duplicate repeats."""

    status: EventStatus
    code: str
    message: str
    first: UUID | None = None


def duplicate_of(first: UUID) -> Settled:
    """The outcome of an event whose deduplication id is taken by the event called first."""
    return Settled(EventStatus.SKIPPED, "DUPLICATE_EVENT", f"Duplicate of {to_text(EVENT_PREFIX, first)}", first)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event on its way into the tables; settled is None while it is to be processed."""

    id: UUID
    event: Submitted
    body: bytes
    lane_id: int | None
    use_case_id: UUID | None
    correlation_id: str
    deduplication_id: str
    settled: Settled | None
    order: int | None = None
    origin_id: UUID | None = None
    replay_of: UUID | None = None
    """Only a replay has these: the order and origin it counts as, and the event it copies."""
