"""shares_of: what the payloads of each use case take, what comes a day, and what that leads to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.retention.models import StoredBytes
from integrations.models import Tombstone, UseCase
from monitoring.storage.forecast import Forecast, forecast

MOST_DAYS: Final = 401
"""Of numbers: the longest age and today."""
MOST_SHOWN: Final = 50
DAYS_DRAWN: Final = 30
_NONE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Share:
    """One use case. slug is empty for what no use case took; use_case is None for one that is gone, too."""

    slug: str
    use_case: UseCase | None
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class Shares:
    """All of an organization, the largest first. further counts those beyond MOST_SHOWN; bars are the last days."""

    total: Forecast
    rows: list[Share]
    further: int
    bars: list[dict[str, int]]


def shares_of(*, organization: Organization, kept_days: int, at: datetime) -> Shares:
    """Reads one number per use case and day; three queries. Counted bytes are those that were received."""
    by_use_case = _days_of(organization, at.date())
    total = [sum(amounts) for amounts in zip(*by_use_case.values(), strict=True)]
    forecasts = {key: forecast(days, kept_days) for key, days in by_use_case.items()}
    largest = sorted(forecasts, key=lambda key: (-forecasts[key].kept, -forecasts[key].per_day, key))
    shown = [key for key in largest if forecasts[key].kept or forecasts[key].per_day]
    use_cases, gone = _named(organization, shown[:MOST_SHOWN])
    return Shares(
        total=forecast(total, kept_days),
        rows=[
            Share(use_cases[key].slug if key in use_cases else gone.get(key, ""), use_cases.get(key), forecasts[key])
            for key in shown[:MOST_SHOWN]
        ],
        further=max(len(shown) - MOST_SHOWN, 0),
        bars=[{"success": amount} for amount in total[-DAYS_DRAWN:]],
    )


def _days_of(organization: Organization, today: date) -> dict[UUID, list[int]]:
    """Use case → bytes of the last MOST_DAYS days, today last."""
    first = today - timedelta(days=MOST_DAYS - 1)
    numbers = StoredBytes.objects.of(organization).filter(day__gte=first, day__lte=today)
    days: dict[UUID, list[int]] = defaultdict(lambda: [0] * MOST_DAYS)
    for use_case_id, day, amount in numbers.values_list("use_case_id", "day", "bytes").iterator():
        days[use_case_id][(day - first).days] += amount
    return days


def _named(organization: Organization, keys: Sequence[UUID]) -> tuple[Mapping[UUID, UseCase], Mapping[UUID, str]]:
    known = {one.pk: one for one in UseCase.objects.of(organization).filter(pk__in=keys).defer("configuration")}
    missing = [key for key in keys if key not in known and key != _NONE]
    return known, dict(Tombstone.objects.of(organization).filter(pk__in=missing).values_list("pk", "slug"))
