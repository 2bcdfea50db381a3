"""trace: what one correlation id went through in an integration, in the order of time (api.md appendix A.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from monitoring.codes import Level
from monitoring.models import MonitoringEvent
from monitoring.span_pages import correlated_spans
from monitoring.use_case_types import INBOUND_KINDS

MOST_SPANS: Final = 500
"""Spans of one trace that are shown; the earliest ones."""
_WORST_FIRST: Final = (Level.ERROR, Level.WARNING, Level.SUCCESS, Level.INFO)


@dataclass(frozen=True, slots=True)
class Trace:
    """spans are the first MOST_SPANS; is_cut says that there are more, of which nothing else here tells."""

    spans: Sequence[MonitoringEvent]
    is_cut: bool

    @property
    def status(self) -> str:
        """The worst level of its spans; info without any."""
        levels = {span.level for span in self.spans}
        return next((level.value for level in _WORST_FIRST if level in levels), Level.INFO.value)

    @property
    def started_at(self) -> datetime | None:
        """When the first of its steps began: an event was received, a call was made."""
        return min((span.received_at for span in self.spans), default=None)

    @property
    def ended_at(self) -> datetime | None:
        """When the last step that is known ended."""
        return max((span.completed_at for span in self.spans), default=None)

    @property
    def event_id(self) -> UUID | None:
        """The inbound event that it began with."""
        return next((span.event_id for span in self.spans if span.event_id and span.sync_type in INBOUND_KINDS), None)


def trace_of(*, organization: Organization, integration_id: UUID, correlation_id: str) -> Trace:
    """One query; an id that nobody used is a trace without spans."""
    spans = correlated_spans(
        organization=organization, integration_id=integration_id, correlation_id=correlation_id, limit=MOST_SPANS + 1
    )
    return Trace(spans[:MOST_SPANS], is_cut=len(spans) > MOST_SPANS)
