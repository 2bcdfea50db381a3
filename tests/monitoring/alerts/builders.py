"""Rules, channels and what they look at, each whole from keyword overrides alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from integrations.models import Integration
from integrations.operations.author import Author
from monitoring.alerts.evaluating import evaluate_organization
from monitoring.alerts.operations.channels import ChannelWish, save_channel
from monitoring.alerts.operations.rules import RuleWish, save_rule
from monitoring.counters import Counted, count
from monitoring.models import AlertChannel, AlertNotice, AlertRule, AlertState
from tests.builders import NOW

HALF = {"percent": 50, "least_events": 4, "window_minutes": 15}


def author_in(organization: Organization, at: datetime = NOW) -> Author:
    """Who writes in tests."""
    return Author(organization, SYSTEM, is_admin=True, at=at)


def make_channel(organization: Organization, **fields: Any) -> AlertChannel:
    """A mail to the people on duty."""
    wish = {"name": "On duty", "kind": "mail", "address": "duty@example.test"} | fields
    return save_channel(author=author_in(organization), wish=ChannelWish(**wish)).channel


def make_rule(organization: Organization, *channels: AlertChannel, **fields: Any) -> AlertRule:
    """More than half of at least four events of a quarter of an hour have failed."""
    wish = wish_of(**{"channel_ids": [one.pk for one in channels]} | fields)
    return save_rule(author=author_in(organization), wish=wish)


def wish_of(**fields: Any) -> RuleWish:
    """The same as somebody writes it."""
    usual: dict[str, Any] = {"name": "Failures", "kind": "error_rate", "parameters": HALF, "throttle_minutes": 0}
    return RuleWish(**usual | fields)


def ended(
    integration: Integration, at: datetime, *, good: int = 0, bad: int = 0, use_case_id: UUID | None = None
) -> None:
    """So many events ended at the moment."""
    place = (integration.organization_id, integration.pk, use_case_id, "inbound")
    count([Counted(*place, status, at, 3) for status in ["success"] * good + ["error"] * bad])


def look(organization: Organization, minutes: float = 0) -> list[tuple[str, str, str]]:
    """What a look so many minutes after NOW has written: change, state and reason of each notice."""
    known = set(AlertNotice.objects.values_list("pk", flat=True))
    evaluate_organization(organization, NOW + timedelta(minutes=minutes))
    fresh = AlertNotice.objects.of(organization).exclude(pk__in=known).order_by("id")
    return [(one.change, one.state, one.reason) for one in fresh]


def standings(rule: AlertRule) -> list[str]:
    """Where the rule stands with its subjects."""
    return list(AlertState.objects.filter(rule=rule).order_by("subject").values_list("standing", flat=True))
