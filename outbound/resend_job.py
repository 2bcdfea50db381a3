"""ResendJob: sends deliveries once more, those of a filter or chosen ones, a hundred at a time, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q

from hub.accounts.audit import Actor
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.errors import HubError
from hub.ids import to_text
from hub.jobs import acts
from hub.jobs.acts import Asked, Asker
from hub.jobs.kinds import DONE, FAILED, SKIPPED, Chunk, Result
from hub.jobs.models import Job, JobResult
from hub.json_types import JSONObject, JSONValue
from outbound.bulk_resending import Candidate, candidates, count_candidates, take_resending_turn
from outbound.delivery_list import Wanted
from outbound.models import DELIVERY_PREFIX
from outbound.resending import Resending, resend
from outbound.resends.options import Options
from outbound.resends.preview import preview_of as chosen_preview
from outbound.resends.selection import MOST_SELECTED, Selection
from outbound.resends.verdicts import NOT_FOUND, Reason, Verdict, verdicts_of

KIND: Final = "outbound_resend"
CHUNK: Final = 100
MOST_COUNTED: Final = 100_000
JOB_ABOVE: Final = 100
"""Deliveries from which on nobody waits for the end of it."""
THIS_VERY_MOMENT: Final = timedelta(microseconds=1)


class ResendRefused(HubError):
    """Nothing was started; code says what is missing."""

    code = "RESEND_REFUSED"
    status = 422


def start_resend(asker: Asker, wanted: Wanted, *, is_anew: bool) -> Job:
    """A job for all that the filter finds of the deliveries that there are now. Raises TooManyJobs."""
    end = asker.at + THIS_VERY_MOMENT
    frozen = replace(wanted, until=min(wanted.until, end) if wanted.until else end, before=None, after=None)
    told: JSONObject = msgspec.to_builtins(frozen)
    narrowing: JSONObject = {name: value for name, value in told.items() if value not in (None, "", [])}
    request: JSONObject = {"filter": narrowing, "is_anew": is_anew}
    told = {"filter": narrowing, "made_anew": is_anew}
    return acts.start(asker, Asked(KIND, request, told, wanted.failures_of))


def start_chosen(asker: Asker, selection: Selection, options: Options) -> Job:
    """A job for deliveries that were chosen. Raises ResendRefused where too many are named or none would go out, and
    TooManyJobs."""
    if len(selection) > MOST_SELECTED:
        text = f"{len(selection)} deliveries are named; at most {MOST_SELECTED} can be. Choose fewer, or a filter."
        raise ResendRefused(text, code="TOO_MANY_DELIVERIES")
    if not chosen_preview(organization=asker.organization, selection=selection, options=options).goes:
        raise ResendRefused("None of the deliveries can go out again.", code="NOTHING_TO_RESEND")
    chosen, how = selection.in_order(asker.organization).as_json(), options.as_json()
    told: JSONObject = {"deliveries": len(selection), "made_anew": options.is_anew, "repeats": options.repeats}
    return acts.start(asker, Asked(KIND, chosen | how, told))


class ResendJob:
    """A kind of JOB_KINDS."""

    capability = Capability.SEND

    def prepare(self, job: Job, at: datetime) -> int | None:
        """One bounded count of all that gets a result: what goes out, and what was sent again already; none where they
        were chosen."""
        if is_chosen(job):
            return len(Selection.parse(job.request))
        organization, wanted = _asked(job)
        is_anew = bool(job.request["is_anew"])
        count = count_candidates(organization=organization, wanted=wanted, is_anew=is_anew, most=MOST_COUNTED + 1)
        return count if count <= MOST_COUNTED else None

    def run_chunk(self, job: Job, cursor: JSONValue, at: datetime) -> Chunk:
        """Resends of one organization take turns: what another job has sent again is left out, and told."""
        take_resending_turn(job.organization_id)
        if is_chosen(job):
            return _chosen_chunk(job, cursor, at)
        organization, wanted = _asked(job)
        rows = candidates(
            organization=organization,
            wanted=wanted,
            is_anew=bool(job.request["is_anew"]),
            after=msgspec.convert(cursor, tuple[datetime, UUID]) if cursor else None,
            limit=CHUNK,
        )
        place: JSONValue = msgspec.to_builtins(rows[-1].position) if rows else cursor
        return Chunk(_results(job, organization, _asked_about(job, rows), at), place, len(rows) < CHUNK)


def is_chosen(job: Job) -> bool:
    """Whether it is about deliveries that somebody has ticked, not about those of a filter."""
    return "ids" in job.request


def _chosen_chunk(job: Job, cursor: JSONValue, at: datetime) -> Chunk:
    """The cursor is the number of ids that were passed."""
    start = cursor if isinstance(cursor, int) else 0
    organization = Organization.objects.get(pk=job.organization_id)
    part = Selection.parse(job.request).part(organization, start, CHUNK)
    options = Options.parse(job.request)
    verdicts = verdicts_of(organization=organization, deliveries=part.deliveries, options=options)
    going = [one.id for one in part.deliveries if one.id not in verdicts]
    done = {one.subject_id: one for one in _resent(organization, going, _order(job), at)}
    results = [
        *(_refused(one.id, verdicts[one.id]) if one.id in verdicts else done[one.id] for one in part.deliveries),
        *(_refused(one, NOT_FOUND) for one in part.unknown),
        *(Result(None, SKIPPED, NOT_FOUND.reason, f"{NOT_FOUND.message}: {text}") for text in part.unreadable),
    ]
    return Chunk(results, start + len(part.deliveries) + len(part.unknown), part.is_last)


def _refused(delivery_id: UUID, verdict: Verdict) -> Result:
    return Result(delivery_id, SKIPPED, verdict.reason, verdict.message)


def _asked(job: Job) -> tuple[Organization, Wanted]:
    return Organization.objects.get(pk=job.organization_id), msgspec.convert(job.request["filter"], Wanted)


def _order(job: Job) -> Resending:
    return Resending(Actor(job.actor_type, job.actor_id), job.reason, is_anew=bool(job.request["is_anew"]))


def _asked_about(job: Job, rows: Sequence[Candidate]) -> list[Candidate]:
    """Never what this job or one beside it has made since: a worker whose clock is late may date it before the end of
    the filter. What the job made whose failures go out again is what was asked for."""
    beside = Q(finished_at=None) | Q(finished_at__gte=job.created_at)
    jobs = Job.objects.filter(beside, organization_id=job.organization_id, kind=KIND).values_list("pk", flat=True)
    jobs = jobs.exclude(pk=job.repeats) if job.repeats else jobs
    ids = [one.id for one in rows]
    made = JobResult.objects.filter(job_id__in=list(jobs), made_id__in=ids).values_list("made_id", flat=True)
    new = set(made)
    return [one for one in rows if one.id not in new]


def _results(job: Job, organization: Organization, rows: Sequence[Candidate], at: datetime) -> list[Result]:
    """One for each, in their order."""
    order = _order(job)
    done = {one.subject_id: one for one in _resent(organization, [row.id for row in rows if not row.newer], order, at)}
    return [_left_out(row.id, row.newer) if row.newer else done[row.id] for row in rows]


def _left_out(delivery_id: UUID, newer: UUID) -> Result:
    return Result(delivery_id, SKIPPED, Reason.SENT_AGAIN, f"{to_text(DELIVERY_PREFIX, newer)} was made of it already")


def _resent(organization: Organization, ids: Sequence[UUID], order: Resending, at: datetime) -> list[Result]:
    """All at once; where one of them cannot be sent, each by itself, so that the others are."""
    try:
        return _made(organization, ids, order, at)
    except HubError:
        return [result for one in ids for result in _made_alone(organization, one, order, at)]


def _made_alone(organization: Organization, delivery_id: UUID, order: Resending, at: datetime) -> list[Result]:
    try:
        return _made(organization, [delivery_id], order, at)
    except HubError as error:
        return [Result(delivery_id, FAILED, error.code, error.message)]


def _made(organization: Organization, ids: Sequence[UUID], order: Resending, at: datetime) -> list[Result]:
    with transaction.atomic():
        made = resend(organization=organization, delivery_ids=ids, order=order, at=at) if ids else []
    return [Result(new.replayed_from, DONE, made_id=new.id) for new in made]
