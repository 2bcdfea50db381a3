"""Rules with where they stand, channels, and the history of notices, always of one organization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q

from hub.accounts.models import Organization
from hub.errors import Invalid
from integrations.models import Integration, UseCase
from monitoring.alerts.judging import holds, reads_gauges
from monitoring.alerts.kinds import parse
from monitoring.models import AlertChannel, AlertNotice, AlertRule, AlertState, AlertTurn

Standing = AlertState.Standing


@dataclass(frozen=True, slots=True)
class Standings:
    """A rule with its states, those that fire first. scope: the names of what it looks at.

    judged_at: when what it reads was last there to be judged, None for never; is_judged: whether that is so now.
    """

    rule: AlertRule
    states: Sequence[AlertState]
    channels: Sequence[AlertChannel]
    scope: str
    is_muted: bool
    was_looked_at: bool = True
    is_judged: bool = True
    judged_at: datetime | None = None

    @property
    def firing(self) -> int:
        """With how many subjects."""
        return sum(one.standing == Standing.FIRING for one in self.states)

    @property
    def worst(self) -> AlertState | None:
        """The one that fires for the longest time, else the one that changed last."""
        return self.states[0] if self.states else None

    @property
    def status(self) -> str:
        """disabled, firing, pending, ok, or unknown where it has not looked yet, found too little or cannot look now.

        What fired goes on firing until somebody sees that it is over.
        """
        if not self.rule.enabled:
            return "disabled"
        if self.firing:
            return Standing.FIRING.value
        return self.states[0].standing if self.states and self.is_judged else "unknown"


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Notices, newest first; next_before: where the next page begins, None at the end."""

    rows: list[AlertNotice]
    next_before: UUID | None


def standings_of(organization: Organization, at: datetime, *, integration_id: UUID | None = None) -> list[Standings]:
    """Every rule, worst first; of an integration also those that look at all of them, with its own states alone. Six
    queries."""
    rules = AlertRule.objects.of(organization)
    states = AlertState.objects.of(organization)
    if integration_id is not None:
        rules = rules.filter(Q(integration_id=integration_id) | Q(integration_id=None))
        states = states.filter(Q(integration_id=integration_id) | Q(integration_id=None))
    found = list(rules.order_by("created_at", "id").prefetch_related("channels", Prefetch("states", states)))
    names = _names(organization, found)
    turn = AlertTurn.objects.filter(organization=organization).first()
    rows = [_seen(_standings(rule, names, at), turn, at) for rule in found]
    return sorted(rows, key=lambda one: (_RANK[one.status], one.is_muted, one.rule.name.lower()))


def channels_of(organization: Organization) -> list[AlertChannel]:
    """By name, those that fail first."""
    rows = AlertChannel.objects.of(organization).prefetch_related("rules")
    return sorted(rows, key=lambda one: (not _fails(one), one.name.lower()))


def failing_channels(organization: Organization) -> list[AlertChannel]:
    """Those that took nothing the last time, the longest first; one query."""
    return list(
        AlertChannel.objects.of(organization)
        .filter(enabled=True, failing_since__isnull=False)
        .order_by("failing_since")
    )


def notices_page(
    organization: Organization, *, limit: int, before: UUID | None = None, integration_id: UUID | None = None
) -> NoticePage:
    """At most limit notices; of an integration those alone that are about it. One query."""
    rows = AlertNotice.objects.of(organization)
    if integration_id is not None:
        rows = rows.filter(integration_id=integration_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    return NoticePage(found[:limit], found[limit - 1].pk if len(found) > limit else None)


_RANK: Mapping[str, int] = {"firing": 0, "pending": 1, "unknown": 2, "ok": 3, "disabled": 4}
_STATE_RANK: Mapping[str, int] = {Standing.FIRING: 0, Standing.PENDING: 1, Standing.OK: 2}


def _standings(rule: AlertRule, names: Mapping[UUID, str], at: datetime) -> Standings:
    states = sorted(rule.states.all(), key=lambda one: (_STATE_RANK[one.standing], one.since))
    scope = ": ".join(names.get(key, "?") for key in (rule.integration_id, rule.use_case_id) if key)
    return Standings(rule, states, list(rule.channels.all()), scope, rule.is_muted(at))


def _seen(one: Standings, turn: AlertTurn | None, at: datetime) -> Standings:
    was_looked_at = turn is not None and turn.evaluated_at >= one.rule.watching_since
    judged_at = _judged_at(one.rule, turn)
    return replace(one, was_looked_at=was_looked_at, judged_at=judged_at, is_judged=holds(judged_at, at))


def _judged_at(rule: AlertRule, turn: AlertTurn | None) -> datetime | None:
    """The last look, or that of whoever last read the gauges where such a rule needs them. A rule whose parameters
    cannot be read is never judged."""
    if turn is None:
        return None
    try:
        return turn.gauged_at if reads_gauges(parse(rule.kind, rule.parameters)) else turn.evaluated_at
    except Invalid:
        return None


def _names(organization: Organization, rules: Sequence[AlertRule]) -> dict[UUID, str]:
    keys = {key for rule in rules for key in (rule.integration_id, rule.use_case_id) if key}
    names: dict[UUID, str] = {}
    for model in (Integration, UseCase):
        names |= dict(model.objects.of(organization).filter(pk__in=keys).values_list("pk", "name"))
    return names


def _fails(channel: AlertChannel) -> bool:
    return channel.enabled and channel.failing_since is not None
