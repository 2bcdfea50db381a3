"""Silent feeds: use cases that used to get events and have had none for much longer than is usual for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from hub.accounts.models import Organization
from monitoring.models import Bucket
from monitoring.time_ranges import HOUR

LOOK_BACK = timedelta(days=14)
LEAST_HOURS = 6
"""Hours with events below which a use case has no rhythm that could be broken."""
PATIENCE = 2
"""A silence counts when it is so many times as long as any before it."""
SHORTEST = 2 * HOUR


@dataclass(frozen=True, slots=True)
class SilentFeed:
    """last_at: its last event; usual: the time between two hours with events, on average."""

    use_case_id: UUID
    last_at: datetime
    usual: timedelta

    @property
    def usual_ms(self) -> float:
        """usual, in milliseconds."""
        return self.usual / timedelta(milliseconds=1)


def silent_feeds(*, organization: Organization, use_case_ids: Iterable[UUID], at: datetime) -> list[SilentFeed]:
    """Those of the use cases that fell silent, the longest silence first, with two queries at most.

    Counters nobody has folded yet are not looked at: leave out use cases that have some.
    """
    hourly = Bucket.objects.of(organization).filter(
        use_case_id__in=list(use_case_ids), width_minutes=60, starts_at__gte=at - LOOK_BACK
    )
    suspects = list(_quiet(hourly, at))
    silent = [feed for feed, widest in suspects if at - feed.last_at > PATIENCE * widest]
    unsure = [feed for feed, widest in suspects if at - feed.last_at <= PATIENCE * widest]
    hours = _hours(hourly.filter(use_case_id__in=[feed.use_case_id for feed in unsure])) if unsure else {}
    silent += [feed for feed in unsure if at - feed.last_at > PATIENCE * _longest_gap(hours[feed.use_case_id])]
    return sorted(silent, key=lambda feed: feed.last_at)


def _quiet(hourly: QuerySet[Bucket], at: datetime) -> Iterable[tuple[SilentFeed, timedelta]]:
    """Those whose last event is a while ago, and what no gap between their hours can be wider than: so many hours had
    events that the others, in a row, are no more. When all feeds stop at once, few have their hours read for it."""
    rhythms = (
        hourly.order_by()
        .values_list("use_case_id")
        .annotate(Count("starts_at", distinct=True), Min("starts_at"), Max("starts_at"), Max("last_at"))
    )
    for use_case_id, hours, first, last, last_at in rhythms:
        if use_case_id and hours >= LEAST_HOURS and at - last_at > SHORTEST:
            yield SilentFeed(use_case_id, last_at, (last - first) / (hours - 1)), last - first - (hours - 2) * HOUR


def _hours(hourly: QuerySet[Bucket]) -> dict[UUID, list[datetime]]:
    hours: dict[UUID, list[datetime]] = {}
    places = hourly.order_by("starts_at").values_list("use_case_id", "starts_at").distinct()
    for use_case_id, starts_at in places:
        if use_case_id:
            hours.setdefault(use_case_id, []).append(starts_at)
    return hours


def _longest_gap(hours: Sequence[datetime]) -> timedelta:
    return max((later - earlier for earlier, later in pairwise(hours)), default=HOUR)
