"""judge: what a batch of attempts says about its receivers: open and closed circuits (engine rule 4.4), health."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from outbound.delivering.deciding import Verdict
from outbound.endings import Turned
from outbound.models import Endpoint

FAILURES: Final = 10
"""In a row, after which a receiver gets nothing but probes."""
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=10)
JITTER: Final = 0.1
_COUNTED: Final = (
    *("circuit", "failures", "failing_since", "opened_at", "probe_at", "openings"),
    *("lost", "losing_since", "lost_at"),
)


@dataclass(slots=True)
class Seen:
    """What attempts say about one receiver, in their order. ends: of deliveries, whether they got through."""

    organization_id: int
    verdicts: list[Verdict] = field(default_factory=list)
    ends: list[bool] = field(default_factory=list)


def judge(all_seen: Mapping[str, Seen], at: datetime) -> list[Turned]:
    """Count failures in a row per webhook; one query, and one write if anything changed.

    A receiver that is well and was well has no row, and gets none.
    """
    judged = {webhook_id: seen for webhook_id, seen in all_seen.items() if _telling(seen.verdicts) or seen.ends}
    rows = Endpoint.objects.filter(pk__in=judged)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(no_key=True)
    known = {row.pk: row for row in rows.order_by("pk")}
    turned: list[Turned] = []
    changed: list[Endpoint] = []
    for webhook_id in sorted(judged):
        endpoint, seen = known.get(webhook_id), judged[webhook_id]
        if endpoint is None and Verdict.ILL not in seen.verdicts and all(seen.ends):
            continue
        endpoint = endpoint or Endpoint(webhook_id=webhook_id, organization_id=seen.organization_id)
        before = _state_of(endpoint)
        was_open = endpoint.circuit == Endpoint.Circuit.OPEN
        _count(endpoint, _telling(seen.verdicts), at)
        _count_ends(endpoint, seen.ends, at)
        if _state_of(endpoint) != before:
            changed.append(endpoint)
        is_open = endpoint.circuit == Endpoint.Circuit.OPEN
        if is_open != was_open:
            turned.append(Turned(webhook_id, is_open, endpoint.failures))
    Endpoint.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["webhook_id"], update_fields=[*_COUNTED]
    )
    return turned


def _telling(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [one for one in verdicts if one in (Verdict.WELL, Verdict.ILL)]


def _state_of(endpoint: Endpoint) -> tuple[object, ...]:
    return tuple(getattr(endpoint, name) for name in _COUNTED)


def _count(endpoint: Endpoint, verdicts: Sequence[Verdict], at: datetime) -> None:
    for verdict in verdicts:
        if verdict is Verdict.WELL:
            endpoint.circuit, endpoint.failures, endpoint.openings = Endpoint.Circuit.CLOSED, 0, 0
            endpoint.failing_since = endpoint.opened_at = endpoint.probe_at = None
        else:
            endpoint.failures += 1
            endpoint.failing_since = endpoint.failing_since or at
    if verdicts and endpoint.failures >= FAILURES and verdicts[-1] is Verdict.ILL:
        endpoint.opened_at = endpoint.opened_at or at
        endpoint.circuit = Endpoint.Circuit.OPEN
        endpoint.openings += 1
        endpoint.probe_at = at + pause_before_probe(endpoint.openings, jitter=random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 -- spreads load, no secret


def _count_ends(endpoint: Endpoint, ends: Sequence[bool], at: datetime) -> None:
    for got_through in ends:
        if got_through:
            endpoint.lost, endpoint.losing_since, endpoint.lost_at = 0, None, None
        else:
            endpoint.lost += 1
            endpoint.losing_since, endpoint.lost_at = endpoint.losing_since or at, at


def pause_before_probe(openings: int, *, jitter: float) -> timedelta:
    """Twice as long after each probe that failed, up to LONGEST_PAUSE. openings counts from 1."""
    pause: timedelta = FIRST_PAUSE * 2 ** min(openings - 1, 10)
    return min(pause, LONGEST_PAUSE) * jitter
