"""write_notices: what was decided becomes one notice for each channel that is to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from hub import background
from hub.ids import new_ids
from monitoring.alerts.deciding import Change, Decision, Reason
from monitoring.alerts.judging import Verdict
from monitoring.alerts.telling.giving_back import LOST
from monitoring.models import AlertChannel, AlertNotice, AlertRule, AlertState

TELL: Final = "monitoring.alerts.telling.running.work"
"""The worker stage that sends notices."""
LONGEST_TEXT: Final = 1000

Unheard: TypeAlias = set[tuple[UUID, str, UUID | None]]


@dataclass(frozen=True)
class Look:
    """What a rule found of one subject, and what was decided; state is as it will be stored."""

    rule: AlertRule
    channels: Sequence[AlertChannel]
    verdict: Verdict
    state: AlertState
    decision: Decision


def write_notices(looks: Sequence[Look], at: datetime) -> int:
    """How many. Belongs into the transaction that stores where the rules stand."""
    unheard = _unheard(looks)
    changed = [look for look in looks if look.decision.change is not None]
    wanted = [(look, channel, reason) for look in changed for channel, reason in _ways(look, unheard)]
    if not wanted:
        return 0
    ids = new_ids(len(wanted))
    background.after_commit(TELL)
    AlertNotice.objects.bulk_create(
        [_notice(pk, look, channel, reason, at) for pk, (look, channel, reason) in zip(ids, wanted, strict=True)]
    )
    return len(wanted)


def _unheard(looks: Sequence[Look]) -> Unheard:
    """Rule, subject and channel of each beginning that did not arrive there, of what is over now."""
    over = [look for look in looks if look.decision.change is Change.RECOVERED]
    if not over:
        return set()
    failed = AlertNotice.objects.of(over[0].rule.organization).filter(
        change=Change.FIRED,
        state=AlertNotice.State.FAILED,
        rule_id__in={look.rule.pk for look in over},
        created_at__in={look.state.told_at for look in over},
    )
    return set(failed.exclude(reason=LOST).values_list("rule_id", "subject", "channel_id"))


def _ways(look: Look, unheard: Unheard) -> Iterator[tuple[AlertChannel | None, Reason | None]]:
    """One for each channel; a single one that tells why not, where nobody is told."""
    if look.decision.reason is not None:
        yield None, look.decision.reason
        return
    for channel in look.channels:
        if channel.enabled and (look.rule.pk, look.verdict.subject, channel.pk) not in unheard:
            yield channel, None


def _notice(pk: UUID, look: Look, channel: AlertChannel | None, reason: Reason | None, at: datetime) -> AlertNotice:
    rule, verdict, change = look.rule, look.verdict, look.decision.change
    state = AlertNotice.State.DUE if reason is None else AlertNotice.State.SUPPRESSED
    return AlertNotice(
        id=pk,
        organization_id=rule.organization_id,
        rule_id=rule.pk,
        integration_id=verdict.integration_id,
        use_case_id=rule.use_case_id,
        channel_id=channel.pk if channel else None,
        rule_name=rule.name,
        channel_name=channel.name if channel else "",
        change=str(change),
        severity=rule.severity,
        subject=verdict.subject,
        text=_text(rule, verdict, change)[:LONGEST_TEXT],
        value=verdict.value,
        created_at=at,
        state=state,
        reason=reason.value if reason else "",
        next_attempt_at=at if reason is None else None,
    )


def _text(rule: AlertRule, verdict: Verdict, change: Change | None) -> str:
    over = "Over: " if change is Change.RECOVERED else ""
    label = f" – {verdict.label}" if verdict.label else ""
    return f"{over}{rule.name}{label}: {verdict.text}."
