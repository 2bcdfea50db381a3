"""ack_times: how long ERPs take to say that they have processed what was delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.accounts.models import Organization
from monitoring.counters import ACKNOWLEDGEMENTS
from monitoring.tallies import Tally, read_counters, tally_by
from monitoring.time_ranges import TimeRange


@dataclass(frozen=True, slots=True)
class AckTimes:
    """Of one use case. The times are those of what was acknowledged, late ones included; None without any."""

    acknowledged: int
    timed_out: int
    refused: int
    median_ms: float | None
    slowest_ms: float | None
    """Below which 95 of 100 stayed."""

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many were acknowledged, timed out and were refused."""
        return self.acknowledged, self.timed_out, self.refused


def ack_times(*, organization: Organization, time_range: TimeRange, at: datetime) -> Mapping[UUID, AckTimes]:
    """By use case, those without any are left out; two queries."""
    rows = read_counters(organization=organization, time_range=time_range, at=at, directions=[ACKNOWLEDGEMENTS])
    all_ = tally_by(rows, "use_case_id")
    confirmed = tally_by([row for row in rows if row.status == "success"], "use_case_id")
    return {key: _times(tally, confirmed.get(key, Tally())) for key, tally in all_.items() if key is not None}


def _times(tally: Tally, confirmed: Tally) -> AckTimes:
    return AckTimes(
        acknowledged=confirmed.total,
        timed_out=tally.counts.get("timeout", 0),
        refused=tally.failed,
        median_ms=confirmed.percentile_ms(0.5),
        slowest_ms=confirmed.percentile_ms(0.95),
    )
