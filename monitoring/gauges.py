"""write_gauges: what apps above know at the moment, one row per number, replaced once a minute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction

from hub.accounts.models import Organization
from hub.plugins import load
from monitoring.models import MonitoringGauge

QUEUE_AGE: Final = "queue_age"
"""Minutes that the oldest event has waited to be processed."""
POLL_QUEUE_AGE: Final = "poll_queue_age"
"""Minutes that the oldest message has waited for its ERP to ask for it."""
POLL_AGE: Final = "poll_age"
"""Minutes since an ERP last asked for its messages."""
UNACKNOWLEDGED_AGE: Final = "ack_age"
"""Minutes since the oldest event was delivered that no ERP has acknowledged."""
CIRCUIT_OPEN: Final = "circuit_open"
"""1 for each receiver that gets nothing because it failed too often."""
DAYS_LEFT: Final = "days_left"
"""Days until a token, a certificate or a variable ends; negative once it has."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number. subject: what it is of, unique among those of a name; label: how people call it."""

    name: str
    subject: str
    label: str
    value: float
    integration_id: UUID | None = None
    use_case_id: UUID | None = None


class GaugeSource(Protocol):
    """Reads numbers of an organization."""

    def __call__(self, *, organization: Organization, at: datetime) -> Iterable[Gauge]:
        """As they are now; the number of its queries does not depend on how many there are."""


def write_gauges(organization: Organization, at: datetime) -> list[MonitoringGauge]:
    """Replace all of the organization by what the sources say; those that there are now."""
    sources: list[GaugeSource] = [load(path) for path in settings.GAUGES]
    found = {(one.name, one.subject): one for source in sources for one in source(organization=organization, at=at)}
    rows = [_row(organization, found[key]) for key in sorted(found)]
    with transaction.atomic():
        MonitoringGauge.objects.of(organization).delete()
        MonitoringGauge.objects.bulk_create(rows)
    return rows


def minutes_since(moment: datetime, at: datetime) -> float:
    """Minutes from moment to at, never negative."""
    return max(0.0, (at - moment).total_seconds() / 60)


def _row(organization: Organization, gauge: Gauge) -> MonitoringGauge:
    return MonitoringGauge(
        organization=organization,
        integration_id=gauge.integration_id,
        use_case_id=gauge.use_case_id,
        name=gauge.name,
        subject=gauge.subject[:120],
        label=gauge.label[:255],
        value=gauge.value,
    )
