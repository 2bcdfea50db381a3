"""failing: schedules whose last run has failed, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from integrations.models import UseCase
from monitoring.concerns import NO_CONCERNS, Concern, Concerns, Urgency
from proxies.models import Pull, PullKind, PullRun, PullState


def failing(*, organization: Organization, most: int, at: datetime) -> Concerns:
    """The latest failures first; two queries, one where nothing fails. What is disabled or paused fails no more, and
    runs on demand do not count."""
    runs = _last_runs_that_failed(organization)
    if not runs:
        return NO_CONCERNS
    reading = _reading(organization, runs)
    found = [(reading[run.use_case_id], run) for run in runs if run.use_case_id in reading]
    lines = [_line(use_case, run, at) for use_case, run in found[:most]]
    if len(found) > most:
        lines.append(_others(len(found) - most))
    return Concerns(tuple(lines), len(found))


def _last_runs_that_failed(organization: Organization) -> list[PullRun]:
    ended = PullRun.objects.of(organization).filter(finished_at__isnull=False).exclude(kind=PullKind.ON_DEMAND)
    later = ended.filter(use_case_id=OuterRef("use_case_id"), id__gt=OuterRef("id"))
    return list(ended.filter(~Exists(later), state=PullState.FAILED).order_by("-id"))


def _reading(organization: Organization, runs: Sequence[PullRun]) -> dict[object, UseCase]:
    paused = Pull.objects.filter(use_case_id=OuterRef("pk"), paused_at__isnull=False)
    use_cases = UseCase.objects.of(organization).filter(pk__in=[run.use_case_id for run in runs], enabled=True)
    return {one.pk: one for one in use_cases.filter(~Exists(paused)).defer("configuration")}


def _line(use_case: UseCase, run: PullRun, at: datetime) -> Concern:
    return Concern(
        urgency=Urgency.MISSED,
        glyph="error",
        title=_("Schedule reads nothing"),
        url=reverse("proxies:pull", args=[use_case.integration_id, use_case.pk]),
        action=_("Open"),
        code=use_case.slug,
        note=_("failed %(when)s") % {"when": relative_time(run.finished_at or run.created_at, at)},
    )


def _others(count: int) -> Concern:
    text = ngettext("%(count)s more schedule reads nothing", "%(count)s more schedules read nothing", count)
    return Concern(Urgency.MISSED, "error", text % {"count": number(count)}, reverse("integrations:list"), _("Open"))
