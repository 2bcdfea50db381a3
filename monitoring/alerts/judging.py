"""judge: what the readings say of each subject of a rule; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from monitoring import gauges
from monitoring.alerts.kinds import (
    LONGEST_SILENCE_MINUTES,
    CircuitOpen,
    Count,
    ErrorRate,
    Expiring,
    Parameters,
    QueueAge,
    Signal,
    Silence,
)
from monitoring.alerts.readings import Readings, Scope, Spanned
from monitoring.models import MonitoringGauge

GAUGES_HOLD_FOR: Final = timedelta(minutes=5)
"""Gauges that nobody has written for longer say nothing."""
APPLIED: Final = ("success", "warning")


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule as far as it looks at anything. integration_id None: at each of them."""

    parameters: Parameters
    integration_id: UUID | None
    use_case_id: UUID | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is so of a subject. is_bad None: there is too little to say; text: in words, without a full stop."""

    subject: str
    label: str
    integration_id: UUID | None
    is_bad: bool | None
    value: float | None
    text: str


def judge(watch: Watch, readings: Readings) -> list[Verdict]:
    """One verdict per subject. What a gauge has told of and tells no more has none: it is well again. None either has
    an integration, of all of them, of which nothing was heard for longer than a silence may be: it is as silent as
    before."""
    parameters = watch.parameters
    if isinstance(parameters, ErrorRate | Count):
        return [_counted(parameters, scope, readings) for scope in _scopes(watch, readings)]
    if isinstance(parameters, Silence) and parameters.signal is Signal.EVENT:
        return [_silent(parameters, scope, watch, readings) for scope in _heard(watch, readings)]
    found = [_gauged(parameters, gauge) for gauge in _gauges(watch, readings)]
    return found or _never_polled(watch, readings)


def reads_gauges(parameters: Parameters) -> bool:
    """Whether the subjects of such a rule are those of gauges."""
    if isinstance(parameters, Silence):
        return parameters.signal is not Signal.EVENT
    return isinstance(parameters, QueueAge | CircuitOpen | Expiring)


def gauges_hold(readings: Readings) -> bool:
    """Whether the gauges are fresh enough to say anything."""
    return holds(readings.gauged_at, readings.at)


def holds(looked_at: datetime | None, at: datetime) -> bool:
    """Whether what was seen then still says something."""
    return looked_at is not None and at - looked_at <= GAUGES_HOLD_FOR


def spoken(minutes: float) -> str:
    """A length of time as a person says it: in minutes, from two hours on in hours, from three days on in days."""
    if minutes < 120 and minutes != 60:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 72 * 60 else f"{minutes / 1440:.0f} days"


def subject_of(scope: Scope) -> str:
    """The name of a scope in states and notices."""
    integration_id, use_case_id = scope
    return f"use-case:{use_case_id}" if use_case_id else f"integration:{integration_id}"


def _scopes(watch: Watch, readings: Readings) -> Iterator[Scope]:
    if watch.integration_id is None:
        yield from ((one, None) for one in readings.integrations)
    elif watch.integration_id in readings.integrations:
        yield watch.integration_id, watch.use_case_id


def _heard(watch: Watch, readings: Readings) -> Iterator[Scope]:
    """Without an integration only those that were heard of: one that never got an event is not silent."""
    return (scope for scope in _scopes(watch, readings) if watch.integration_id or scope in readings.last_at)


def _counted(parameters: ErrorRate | Count, scope: Scope, readings: Readings) -> Verdict:
    window = parameters.window_minutes
    if isinstance(parameters, Count):
        spans = readings.spanned.get(window, {}).get(scope, ())
        number = sum(one.number for one in spans if _fits(parameters, one))
        what = parameters.code or parameters.level
        text = f"{number} × {what} in {spoken(window)} (limit {parameters.number})"
        return _verdict(scope, readings, number >= parameters.number, number, text)
    counts: dict[str, int] = {}
    for one in readings.ended.get(window, {}).get(scope, ()):
        counts[one.status] = counts.get(one.status, 0) + one.number
    return _rated(parameters, counts, scope, readings)


def _fits(parameters: Count, one: Spanned) -> bool:
    return one.code == parameters.code if parameters.code else one.level == parameters.level


def _rated(parameters: ErrorRate, counts: dict[str, int], scope: Scope, readings: Readings) -> Verdict:
    failed = counts.get("error", 0)
    attempted = failed + sum(counts.get(status, 0) for status in APPLIED)
    if attempted < parameters.least_events:
        text = f"only {attempted} events in {spoken(parameters.window_minutes)}"
        return _verdict(scope, readings, None, None, text)
    percent = 100 * failed / attempted
    text = f"{percent:.1f} % of {attempted} events failed in {spoken(parameters.window_minutes)}"
    return _verdict(scope, readings, percent > parameters.percent, percent, f"{text} (limit {parameters.percent} %)")


def _silent(parameters: Silence, scope: Scope, watch: Watch, readings: Readings) -> Verdict:
    last_at = readings.last_at.get(scope)
    minutes = gauges.minutes_since(last_at or watch.since, readings.at)
    text = f"{_unheard(last_at, minutes)} (limit {spoken(parameters.minutes)})"
    # Where nothing was heard in all that is known, a silence from before the rule may go on: only an event ends it.
    is_bad = minutes > parameters.minutes or (False if last_at else None)
    return _verdict(scope, readings, is_bad, minutes, text)


def _unheard(last_at: datetime | None, minutes: float) -> str:
    """What came before the longest silence nobody knows any more, so that nothing is said to have come never."""
    if last_at is not None:
        return f"no event for {spoken(minutes)}"
    if minutes > LONGEST_SILENCE_MINUTES:
        return f"no event for more than {spoken(LONGEST_SILENCE_MINUTES)}"
    return f"no event since the rule began to look, {spoken(minutes)} ago"


def _verdict(scope: Scope, readings: Readings, is_bad: bool | None, value: float | None, text: str) -> Verdict:
    return Verdict(subject_of(scope), readings.label_of(scope), scope[0], is_bad, value, text)


def _gauges(watch: Watch, readings: Readings) -> Sequence[MonitoringGauge]:
    if not gauges_hold(readings):
        return ()
    names = _names_of(watch.parameters)
    return [one for name in names for one in readings.gauges.get(name, ()) if _concerns(watch, one)]


def _concerns(watch: Watch, gauge: MonitoringGauge) -> bool:
    if watch.use_case_id is not None:
        return gauge.use_case_id == watch.use_case_id
    # A backlog is told once for the integration, not once more for each use case.
    is_whole = gauge.use_case_id is None
    return is_whole and (watch.integration_id is None or gauge.integration_id == watch.integration_id)


def _never_polled(watch: Watch, readings: Readings) -> list[Verdict]:
    """An integration that somebody named, and that has never asked for a message, is silent as well."""
    parameters, key = watch.parameters, watch.integration_id
    if not isinstance(parameters, Silence) or parameters.signal is not Signal.POLL or not gauges_hold(readings):
        return []
    if key is None or key not in readings.integrations:
        return []
    minutes = gauges.minutes_since(watch.since, readings.at)
    text = f"no poll ever, watched for {spoken(minutes)} (limit {spoken(parameters.minutes)})"
    return [Verdict(f"stream:{key}", readings.names[key], key, minutes > parameters.minutes, minutes, text)]


def _names_of(parameters: Parameters) -> Sequence[str]:
    if isinstance(parameters, Silence):
        return (gauges.POLL_AGE if parameters.signal is Signal.POLL else gauges.UNACKNOWLEDGED_AGE,)
    if isinstance(parameters, QueueAge):
        return gauges.QUEUE_AGE, gauges.POLL_QUEUE_AGE
    return (gauges.CIRCUIT_OPEN if isinstance(parameters, CircuitOpen) else gauges.DAYS_LEFT,)


def _gauged(parameters: Parameters, gauge: MonitoringGauge) -> Verdict:
    is_bad, text = _told(parameters, gauge.value)
    return Verdict(gauge.subject, gauge.label, gauge.integration_id, is_bad, gauge.value, text)


def _told(parameters: Parameters, value: float) -> tuple[bool, str]:
    if isinstance(parameters, Expiring):
        return value <= parameters.days, f"{_end(value)} (limit {parameters.days} days)"
    if isinstance(parameters, Silence | QueueAge):
        limit = parameters.minutes
        what = "the oldest has waited for"
        if isinstance(parameters, Silence):
            what = "no poll for" if parameters.signal is Signal.POLL else "no acknowledgement for"
        return value > limit, f"{what} {spoken(value)} (limit {spoken(limit)})"
    return True, "gets nothing: it has failed too often"


def _end(days: float) -> str:
    if days < 0:
        return "has ended"
    if days < 1:
        return "ends within a day"
    return f"ends in {days:.0f} day{'' if round(days) == 1 else 's'}"
