"""ack_time_rows: how long ERPs take to acknowledge the events of use cases, in the last day and the last week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.accounts.models import Organization
from integrations.models import UseCase
from monitoring.time_ranges import RANGES, TimeRange
from outbound.ack_times import AckTimes, ack_times
from outbound.ui.facts import find_url

SHOWN: Final = (RANGES["24h"], RANGES["7d"])


@dataclass(frozen=True, slots=True)
class AckTimeRow:
    """A line of the table: one use case in one range."""

    use_case: UseCase
    url: str
    time_range: TimeRange
    times: AckTimes


def ack_time_rows(*, organization: Organization, use_cases: Sequence[UseCase], at: datetime) -> list[AckTimeRow]:
    """Use case by use case, the shorter range first; what had no acknowledgement due is left out. Four queries, none
    without use cases."""
    if not use_cases:
        return []
    found = [(one, ack_times(organization=organization, time_range=one, at=at)) for one in SHOWN]
    return [
        AckTimeRow(
            use_case=use_case,
            url=find_url("integrations:use-case", use_case.integration_id, use_case.pk),
            time_range=time_range,
            times=times[use_case.pk],
        )
        for use_case in use_cases
        for time_range, times in found
        if use_case.pk in times
    ]
