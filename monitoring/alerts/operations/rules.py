"""Save, delete and mute alert rules; each write is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hub.accounts.audit import Act
from hub.accounts.models import Organization
from hub.environments.operations.author import check_room
from hub.errors import NotFound
from hub.ids import new_id
from hub.json_encoding import timestamp
from hub.json_types import JSONObject
from integrations.operations.author import Author, recorded
from integrations.queries import get_integration, get_use_case
from monitoring.alerts.kinds import Signal, Silence, parse
from monitoring.alerts.operations.channels import NoSuchChannel
from monitoring.alerts.operations.members import changed, check_name, hours_of, set_hours, wrong
from monitoring.alerts.quiet import QuietHours
from monitoring.alerts.telling.holding import release
from monitoring.models import AlertChannel, AlertRule, AlertTurn

MOST_RULES: Final = 200
SEVERITIES: Final = ("error", "warning")
LONGEST_MUTE: Final = timedelta(days=30)
LONGEST_THROTTLE_MINUTES: Final = 7 * 24 * 60


class NoSuchRule(NotFound):
    """No such rule in this organization."""

    code = "ALERT_RULE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such alert rule.")


@dataclass(frozen=True, slots=True)
class RuleWish:
    """A rule as somebody wants it. quiet None: people hear of it at any time."""

    name: str
    kind: str
    parameters: JSONObject
    integration_id: UUID | None = None
    use_case_id: UUID | None = None
    severity: str = "error"
    enabled: bool = True
    throttle_minutes: int = 60
    channel_ids: Sequence[UUID] = ()
    quiet: QuietHours | None = None

    def check(self, organization: Organization) -> None:
        """Raises Invalid, or NotFound for an integration or a use case of somebody else."""
        check_name(self.name)
        parameters = parse(self.kind, self.parameters)
        if self.use_case_id is not None and isinstance(parameters, Silence) and parameters.signal is not Signal.EVENT:
            raise wrong("scope", "polls and acknowledgements belong to a whole integration: choose that")
        if self.quiet is not None:
            self.quiet.check()
        if self.severity not in SEVERITIES:
            raise wrong("severity", f"must be one of {', '.join(SEVERITIES)}")
        if not 0 <= self.throttle_minutes <= LONGEST_THROTTLE_MINUTES:
            raise wrong("throttle_minutes", f"must be a whole number from 0 to {LONGEST_THROTTLE_MINUTES}")
        if self.integration_id is not None:
            get_integration(organization=organization, integration_id=self.integration_id)
        if self.use_case_id is not None:
            if self.integration_id is None:
                raise wrong("use_case_id", "needs the integration that it belongs to")
            get_use_case(organization=organization, integration_id=self.integration_id, use_case_id=self.use_case_id)


def get_rule(organization: Organization, rule_id: UUID) -> AlertRule:
    """Raises NoSuchRule."""
    rule = AlertRule.objects.of(organization).filter(pk=rule_id).first()
    if rule is None:
        raise NoSuchRule
    return rule


def save_rule(*, author: Author, wish: RuleWish, rule_id: UUID | None = None) -> AlertRule:
    """The rule as it is wished for; rule_id None makes a new one.

    Where it looks for something else than before it begins anew: what it said is forgotten, and nobody is told that it
    is over. Raises Invalid, NotFound, LimitReached.
    """
    organization = author.organization
    with recorded(author) as acts:
        wish.check(organization)
        channels = list(AlertChannel.objects.of(organization).filter(pk__in=wish.channel_ids))
        if len(channels) != len(set(wish.channel_ids)):
            raise NoSuchChannel
        rule = get_rule(organization, rule_id) if rule_id else _new_rule(author)
        release(rule, author.at)
        AlertTurn.lock(organization)  # After its notices, in the order of whoever sends them.
        looked_for = _looks_for(rule)
        before = {} if rule_id is None else _shown(rule)
        _assign(rule, wish)
        if rule_id is None or looked_for != _looks_for(rule):
            rule.watching_since = author.at
            rule.states.all().delete()
        _store(rule, is_new=rule_id is None)
        rule.channels.set(channels)
        acts.append(Act("update" if rule_id else "create", "alert_rule", str(rule.pk), changed(before, _shown(rule))))
    return rule


def delete_rule(*, author: Author, rule_id: UUID) -> None:
    """With where it stands; what it told stays in the history. Raises NoSuchRule."""
    with recorded(author) as acts:
        rule = get_rule(author.organization, rule_id)
        AlertTurn.lock(author.organization)
        acts.append(Act("delete", "alert_rule", str(rule.pk), {"name": [rule.name, None]}))
        rule.delete()


def mute_rule(*, author: Author, rule_id: UUID, until: datetime | None) -> AlertRule:
    """Nobody is told of the rule until then, at most LONGEST_MUTE from now; None: from now on people are told again.
    Raises NoSuchRule, Invalid."""
    if until is not None and not author.at < until <= author.at + LONGEST_MUTE:
        raise wrong("until", f"must be within the next {LONGEST_MUTE.days} days")
    with recorded(author) as acts:
        rule = get_rule(author.organization, rule_id)
        before = timestamp(rule.muted_until) if rule.muted_until else None
        rule.muted_until = until
        rule.save(update_fields=["muted_until"])
        changes: JSONObject = {"muted_until": [before, timestamp(until) if until else None]}
        acts.append(Act("mute" if until else "unmute", "alert_rule", str(rule.pk), changes))
    return rule


def _new_rule(author: Author) -> AlertRule:
    check_room(AlertRule.objects.of(author.organization).count(), MOST_RULES, "alert rules")
    return AlertRule(id=new_id(), organization=author.organization, created_at=author.at, watching_since=author.at)


def _assign(rule: AlertRule, wish: RuleWish) -> None:
    rule.name, rule.kind, rule.parameters = wish.name.strip(), wish.kind, wish.parameters
    set_hours(rule, wish.quiet)
    rule.integration_id, rule.use_case_id = wish.integration_id, wish.use_case_id
    rule.severity, rule.enabled, rule.throttle_minutes = wish.severity, wish.enabled, wish.throttle_minutes


_WRITTEN: Final = (
    *("name", "kind", "parameters", "integration_id", "use_case_id", "severity", "enabled", "throttle_minutes"),
    *("quiet_since", "quiet_until", "watching_since"),
)


def _store(rule: AlertRule, *, is_new: bool) -> None:
    """Of a rule that was there only what saving decides: muting it is an act of its own."""
    if is_new:
        rule.save(force_insert=True)
    else:
        rule.save(update_fields=_WRITTEN)


def _looks_for(rule: AlertRule) -> tuple[object, ...]:
    return rule.kind, rule.parameters, rule.integration_id, rule.use_case_id, rule.enabled


def _shown(rule: AlertRule) -> JSONObject:
    names = ("name", "kind", "severity", "enabled", "throttle_minutes", "parameters")
    shown: JSONObject = {name: getattr(rule, name) for name in names}
    scope: JSONObject = {name: str(getattr(rule, name) or "") for name in ("integration_id", "use_case_id")}
    return shown | scope | hours_of(rule)
