"""ReplayWords: what the pages of jobs say about a bulk replay, and the words for reasons and options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.accounts.models import Organization
from hub.display_zone import display_zone
from hub.ids import to_text
from hub.jobs.models import Job, JobResult
from hub.jobs.queries import counted_by_job, made_by, made_by_any
from hub.json_types import JSONObject, JSONValue
from hub.web.jobs.words import GONE, STILL_WAITING, Ending, Thing, endings_of
from hub.web.templatetags.moments import absolute_time
from hub.web.templatetags.numbers import number
from hub.web.templatetags.statuses import status_look
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus, InboundEvent, InboundOutcome
from inbound.replays.options import Options, Version
from inbound.replays.verdicts import Reason
from inbound.replays.waiting import waiting_of
from inbound.ui.names import Names, names_of
from inbound.ui.replay_waiting import sentences_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REASONS: dict[str, _StrPromise] = {
    Reason.NOT_FOUND: gettext_lazy("There is no such event"),
    Reason.STILL_ON_ITS_WAY: gettext_lazy("Still on their way"),
    Reason.PAYLOAD_PURGED: gettext_lazy("The payload is not kept any more"),
    Reason.NOT_CONFIGURED: gettext_lazy("No enabled use case takes them now"),
    Reason.DUPLICATE: gettext_lazy("They repeat another event"),
    Reason.REPLAY_UNDER_WAY: gettext_lazy("A replay of them is on its way"),
    Reason.ALREADY_REPLAYED: gettext_lazy("Replayed since, without an error"),
    Reason.NEWER_RUN_FAILED: gettext_lazy("Replayed since; the newest run stands for them"),
    Reason.STALE: gettext_lazy("Stale: newer events concern the same attributes"),
}
VERSIONS: dict[str, _StrPromise] = {
    Version.ACTIVE: gettext_lazy("The active one"),
    Version.AS_BEFORE: gettext_lazy("The one that each event ended with"),
}


class ReplayWords:
    """One of JOB_WORDS."""

    title = gettext_lazy("Replay of events")
    subject = gettext_lazy("Event")
    made = gettext_lazy("New event")
    made_many = gettext_lazy("New events")
    became = gettext_lazy("What became of the new events")
    reasons = REASONS
    already_run = (Reason.REPLAY_UNDER_WAY, Reason.ALREADY_REPLAYED, Reason.NEWER_RUN_FAILED)

    def facts(self, job: Job, organization: Organization) -> Sequence[tuple[str, str]]:
        """Scope and options."""
        options = Options.parse(job.request["options"])
        yes, no = _("yes"), _("no")
        return [
            (_("Events"), scope_text(job.request["scope"], names_of(organization))),
            (_("Version of the use case"), str(VERSIONS[options.version])),
            (_("Stale events"), _("left out") if options.skips_stale else _("run, too")),
            (_("Deliveries"), yes if options.has_deliveries else no),
            (_("Deduplication"), _("ignored") if options.ignores_deduplication else _("respected")),
            (_("Replayed since"), _("run again") if options.repeats else _("left out")),
        ]

    def things(self, job: Job, results: Sequence[JobResult]) -> dict[int, tuple[Thing, Thing]]:
        """The event, and the new one with where it stands; two queries."""
        made = [one.made_id for one in results if one.made_id]
        ended = InboundOutcome.objects.filter(organization_id=job.organization_id, pk__in=made)
        standing = {event_id: (status, code) for event_id, status, code in ended.values_list("pk", "status", "code")}
        subjects = [one.subject_id for one in results if one.subject_id]
        events = InboundEvent.objects.filter(organization_id=job.organization_id, pk__in=[*subjects, *made])
        known = set(events.values_list("pk", flat=True))
        return {one.number: (_event(one.subject_id, known), _made(one.made_id, known, standing)) for one in results}

    def endings(self, job: Job) -> Sequence[Ending]:
        """By the status that the events have ended with."""
        made = made_by(job)
        ended = InboundOutcome.objects.filter(organization_id=job.organization_id, pk__in=made)
        counted = [*ended.order_by().values_list("status", "code").annotate(count=Count("pk"))]
        kept = InboundEvent.objects.filter(organization_id=job.organization_id, pk__in=made).count()
        return endings_of(counted, waiting=kept - sum(count for *_, count in counted), made=made.count())

    def standing(self, status: str) -> Q:
        """By the outcome of each new event."""
        outcomes = InboundOutcome.objects.filter(pk=OuterRef("made_id"))
        if status in (STILL_WAITING, GONE):
            is_kept = Q(Exists(InboundEvent.objects.filter(pk=OuterRef("made_id"))))
            return Q(made_id__isnull=False) & ~Q(Exists(outcomes)) & (is_kept if status == STILL_WAITING else ~is_kept)
        return Q(Exists(outcomes.filter(status=status)))

    def failures(self, jobs: Sequence[Job]) -> Mapping[UUID, int]:
        """By the outcomes of the new events."""
        failed = InboundOutcome.objects.filter(pk=OuterRef("made_id"), status=EventStatus.ERROR)
        return counted_by_job(made_by_any(jobs).filter(Exists(failed)))

    def waiting(self, job: Job, organization: Organization) -> Sequence[str]:
        """Whether it stands still, and when the next try of its events is."""
        return list(sentences_of(waiting_of(job)))

    def again_url(self, job: Job) -> str:
        """The question about its failures."""
        return f"{reverse('inbound:replay-many')}?job={job.pk}" if job.done else ""


def scope_text(scope: JSONObject, names: Names) -> str:
    """Which events, in a few words."""
    if scope["by"] == "selection":
        ids = scope["ids"]
        return _("%(count)s chosen") % {"count": number(len(ids) if isinstance(ids, list) else 0)}
    if scope["by"] == "failures":
        return _("Failures of an earlier job")
    wanted = scope["filter"] if isinstance(scope["filter"], dict) else {}
    told = " · ".join(_told(name, value, names) for name, value in wanted.items() if name != "up_to")
    return _("All that match: %(filter)s") % {"filter": told}


def _told(name: str, value: JSONValue, names: Names) -> str:
    """One field of a filter; moments and ids as people call them."""
    if name == "since":
        return _("from %(moment)s") % {"moment": absolute_time(datetime.fromisoformat(str(value)), display_zone())}
    if name == "until":
        return _("to %(moment)s") % {"moment": absolute_time(datetime.fromisoformat(str(value)), display_zone())}
    texts = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if name == "integration_ids":
        texts = [names.integration(UUID(one)) or one for one in texts]
    elif name == "use_case_ids":
        texts = [names.use_case(UUID(one)) or one for one in texts]
    elif name == "statuses":
        texts = [str(status_look(one).label) for one in texts]
    return ", ".join(texts)


def _event(event_id: UUID | None, known: set[UUID]) -> Thing:
    if event_id is None:
        return Thing()
    text = to_text(EVENT_PREFIX, event_id)
    return Thing(text, reverse("inbound:event", args=[text]) if event_id in known else "")


def _made(event_id: UUID | None, known: set[UUID], standing: dict[UUID, tuple[str, str]]) -> Thing:
    if event_id not in known:
        return replace(_event(event_id, known), status=GONE if event_id else "")
    status, code = standing.get(event_id, (EventStatus.RECEIVED, ""))
    return replace(_event(event_id, known), status=status, code=code)
