"""write_notices: what was decided becomes one notice for each channel that is to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
ARRIVING: Final = (AlertNotice.State.DUE, AlertNotice.State.SENDING, AlertNotice.State.SENT)
"""States of a notice that somebody gets, or has got."""

Beginning: TypeAlias = tuple[UUID, str, datetime | None]
"""Rule, subject and moment of a telling."""
Heard: TypeAlias = Mapping[Beginning, Collection[UUID | None]]
"""The channels of each."""


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
    heard = _heard(looks)
    changed = [look for look in looks if look.decision.change is not None]
    wanted = [(look, channel, reason) for look in changed for channel, reason in _ways(look, heard)]
    if not wanted:
        return 0
    ids = new_ids(len(wanted))
    background.after_commit(TELL)
    AlertNotice.objects.bulk_create(
        [_notice(pk, look, channel, reason, at) for pk, (look, channel, reason) in zip(ids, wanted, strict=True)]
    )
    return len(wanted)


def _heard(looks: Sequence[Look]) -> Heard:
    """Of what is over now, who was told of its beginning, or may still be; nothing of one that the history has
    forgotten."""
    over = [look for look in looks if look.decision.change is Change.RECOVERED]
    if not over:
        return {}
    began = AlertNotice.objects.of(over[0].rule.organization).filter(
        change=Change.FIRED,
        rule_id__in={look.rule.pk for look in over},
        created_at__in={look.state.told_at for look in over},
    )
    heard: dict[Beginning, set[UUID | None]] = {}
    for one in began:
        told = heard.setdefault((one.rule_id, one.subject, one.created_at), set())
        told |= {one.channel_id} if one.state in ARRIVING or one.reason == LOST else set()
    return heard


def _ways(look: Look, heard: Heard) -> Iterator[tuple[AlertChannel | None, Reason | None]]:
    """One for each channel; a single one that tells why not, where nobody is told."""
    channels = [one for one in look.channels if one.enabled and _may_hear(look, one, heard)]
    if look.decision.reason is None and channels:
        yield from ((channel, None) for channel in channels)
    else:
        yield None, look.decision.reason or Reason.UNHEARD


def _may_hear(look: Look, channel: AlertChannel, heard: Heard) -> bool:
    """Of an end only who was told of its beginning, as far as that is known."""
    told = heard.get((look.rule.pk, look.verdict.subject, look.state.told_at))
    return look.decision.change is Change.FIRED or told is None or channel.pk in told


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
        place=look.state.place,
        created_at=at,
        state=state,
        reason=reason.value if reason else "",
        next_attempt_at=at if reason is None else None,
    )


def _text(rule: AlertRule, verdict: Verdict, change: Change | None) -> str:
    over = "Over: " if change is Change.RECOVERED else ""
    label = f" – {verdict.label}" if verdict.label else ""
    return f"{over}{rule.name}{label}: {verdict.text}."
