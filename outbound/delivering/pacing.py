"""Paces: webhooks that may send only so many requests a minute get no more than that; what is above waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from hub.accounts.models import Organization
from outbound.delivering.receivers import AnyReceiver
from outbound.models import Webhook, WebhookPace

LIMIT: Final = "requestsPerMinute"
MINUTE: Final = timedelta(minutes=1)
SHARE_AT_ONCE: Final = 12
"""A twelfth of a minute's requests may go out together: what a worker that looks every few seconds has to make up."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many requests a minute, evenly, but for a few at once: in no minute are there more (GCRA); pure."""

    interval: timedelta
    at_once: int

    @classmethod
    def of(cls, requests_per_minute: int) -> Self:
        """Whoever sends several at once sends the others a little slower, so that no minute has too many."""
        at_once = max(1, requests_per_minute // SHARE_AT_ONCE)
        return cls(MINUTE / (requests_per_minute - at_once + 1), at_once)

    def room(self, free_at: datetime | None, at: datetime) -> int:
        """How many may go out now. free_at: as after left it; None: none went out yet."""
        ahead = max((free_at or at) - at, timedelta())
        return max(0, (self.interval * (self.at_once - 1) - ahead) // self.interval + 1)

    def wait(self, free_at: datetime | None, at: datetime) -> timedelta:
        """Until one may go out; none where it may now."""
        ahead = max((free_at or at) - at, timedelta())
        return max(timedelta(), ahead - self.interval * (self.at_once - 1))

    def after(self, free_at: datetime | None, at: datetime, sent: int) -> datetime:
        """The new free_at once so many went out."""
        return max(free_at or at, at) + self.interval * sent


class Paces:
    """Of the receivers that have a limit; within the transaction that claims, which locks their rows."""

    def __init__(self, receivers: Iterable[AnyReceiver], at: datetime) -> None:
        limits = {one.webhook_id: one.requests_per_minute for one in receivers}
        self._paces = {webhook_id: Pace.of(limit) for webhook_id, limit in limits.items() if limit}
        self._at = at
        self._rows: dict[str, WebhookPace] = {}

    def bounded(self, free: Mapping[str, int], organizations: Mapping[str, int]) -> dict[str, int]:
        """free, as far as the limits leave room; receivers without any are left out."""
        if not self._paces:
            return dict(free)
        self._lock([one for one in free if one in self._paces], organizations)
        bounded = {one: min(number, self._room(one, number)) for one, number in free.items()}
        return {one: number for one, number in bounded.items() if number > 0}

    def take(self, claimed: Iterable[str]) -> None:
        """Note what goes out, by webhook."""
        for webhook_id, number in Counter(one for one in claimed if one in self._rows).items():
            row = self._rows[webhook_id]
            row.free_at = self._paces[webhook_id].after(row.free_at, self._at, number)
            row.save(update_fields=["free_at"])

    def wait_of(self, webhook_id: str) -> timedelta:
        """Until the limit leaves room for one more; none for a webhook that bounded has not met."""
        row, pace = self._rows.get(webhook_id), self._paces.get(webhook_id)
        return timedelta() if row is None or pace is None else pace.wait(row.free_at, self._at)

    def _lock(self, wanted: Iterable[str], organizations: Mapping[str, int]) -> None:
        ids = sorted(wanted)
        missing = set(ids) - set(WebhookPace.objects.filter(pk__in=ids).values_list("pk", flat=True))
        WebhookPace.objects.bulk_create(
            [
                WebhookPace(webhook_id=one, organization_id=organizations[one], free_at=self._at)
                for one in sorted(missing)
            ],
            ignore_conflicts=True,
        )
        rows = WebhookPace.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        self._rows = {row.pk: row for row in rows}

    def _room(self, webhook_id: str, number: int) -> int:
        row, pace = self._rows.get(webhook_id), self._paces.get(webhook_id)
        return number if row is None or pace is None else pace.room(row.free_at, self._at)


def webhooks_at_their_limit(organization: Organization, at: datetime) -> frozenset[str]:
    """Those that may send nothing at this moment. A query, and one more where there are any with a row."""
    free_at = dict(WebhookPace.objects.of(organization).filter(free_at__gt=at).values_list("pk", "free_at"))
    if not free_at:
        return frozenset()
    rows = Webhook.objects.of(organization).filter(pk__in=free_at).values_list("pk", "configuration")
    limits = {webhook_id: configuration.get(LIMIT) for webhook_id, configuration in rows}
    return frozenset(
        webhook_id for webhook_id, limit in limits.items() if limit and not Pace.of(limit).room(free_at[webhook_id], at)
    )
