"""Acknowledgements as the API shows them beside the deliveries of their event (outbound.md section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from outbound.models import Acknowledgement, Delivery

Document = dict[str, object]
STATES: Final = {
    Acknowledgement.State.PENDING: "pending",
    Acknowledgement.State.ACKNOWLEDGED: "acknowledged",
    Acknowledgement.State.TIMED_OUT: "expired",
    Acknowledgement.State.FAILED: "failed",
}
"""State → what clients call it. failed: nothing was delivered, or the ERP could not process the event."""


def acknowledgement_document(tracked: Acknowledgement | None) -> Document | None:
    """Where it stands; None where nobody waits for one.

    due_at is null until something was delivered and once the time is over; seconds count from the first delivery
    that succeeded to the acknowledgement, null without one.
    """
    if tracked is None:
        return None
    is_acknowledged = tracked.state == Acknowledgement.State.ACKNOWLEDGED
    acknowledged_at = tracked.closed_at if is_acknowledged else None
    since = tracked.delivered_at or tracked.created_at
    return {
        "state": STATES[Acknowledgement.State(tracked.state)],
        "due_at": tracked.due_at,
        "acknowledged_at": acknowledged_at,
        "message": tracked.message,
        "seconds": max(0.0, round((acknowledged_at - since).total_seconds(), 3)) if acknowledged_at else None,
    }


def of_delivery(delivery: Delivery, tracked: Mapping[UUID, Acknowledgement]) -> Acknowledgement | None:
    """That of its event, among those that acknowledgements_of found."""
    return tracked.get(delivery.ack_id) if delivery.ack_id else None
