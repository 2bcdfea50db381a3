"""ResendWords: what the pages of jobs say about a bulk resend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from hub.json_types import JSONValue
from hub.web.jobs.words import GONE, STILL_WAITING, Ending, Thing, endings_of
from hub.web.templatetags.moments import absolute_time
from hub.web.templatetags.numbers import number
from outbound.models import DELIVERY_PREFIX, Delivery, DeliveryState
from outbound.models.deliveries import UNFINISHED
from outbound.resend_job import is_chosen
from outbound.resends.options import Options
from outbound.resends.selection import Selection
from outbound.resends.verdicts import Reason
from outbound.resends.waiting import waiting_of
from outbound.ui.chips import word_of
from outbound.ui.filters import LABELS
from outbound.ui.names import Names, names_of
from outbound.ui.resend_waiting import sentences_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOMENTS = {"since": gettext_lazy("from %(moment)s"), "until": gettext_lazy("to %(moment)s")}
FIELDS_OF_WANTED = {
    "statuses": "status",
    "webhook_ids": "webhook",
    "integration_ids": "integration",
    "use_case_ids": "use_case",
    "event_names": "event",
    "codes": "code",
    "correlation_id": "correlation",
    "core_event_id": "core_event",
    "delivery_id": "delivery",
}
"""What a job keeps of Wanted → the filter of the list that it comes from."""

REASONS: dict[str, _StrPromise] = {
    Reason.NOT_FOUND: gettext_lazy("There is no such delivery"),
    Reason.STILL_ON_ITS_WAY: gettext_lazy("Still on their way"),
    Reason.RESEND_UNDER_WAY: gettext_lazy("Sent again already, and still on their way"),
    Reason.SENT_AGAIN: gettext_lazy("Sent again already"),
    Reason.NEWER_FAILED: gettext_lazy("Sent again since; the newest one stands for them"),
    Reason.NO_SOURCE: gettext_lazy("Nothing is kept that could be sent"),
}


class ResendWords:
    """One of JOB_WORDS."""

    title = gettext_lazy("Resend of deliveries")
    subject = gettext_lazy("Delivery")
    made = gettext_lazy("New delivery")
    made_many = gettext_lazy("New deliveries")
    became = gettext_lazy("What became of the new deliveries")
    reasons = REASONS
    already_run = (Reason.RESEND_UNDER_WAY, Reason.SENT_AGAIN, Reason.NEWER_FAILED)

    def facts(self, job: Job, organization: Organization) -> Sequence[tuple[str, str]]:
        """Filter or choice, and way."""
        if is_chosen(job):
            return _chosen_facts(job)
        names = names_of(organization)
        kept = job.request["filter"]
        again = [_("Failures of an earlier job")] if "failures_of" in kept else []
        texts = [_told(name, kept[name], names) for name in (*FIELDS_OF_WANTED, *MOMENTS) if name in kept]
        return [(_("Deliveries"), " · ".join([*again, *texts])), (_("Bodies"), _bodies(is_anew=job.request["is_anew"]))]

    def things(self, job: Job, results: Sequence[JobResult]) -> dict[int, tuple[Thing, Thing]]:
        """The delivery, and the new one with where it stands; one query."""
        ids = [one for result in results for one in (result.subject_id, result.made_id) if one]
        rows = Delivery.objects.filter(organization_id=job.organization_id, id__in=ids)
        states = {key: (str(state), code) for key, state, code in rows.values_list("id", "state", "code")}
        return {
            one.number: (_thing(one.subject_id, states), _thing(one.made_id, states, shows=True)) for one in results
        }

    def endings(self, job: Job) -> Sequence[Ending]:
        """By the state that the deliveries have ended in."""
        made = made_by(job)
        kept = Delivery.objects.filter(organization_id=job.organization_id, id__in=made)
        counted = [*kept.order_by().values_list("state", "code").annotate(count=Count("pk"))]
        waiting = sum(count for state, _, count in counted if state in UNFINISHED)
        return endings_of([row for row in counted if row[0] not in UNFINISHED], waiting=waiting, made=made.count())

    def standing(self, status: str) -> Q:
        """By the state of each new delivery."""
        made = Delivery.objects.filter(id=OuterRef("made_id"))
        if status == GONE:
            return Q(made_id__isnull=False) & ~Q(Exists(made))
        return Q(Exists(made.filter(state__in=UNFINISHED if status == STILL_WAITING else (status,))))

    def failures(self, jobs: Sequence[Job]) -> Mapping[UUID, int]:
        """By the states of the new deliveries."""
        failed = Delivery.objects.filter(id=OuterRef("made_id"), state=DeliveryState.FAILED)
        return counted_by_job(made_by_any(jobs).filter(Exists(failed)))

    def waiting(self, job: Job, organization: Organization) -> Sequence[str]:
        """When the next try is, and which receivers take nothing now."""
        return list(sentences_of(waiting_of(job, organization), names_of(organization)))

    def again_url(self, job: Job) -> str:
        """The question about its failures."""
        return f"{reverse('outbound:resend-matching')}?job={job.pk}" if job.done else ""


def _chosen_facts(job: Job) -> Sequence[tuple[str, str]]:
    options = Options.parse(job.request)
    chosen = _("%(count)s chosen") % {"count": number(len(Selection.parse(job.request)))}
    again = _("once more, too") if options.repeats else _("left out")
    return [(_("Deliveries"), chosen), (_("Bodies"), _bodies(is_anew=options.is_anew)), (_("Sent again before"), again)]


def _bodies(*, is_anew: bool) -> str:
    return _("made again") if is_anew else _("as they were")


def _told(name: str, value: JSONValue, names: Names) -> str:
    """One field of a filter with its label, or one end of its window; moments and ids as people call them."""
    if name in MOMENTS:
        moment = absolute_time(datetime.fromisoformat(str(value)), display_zone())
        return str(MOMENTS[name]) % {"moment": moment}
    field = FIELDS_OF_WANTED[name]
    values = value if isinstance(value, list) else [value]
    return f"{LABELS[field]}: {', '.join(word_of(names, field, _shown(field, str(one))) for one in values)}"


def _shown(field: str, value: str) -> str:
    return to_text(DELIVERY_PREFIX, UUID(value)) if field == "delivery" else value


def _thing(delivery_id: UUID | None, states: Mapping[UUID, tuple[str, str]], *, shows: bool = False) -> Thing:
    if delivery_id is None:
        return Thing()
    text = to_text(DELIVERY_PREFIX, delivery_id)
    url = reverse("outbound:delivery", args=[text]) if delivery_id in states else ""
    return Thing(text, url, *(states.get(delivery_id, (GONE, "")) if shows else ("", "")))
