"""hold and release: what falls into quiet hours waits for their end, and goes at once where they are no more."""

from __future__ import annotations

from datetime import datetime

from hub.accounts.models import TenantQuerySet
from hub.display_zone import display_zone
from monitoring.alerts.deciding import Reason
from monitoring.alerts.quiet import QuietHours
from monitoring.models import AlertChannel, AlertNotice, AlertRule

ERROR = "error"


def hold(at: datetime) -> None:
    """Put off what is due now on channels that are to be left alone, further attempts included, and what is due of
    rules of which nobody is to hear. Two queries, and one for each such channel and rule.

    What was tried with others is one message, which goes or waits as a whole: who has got a part of it under its id
    takes no other. So the hours of a rule hold nothing that was tried before.
    """
    due = AlertNotice.objects.filter(state=AlertNotice.State.DUE, next_attempt_at__lte=at)
    channels = AlertChannel.objects.filter(pk__in=due.values("channel_id"), quiet_since__isnull=False)
    for channel in channels.order_by("pk"):
        _hold(due.filter(channel_id=channel.pk), QuietHours.of(channel), at)
    fresh = due.filter(message_id__isnull=True)
    rules = AlertRule.objects.filter(pk__in=fresh.values("rule_id"), quiet_since__isnull=False)
    for rule in rules.order_by("pk"):
        _hold(fresh.filter(rule_id=rule.pk), QuietHours.of(rule), at)


def release(owner: AlertChannel | AlertRule, at: datetime) -> None:
    """What was put off is due again: the quiet hours of the channel or the rule are others now."""
    held = AlertNotice.objects.of(owner.organization).filter(state=AlertNotice.State.DUE, reason=Reason.QUIET.value)
    mine = held.filter(channel_id=owner.pk) if isinstance(owner, AlertChannel) else held.filter(rule_id=owner.pk)
    mine.update(next_attempt_at=at)


def _hold(notices: TenantQuerySet[AlertNotice], hours: QuietHours | None, at: datetime) -> None:
    ends_at = hours.end_after(at, display_zone()) if hours else None
    if hours is None or ends_at is None:
        return
    if hours.spares_errors:
        errors = notices.filter(severity=ERROR)
        with_errors = errors.filter(message_id__isnull=False).values("message_id")
        notices = notices.exclude(severity=ERROR).exclude(message_id__in=with_errors)
    notices.update(next_attempt_at=ends_at, reason=Reason.QUIET.value)
