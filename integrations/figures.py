"""Figure: what pages of this app show of the last 24 hours. The counters belong to an app above, so it goes by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load


@dataclass(frozen=True, slots=True)
class Figure:
    """Events of the last 24 hours of one integration or use case. bars: counts by status, oldest first, per hour.

    Only integrations have bars.
    """

    applied: int = 0
    failed: int = 0
    last_at: datetime | None = None
    bars: Sequence[Mapping[str, int]] = ()


NOTHING = Figure()


class FigureSource(Protocol):
    """Counts for all integrations and use cases of an organization at once."""

    def __call__(self, *, organization: Organization, at: datetime) -> Mapping[UUID, Figure]:
        """Id of an integration or a use case → its figure; nothing for what had no event in the last 30 days."""


def read_figures(*, organization: Organization, at: datetime) -> Mapping[UUID, Figure]:
    """What the source counts; its number of queries does not depend on how much there is."""
    source: FigureSource = load(settings.USE_CASE_FIGURES)
    return source(organization=organization, at=at)
