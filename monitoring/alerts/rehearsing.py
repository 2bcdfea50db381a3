"""rehearse: how often a rule would have fired with the numbers of the last days; the same code as for real."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from hub.accounts.models import Organization
from integrations.models import Integration
from monitoring.alerts.deciding import Change, Facts, Standing, Tact, decide
from monitoring.alerts.judging import Watch, judge, reads_gauges
from monitoring.alerts.kinds import Count, Parameters, Silence
from monitoring.alerts.readings import Ended, Grain, Readings, Scope, Spanned, ended_since, spanned_since
from monitoring.counters import window_of

HOURLY: Final = (timedelta(days=7), timedelta(hours=1))
"""How far back, in which steps."""
FINELY: Final = (timedelta(hours=47), timedelta(minutes=5))
"""For what an hour is too coarse; numbers of five minutes are kept for two days."""
HOUR_MINUTES: Final = 60

Row = TypeVar("Row", Ended, Spanned)
ByStep = Mapping[datetime, Mapping[Scope, Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """fired: how often; told: how often that would have been told, as throttled; days: how far back."""

    fired: int
    told: int
    days: int


def rehearse(organization: Organization, watch: Watch, *, throttle: timedelta, at: datetime) -> Rehearsal | None:
    """None for what only gauges know, which have no past. Two queries."""
    if reads_gauges(watch.parameters):
        return None
    span, step = HOURLY if _minutes(watch.parameters) >= HOUR_MINUTES else FINELY
    since = _floor(at - span, step)
    known = _Known(organization, watch, since, step)
    fired, told = _play(replace(watch, since=since), known, Tact(throttle), at)
    return Rehearsal(fired, told, round(span / timedelta(days=1)))


class _Known:
    """The numbers since then, by the step in which they fell; only those that the rule looks at. Two queries."""

    def __init__(self, organization: Organization, watch: Watch, since: datetime, step: timedelta) -> None:
        self.since, self.step = since, step
        rows = Integration.objects.of(organization).order_by("pk")
        if watch.integration_id is not None:
            rows = rows.filter(pk=watch.integration_id)
        self.integrations = list(rows.values_list("pk", flat=True))
        grain = Grain(step // timedelta(minutes=1), by_use_case=watch.use_case_id is not None, by_moment=True)
        self.ended: ByStep[Ended] = {}
        self.spanned: ByStep[Spanned] = {}
        if isinstance(watch.parameters, Count):
            codes = [watch.parameters.code] if watch.parameters.code else []
            self.spanned = _by_step(spanned_since(organization, self.integrations, since, codes, grain), step)
        else:
            self.ended = _by_step(ended_since(organization, self.integrations, since, grain), step)


def _play(watch: Watch, known: _Known, tact: Tact, at: datetime) -> tuple[int, int]:
    """Looks at the end of every step, as evaluate does once a minute."""
    fired = told = 0
    standing: dict[str, Facts] = {}
    for seen in _moments(watch.parameters, known, at):
        for verdict in judge(watch, seen):
            before = standing.get(verdict.subject) or Facts(Standing.OK, known.since)
            decision = decide(before, verdict.is_bad, tact, seen.at)
            standing[verdict.subject] = decision.facts
            fired += before.standing != Standing.FIRING and decision.facts.standing == Standing.FIRING
            told += decision.change is Change.FIRED and decision.reason is None
    return fired, told


def _moments(parameters: Parameters, known: _Known, at: datetime) -> Iterator[Readings]:
    """What was to be seen at the end of each step. A look counts the steps of its window alone."""
    window, step = _minutes(parameters), known.step
    steps = 1 if isinstance(parameters, Silence) else max(1, timedelta(minutes=window) // step)
    last_at: dict[Scope, datetime] = {}
    start = known.since
    while start + step <= at:
        starts = [start - step * back for back in range(steps)]
        last_at |= {scope: start + step for scope in known.ended.get(start, {})}
        yield Readings(
            at=start + step - timedelta(microseconds=1),
            ended={window: _rows(known.ended, starts)},
            spanned={window: _rows(known.spanned, starts)},
            last_at=dict(last_at),
            integrations=known.integrations,
        )
        start += step


def _by_step(rows: Mapping[Scope, Sequence[Row]], step: timedelta) -> ByStep[Row]:
    found: dict[datetime, dict[Scope, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for scope, of_scope in rows.items():
        for row in of_scope:
            if row.starts_at is not None:
                found[_floor(row.starts_at, step)][scope].append(row)
    return found


def _rows(found: ByStep[Row], starts: Sequence[datetime]) -> dict[Scope, list[Row]]:
    rows: dict[Scope, list[Row]] = defaultdict(list)
    for start in starts:
        for scope, of_scope in found.get(start, {}).items():
            rows[scope] += of_scope
    return rows


def _minutes(parameters: Parameters) -> int:
    return int(getattr(parameters, "window_minutes", 0) or getattr(parameters, "minutes", 0))


def _floor(at: datetime, step: timedelta) -> datetime:
    start = window_of(at)
    return start.replace(minute=0) if step == timedelta(hours=1) else start
