"""evaluate: once a minute every rule is looked at, and what is to be told becomes notices."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from hub import clock, database
from hub.accounts.models import Organization
from hub.errors import Invalid
from integrations.models import Integration
from monitoring.alerts import deciding
from monitoring.alerts.deciding import Facts, Tact, decide
from monitoring.alerts.judging import Verdict, Watch, gauges_hold, judge, reads_gauges
from monitoring.alerts.kinds import Count, ErrorRate, Parameters, Silence, parse
from monitoring.alerts.noticing import Look, write_notices
from monitoring.alerts.places import place_of
from monitoring.alerts.readings import Readings, Wanted, read
from monitoring.counters import window_of
from monitoring.gauge_history import record_gauges
from monitoring.models import AlertChannel, AlertRule, AlertState, AlertTurn

TURN: Final = timedelta(seconds=45)
"""Whoever comes sooner than this after the last look does nothing: another process has just been there."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watched:
    """A rule with what it looks for and whom it tells."""

    rule: AlertRule
    parameters: Parameters
    channels: Sequence[AlertChannel]

    @property
    def watch(self) -> Watch:
        """As judge takes it."""
        rule = self.rule
        return Watch(self.parameters, rule.integration_id, rule.use_case_id, rule.watching_since)

    def tact(self, at: datetime) -> Tact:
        """As decide takes it."""
        throttle = timedelta(minutes=self.rule.throttle_minutes)
        enabled = [one for one in self.channels if one.enabled]
        works = any(one.failing_since is None for one in enabled)
        return Tact(throttle, self.rule.is_muted(at), has_channel=bool(enabled), has_working_channel=works)


def evaluate() -> int:
    """One of SCHEDULES: how many notices were written. An organization that fails stops no other."""
    at, written = clock.now(), 0
    has_rules = Exists(AlertRule.objects.filter(organization_id=OuterRef("pk")))
    has_integrations = Exists(Integration.objects.filter(organization_id=OuterRef("pk")))
    organizations = Organization.objects.annotate(has_rules=has_rules).filter(Q(has_rules=True) | has_integrations)
    for organization in organizations.order_by("pk"):
        try:
            written += evaluate_organization(organization, at, is_watched=organization.has_rules)
        except Exception:
            log.exception("alerts were not evaluated", extra={"organization_id": str(organization.pk)})
    return written


def evaluate_organization(organization: Organization, at: datetime, *, is_watched: bool = True) -> int:
    """How many notices were written; nothing where another process has just looked. The number of statements does not
    depend on how many rules and subjects there are. Without any rule it is the history of gauges alone that is written,
    once in each of its windows."""
    before = at - TURN if is_watched else window_of(at) - timedelta.resolution
    if not database.retrying(partial(_take_turn, organization, at, before)):
        return 0
    gauged_at = at if _gauge(organization, at) else None
    return database.retrying(partial(_evaluate, organization, at, gauged_at))


@transaction.atomic
def _take_turn(organization: Organization, at: datetime, before: datetime) -> bool:
    """Whether this process is the one that looks now, the last look being no later than before. One that dies
    meanwhile costs a minute."""
    AlertTurn.objects.get_or_create(organization=organization, defaults={"evaluated_at": before})
    return AlertTurn.objects.filter(pk=organization.pk, evaluated_at__lte=before).update(evaluated_at=at) > 0


def _gauge(organization: Organization, at: datetime) -> bool:
    """Whether all gauges were written. A source that fails leaves those of before, which soon say nothing any more."""
    try:
        record_gauges(organization, at)
    except Exception:
        log.exception("gauges were not written", extra={"organization_id": str(organization.pk)})
        return False
    return True


@transaction.atomic
def _evaluate(organization: Organization, at: datetime, gauged_at: datetime | None) -> int:
    # Locked until the notices are written: whoever looks after a turn that took too long sees what this one has told.
    turn = AlertTurn.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if gauged_at is not None:
        AlertTurn.objects.filter(pk=organization.pk).update(gauged_at=gauged_at)
    watched = list(watched_rules(organization))
    if not watched:
        return 0
    readings = _read(organization, watched, at, gauged_at or turn.gauged_at)
    states = _states(organization)
    looks = [look for one in watched for look in _look(one, readings, states)]
    _store([look.state for look in looks])
    return write_notices(looks, at)


def watched_rules(organization: Organization) -> Iterator[Watched]:
    """Those that are switched on and can be read, with two queries."""
    rules = AlertRule.objects.of(organization).filter(enabled=True).order_by("created_at", "id")
    for rule in rules.prefetch_related("channels"):
        try:
            yield Watched(rule, parse(rule.kind, rule.parameters), list(rule.channels.all()))
        except Invalid:
            log.warning("the parameters of alert rule %s cannot be read", rule.pk)


def _read(organization: Organization, watched: Sequence[Watched], at: datetime, gauged_at: datetime | None) -> Readings:
    parameters = [one.parameters for one in watched]
    wanted = Wanted(
        ended=frozenset(one.window_minutes for one in parameters if isinstance(one, ErrorRate)),
        spanned=frozenset(one.window_minutes for one in parameters if isinstance(one, Count)),
        codes=frozenset(one.code for one in parameters if isinstance(one, Count) and one.code),
        moments=any(isinstance(one, Silence) for one in parameters),
    )
    return read(organization, at, wanted, gauged_at=gauged_at)


def _states(organization: Organization) -> dict[UUID, dict[str, AlertState]]:
    """Rule → subject → where it stands."""
    found: dict[UUID, dict[str, AlertState]] = defaultdict(dict)
    for state in AlertState.objects.of(organization):
        found[state.rule_id][state.subject] = state
    return found


def _look(watched: Watched, readings: Readings, states: Mapping[UUID, Mapping[str, AlertState]]) -> Iterator[Look]:
    verdicts = judge(watched.watch, readings)
    mine = states.get(watched.rule.pk, {})
    seen = {one.subject for one in verdicts}
    unseen = [state for state in mine.values() if state.subject not in seen]
    verdicts += [_well_again(state) for state in unseen if _is_over(watched, readings, state)]
    for verdict in verdicts:
        state = mine.get(verdict.subject) or _new_state(watched.rule, verdict, readings.at)
        decision = decide(_facts(state), verdict.is_bad, watched.tact(readings.at), readings.at)
        _keep(state, verdict, decision.facts)
        state.place = place_of(watched.watch, verdict, readings.outgoing, readings.at)
        yield Look(watched.rule, watched.channels, verdict, state, decision)


def _is_over(watched: Watched, readings: Readings, state: AlertState) -> bool:
    """Whether what is seen no more is well again. Counters forget who is silent for very long; only an integration that
    is gone ends that."""
    if reads_gauges(watched.parameters):
        return gauges_hold(readings)
    return state.integration_id not in readings.integrations


def _well_again(state: AlertState) -> Verdict:
    """What is told of no more: the circuit is closed, the queue empty, the token renewed."""
    return Verdict(state.subject, state.label, state.integration_id, False, None, "no longer so")


def _new_state(rule: AlertRule, verdict: Verdict, at: datetime) -> AlertState:
    return AlertState(
        organization_id=rule.organization_id,
        rule=rule,
        subject=verdict.subject,
        since=at,
        standing=deciding.Standing.OK,
    )


def _facts(state: AlertState) -> Facts:
    return Facts(
        state.standing,
        state.since,
        told_at=state.told_at,
        is_told=state.is_told,
        is_held_back=state.is_held_back,
        undelivered_at=state.undelivered_at,
        recovered_at=state.recovered_at,
    )


def _keep(state: AlertState, verdict: Verdict, facts: Facts) -> None:
    state.label, state.integration_id, state.value = verdict.label[:255], verdict.integration_id, verdict.value
    state.found = verdict.text[:255]
    state.standing, state.since = facts.standing, facts.since
    state.told_at, state.is_told, state.is_held_back = facts.told_at, facts.is_told, facts.is_held_back
    state.undelivered_at, state.recovered_at = facts.undelivered_at, facts.recovered_at


_CHANGING: Final = (
    *("label", "integration_id", "value", "found", "place", "standing", "since"),
    *("told_at", "is_told", "is_held_back", "undelivered_at", "recovered_at"),
)


def _store(states: Sequence[AlertState]) -> None:
    """One statement for some hundreds: an update of that many rows by their ids takes seconds."""
    for state in states:
        state.pk = None
    AlertState.objects.bulk_create(
        sorted(states, key=lambda one: (str(one.rule_id), one.subject)),
        update_conflicts=True,
        unique_fields=["rule", "subject"],
        update_fields=_CHANGING,
    )
