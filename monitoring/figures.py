"""last_24_hours: the figures that pages of integrations and use cases show, named by integrations.figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from hub.accounts.models import Organization
from integrations.figures import Figure
from monitoring.counters import EVENTS
from monitoring.models import Bucket
from monitoring.tallies import Tally, read_bars, read_counters, tally_by
from monitoring.time_ranges import RANGES

LOOK_BACK = timedelta(days=30)
"""How far back the last event of a use case is looked for."""


def last_24_hours(*, organization: Organization, at: datetime) -> Mapping[UUID, Figure]:
    """Id of an integration or a use case → its figure, with three queries."""
    day = RANGES["24h"]
    rows = read_counters(organization=organization, time_range=day, at=at)
    tallies = tally_by(rows, "integration_id") | tally_by(rows, "use_case_id")
    last, bars = _last_moments(organization, at), read_bars(organization=organization, time_range=day, at=at)
    known = {identifier for identifier in [*last, *tallies] if identifier is not None}
    return {key: _figure(tallies.get(key, Tally()), last.get(key), bars.get(key, [])) for key in known}


def _figure(tally: Tally, last_at: datetime | None, bars: list[dict[str, int]]) -> Figure:
    return Figure(tally.applied, tally.failed, tally.last_at or last_at, bars)


def _last_moments(organization: Organization, at: datetime) -> dict[UUID, datetime]:
    hourly = Bucket.objects.of(organization).filter(
        width_minutes=60, direction__in=EVENTS, starts_at__gte=at - LOOK_BACK
    )
    moments: dict[UUID, datetime] = {}
    for *identifiers, last_at in (
        hourly.order_by().values_list("integration_id", "use_case_id").annotate(Max("last_at"))
    ):
        for identifier in filter(None, identifiers):
            moments[identifier] = max(last_at, moments.get(identifier, last_at))
    return moments
