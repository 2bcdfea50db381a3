"""One issue: why its failures belong together, when and to whom they happened, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.ids import to_text
from hub.web.access import may, page
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from hub.web.templatetags.statuses import status_look
from monitoring.codes import get_code
from monitoring.issues.distribution import distribution_of
from monitoring.issues.explain import LEVELS, advice_of, explain, look_of, title_of
from monitoring.issues.fingerprint import OUTBOUND, is_last_attempt
from monitoring.issues.history import history_of
from monitoring.issues.names import Names, names_of
from monitoring.issues.query import (
    SPANS_LOOKED_AT,
    get_issue,
    issues_named,
    merged_into,
    newest_failures,
    subjects_of,
    trends_of,
)
from monitoring.issues.targets import Target, delivery_urls, targets_of
from monitoring.issues.telling import MOST_SUBJECTS
from monitoring.models import MonitoringEvent
from monitoring.models.issues import OPEN_STATES, Issue

SAMPLES: Final = 10
SUBJECTS_SHOWN: Final = 20
EVENT_PREFIX: Final = "evt_"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS, DAYS = 24, 30
INBOUND: Final = ("entity", "meter_reading")
"""Kinds of steps that belong to inbound events, which can be opened and replayed."""

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity that was hit. url is empty where it was never found."""

    schema: str
    name: str
    url: str


@page(Capability.MONITOR)
@require_safe
def issue_page(request: HubRequest, issue_id: UUID) -> HttpResponse:
    """The page of an issue."""
    return shown(request, get_issue(organization=request.organization, issue_id=issue_id))


def shown(request: HubRequest, issue: Issue, *, is_beaten: bool = False) -> HttpResponse:
    """The page; 409 with a word about it where the issue changed while somebody decided."""
    names = names_of(request.organization, [issue.integration_id, issue.use_case_id])
    merged = merged_into(request.organization, issue)
    spans = newest_failures(request.organization, issue, merged)
    known = get_code(issue.code, issue.level)
    target = targets_of(request.organization, [issue]).get(issue.host)
    called = target.name if target else ""
    context = {
        "issue": issue,
        "title": title_of(issue, called),
        "look": look_of(issue),
        "level": LEVELS.get(issue.level, issue.level),
        "state": status_look(issue.state).label,
        "code": known,
        "advice": advice_of(known, is_last_attempt=bool(spans) and is_last_attempt(spans[0])),
        "why": explain(issue, names.integration(issue.integration_id), names.use_case(issue.use_case_id), called),
        "trends": _trends(issue, clock.now()),
        "distributions": distribution_of(spans),
        "looked_at": len(spans),
        "has_more": len(spans) == SPANS_LOOKED_AT or (bool(merged) and len(spans) < issue.number + issue.replays),
        "samples": _samples(spans),
        "events_url": _events_url(issue),
        "deliveries": delivery_urls(issue, merged),
        "subjects": [_subject(one) for one in subjects_of(issue, limit=SUBJECTS_SHOWN)],
        "subject_count": count_of_subjects(issue),
        "entries": history_of(request.organization, issue, names),
        "merged": [(one, title_of(one, called)) for one in merged],
        "into": _into(request, issue, called),
        "facts": _facts(issue, names, target),
        "is_open": issue.state in OPEN_STATES,
        "is_beaten": is_beaten,
        "may_act": may(request, Capability.SEND),
    }
    return render(request, "monitoring/issue.html", context, status=409 if is_beaten else 200)


def _into(request: HubRequest, issue: Issue, called: str) -> Context | None:
    """The issue that it was merged into; None where it stands for itself."""
    if issue.merged_into is None:
        return None
    found = issues_named(organization=request.organization, issue_ids=[issue.merged_into])
    return {"id": issue.merged_into, "title": title_of(found[0], called) if found else _("an issue that is gone")}


def count_of_subjects(issue: Issue) -> str:
    """As many as were counted, which is told where there may be more."""
    return number(issue.subjects) + ("+" if issue.subjects >= MOST_SUBJECTS else "")


def _trends(issue: Issue, at: datetime) -> list[Context]:
    charts = [
        (_("Last 24 hours"), _("%(most)s in the worst hour"), HOUR, HOURS),
        (_("Last 30 days"), _("%(most)s on the worst day"), DAY, DAYS),
    ]
    trends: list[Context] = []
    for label, worst, width, steps in charts:
        numbers = trends_of([issue.pk], width=width, steps=steps, at=at)[issue.pk]
        bars = [{issue.level: failures} for failures in numbers]
        most = worst % {"most": number(max(numbers))} if sum(numbers) > max(numbers) else ""
        trends.append({"label": label, "bars": bars, "total": sum(numbers), "most": most})
    return trends


def _samples(spans: Sequence[MonitoringEvent]) -> list[Context]:
    """The newest failures and the oldest one of those that were looked at; between: how many before it are left out."""
    chosen = [*spans[:SAMPLES], *spans[SAMPLES:][-1:]]
    left_out = len(spans) - len(chosen)
    return [
        {
            "span": span,
            "between": left_out if place == SAMPLES else 0,
            "event_id": to_text(EVENT_PREFIX, span.event_id) if span.event_id and span.sync_type in INBOUND else "",
            "delivery_id": _delivery_id(span),
        }
        for place, span in enumerate(chosen)
    ]


def _delivery_id(span: MonitoringEvent) -> str:
    detail = span.detail if isinstance(span.detail, dict) else {}
    return str(detail.get("delivery_id") or "") if span.sync_type == OUTBOUND else ""


def _target_fact(issue: Issue, target: Target | None) -> Context:
    if target is None:
        return {"label": _("Target"), "value": issue.host, "mono": True}
    return {"label": _("Receiver"), "value": target.name, "url": target.url}


def _events_url(issue: Issue) -> str:
    """The events behind the issue, from which they are replayed; empty where these are no inbound events."""
    return f"{reverse('inbound:events')}?issue={issue.pk}" if issue.sync_type in INBOUND else ""


def _subject(text: str) -> Subject:
    schema, _slash, name = text.partition("/")
    try:
        url = reverse("web:entity", args=[schema, UUID(name)])
    except (ValueError, NoReverseMatch):  # no id, or a schema that no page has
        url = ""
    return Subject(schema, name, url)


def _snoozed_until_failure(issue: Issue) -> str:
    """Which failure of the issue wakes it; empty where it sleeps for a time, or not at all."""
    return _("failure %(which)s") % {"which": number(issue.snoozed_number)} if issue.snoozed_number else ""


def _facts(issue: Issue, names: Names, target: Target | None) -> list[Context]:
    integration = reverse("integrations:detail", args=[issue.integration_id])
    is_kept = issue.integration_id in names.integrations
    facts: list[Context] = [
        {"label": _("First"), "at": issue.first_at},
        {"label": _("Last"), "at": issue.last_at},
        {
            "label": _("Integration"),
            "value": names.integration(issue.integration_id),
            "url": integration if is_kept else "",
        },
        {"label": _("Use case"), "value": names.use_case(issue.use_case_id), "mono": True},
        {"label": _("Last version"), "value": f"v{issue.last_version}" if issue.last_version else ""},
        {"label": _("Field"), "value": issue.field, "mono": True},
        _target_fact(issue, target),
        {"label": _("Assignee"), "value": names.person(issue.assignee_id)},
        {"label": _("Resolved in"), "value": f"v{issue.resolved_version}" if issue.resolved_version else ""},
        {"label": _("Snoozed until"), "at": issue.snoozed_until},
        {"label": _("Snoozed until"), "value": _snoozed_until_failure(issue)},
        {"label": _("Issue id"), "value": str(issue.pk), "mono": True, "copyable": True},
    ]
    return [fact for fact in facts if fact.get("value") or fact.get("at")]
