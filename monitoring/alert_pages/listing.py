"""Alerts: the rules with where they stand, worst first; what was told; the channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.web.access import may, page
from hub.web.requests import HubRequest
from hub.web.templatetags.moments import relative_time
from monitoring.alert_pages.words import CHANNELS, KINDS, NOTICE_STATES, REASONS, STATUSES, WELL_WITHOUT, looks_for
from monitoring.alerts.deciding import Change
from monitoring.alerts.kinds import Kind
from monitoring.alerts.queries import Standings, channels_of, notices_page, standings_of
from monitoring.models import AlertChannel, AlertNotice, AlertState

NOTICES: Final = 50
STATES_SHOWN: Final = 5
"""Subjects of one rule that the list names."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look of components/badge.html and the word beside it."""

    status: str
    word: Any  # Any: a text, translated when it is drawn


@page(Capability.MONITOR)
@require_safe
def alerts(request: HubRequest) -> HttpResponse:
    """Every rule, the worst first."""
    rows = standings_of(request.organization, clock.now())
    context = _frame(request, "rules") | {
        "rows": [_rule_row(one) for one in rows],
        "firing": sum(one.status == "firing" for one in rows),
        "kinds": [{"kind": kind.value, "name": name, "what": what} for kind, (name, what) in KINDS.items()],
        "has_channels": AlertChannel.objects.of(request.organization).exists(),
    }
    return render(request, "monitoring/alerts/list.html", context)


@page(Capability.MONITOR)
@require_safe
def history(request: HubRequest) -> HttpResponse:
    """What was told and what was not, the newest first."""
    found = notices_page(request.organization, limit=NOTICES, before=_before(request))
    older = f"{reverse('monitoring:alert-history')}?before={found.next_before}" if found.next_before else ""
    context = _frame(request, "history") | {
        "rows": [
            (row, _notice_look(row), REASONS.get(row.reason, row.reason), _awaits(row, clock.now()))
            for row in found.rows
        ],
        "older_url": older,
        "newer_url": reverse("monitoring:alert-history") if "before" in request.GET else "",
    }
    return render(request, "monitoring/alerts/history.html", context)


@page(Capability.MONITOR)
@require_safe
def channels(request: HubRequest) -> HttpResponse:
    """Where notices go, those that fail first."""
    rows = [(one, _channel_look(one), CHANNELS[one.kind]) for one in channels_of(request.organization)]
    saved = next((one for one, *_look in rows if str(one.pk) == request.GET.get("saved")), None)
    context = _frame(request, "channels") | {"rows": rows, "kinds": list(CHANNELS.items()), "saved": saved}
    return render(request, "monitoring/alerts/channels.html", context)


def _frame(request: HubRequest, tab: str) -> dict[str, object]:
    return {
        "tab": tab,
        "tabs": [
            {"key": "rules", "label": _("Rules"), "url": reverse("monitoring:alerts")},
            {"key": "history", "label": _("History"), "url": reverse("monitoring:alert-history")},
            {"key": "channels", "label": _("Channels"), "url": reverse("monitoring:alert-channels")},
        ],
        "may_edit": may(request, Capability.ADMIN),
        "may_mute": may(request, Capability.DECIDE),
    }


def _rule_row(one: Standings) -> dict[str, object]:
    return {
        "one": one,
        "look": Look(*STATUSES[_status(one)]),
        "kind": KINDS[Kind(one.rule.kind)][0],
        "looks_for": looks_for(one.rule),
        "states": [(state, Look(*STATUSES[_stands(state, one)])) for state in one.states[:STATES_SHOWN]],
        "is_unjudged": one.rule.enabled and one.was_looked_at and not one.is_judged,
        "more": max(0, len(one.states) - STATES_SHOWN),
    }


def _status(one: Standings) -> str:
    if one.status != "unknown":
        return one.status
    if not one.was_looked_at:
        return "fresh"
    if not one.is_judged:
        return "unjudged"
    return "ok" if one.rule.kind in WELL_WITHOUT else "unknown"


def _stands(state: AlertState, one: Standings) -> str:
    """What fired is not over because nobody looks; that anything else is well nobody can know then."""
    return state.standing if one.is_judged or state.standing == AlertState.Standing.FIRING else "unjudged"


def _notice_look(row: AlertNotice) -> Look:
    return Look(*NOTICE_STATES[row.state])


def _awaits(row: AlertNotice, at: datetime) -> str:
    """What a notice waits for; empty for one that does not wait."""
    if row.state != AlertNotice.State.DUE:
        return ""
    if row.next_attempt_at is not None and row.next_attempt_at > at:
        return _("goes out %(moment)s") % {"moment": relative_time(row.next_attempt_at, at)}
    is_end = row.change == Change.RECOVERED
    return _("goes out once its beginning has been told") if is_end else _("is next in its turn")


def _channel_look(one: AlertChannel) -> Look:
    if not one.enabled:
        return Look(*STATUSES["disabled"])
    if one.failing_since is not None:
        return Look("failing", _("Failing"))
    return Look("ok", _("OK")) if one.last_sent_at else Look("unknown", _("Never used"))


def _before(request: HubRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
