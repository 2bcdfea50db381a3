"""forecast: how many bytes are kept, now and later, when they go on coming as they do; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

AHEAD_DAYS: Final = 90
RATE_DAYS: Final = 7
"""Whole days that the rate is an average of, where so many have passed: working days and a weekend."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Bytes. per_day is what comes on an average day of the last week; settles_at what is kept once the oldest day goes
    for every day that comes, which it does in settles_in days, 0 when it does already. whole_days: how many the rate is
    an average of, RATE_DAYS at most. is_first_day: something came today and nothing before, so that a rate of 0 says
    nothing."""

    kept: int
    per_day: float
    later: int
    settles_at: int
    settles_in: int
    whole_days: int
    is_first_day: bool

    @property
    def is_early(self) -> bool:
        """Whether there is a rate of too few days to trust it: not even a week with its weekend."""
        return 0 < self.whole_days < RATE_DAYS


def forecast(days: Sequence[int], kept_days: int) -> Forecast:
    """days: bytes of each day, oldest first, the last one being today, so far. At least as many as are kept are needed.

    A forecast of nothing is all zeros.
    """
    began = _first(days)
    recent = days[began:-1][-RATE_DAYS:]
    per_day = sum(recent) / len(recent) if recent else 0.0
    held = list(days[-kept_days:]) if kept_days else []
    return Forecast(
        kept=sum(held),
        per_day=per_day,
        later=_kept_in(AHEAD_DAYS, held, per_day, kept_days),
        settles_at=round(per_day * kept_days),
        settles_in=kept_days - (len(held) - _first(held)) if per_day else 0,
        whole_days=len(recent),
        is_first_day=bool(days) and began == len(days) - 1,
    )


def _first(days: Sequence[int]) -> int:
    """The place of the first day that has any, len(days) where none has."""
    return next((place for place, amount in enumerate(days) if amount), len(days))


def _kept_in(ahead: int, held: Sequence[int], per_day: float, kept_days: int) -> int:
    staying = max(kept_days - ahead, 0)
    return round((sum(held[-staying:]) if staying else 0) + per_day * min(ahead, kept_days))
