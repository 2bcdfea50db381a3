"""DELIVERIES: those that ended, counted by when they were made; and those that have not, as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from monitoring.counting import folding
from monitoring.counting.tables import Tables
from monitoring.counting.writing import CountedRow, add
from outbound.models import DeliveryState
from outbound.sql.parts import Claimed

ENDED: Final = (DeliveryState.SUCCEEDED, DeliveryState.FAILED)
"""States that are counted; what was skipped was never meant for the ERP."""
PENDING: Final = "pending"
"""What deliveries are called that are on their way."""
DELIVERIES: Final = Tables(
    rows="outbound_delivery",
    moment="created_at",
    deltas="outbound_deliverydelta",
    buckets="outbound_deliverybucket",
    groups=("use_case_id", "event_name", "webhook_id"),
    outcome="state",
    only="NOT is_test AND state IN ('succeeded', 'failed')",
    unended="NOT is_test AND state IN ('planned', 'waiting', 'sending')",
    unended_outcome=PENDING,
)


def count_ended(ended: Iterable[tuple[Claimed, DeliveryState]]) -> None:
    """Add deliveries that belong to an integration and have ended for good; tests count nowhere. One statement."""
    add(
        DELIVERIES,
        [
            CountedRow(
                one.organization_id,
                one.integration_id,
                (one.use_case_id, one.event_name, one.webhook_id, state.value),
                one.created_at,
            )
            for one, state in ended
            if state in ENDED and one.integration_id is not None and not one.is_test
        ],
    )


def fold() -> int:
    """The schedule of them; how many delta rows were folded."""
    return folding.fold(DELIVERIES)
