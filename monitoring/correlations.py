"""count_correlations: distinct correlation ids of a window, as long as counting them is bounded."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from monitoring.models import MonitoringEvent
from monitoring.use_case_types import INBOUND_KINDS

MOST_SPANS: Final = 100_000
"""Of a window with more, nothing is said."""


def count_correlations(
    organization: Organization, integration_id: UUID, since: datetime | None, until: datetime, *, spans: int
) -> int | None:
    """How many inbound spans of the window have; spans is how many there are. None where those are too many."""
    if spans > MOST_SPANS:
        return None
    rows = MonitoringEvent.objects.of(organization).filter(
        integration_id=integration_id, sync_type__in=INBOUND_KINDS, completed_at__lte=until
    )
    if since:
        rows = rows.filter(completed_at__gte=since)
    return rows.exclude(correlation_id="").order_by().values("correlation_id").distinct().count()
