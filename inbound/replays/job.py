"""ReplayJob: replays the events of a scope, a few at first, and never more than are worked off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.ids import find_id
from hub.jobs.kinds import DONE, FAILED, SKIPPED, Chunk, Health, Result, TryLater
from hub.jobs.models import Job, JobResult
from hub.json_types import JSONObject, JSONValue
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus, InboundEvent, InboundOutcome
from inbound.receive.arrivals import Sender
from inbound.receive.store import ConfigurationMoved
from inbound.replay import ReplayResult
from inbound.replays.options import Options
from inbound.replays.running import run_again, take_replaying_turn
from inbound.replays.scopes import Page, parse_scope
from inbound.replays.verdicts import Verdicts, not_found, verdicts_of

KIND: Final = "inbound_replay"
CHUNK: Final = 100
MOST_COUNTED: Final = 100_000
MOST_OUTSTANDING: Final = 500
"""Events of a job that wait to be processed: events that arrive meanwhile are not kept waiting behind thousands."""
LOOKED_AT_FIRST: Final = 40
"""Events of a job that run before it is known how they end: twice as many as it takes to judge, so that some may wait
for another try."""
PAUSE: Final = timedelta(seconds=1)
QUEUED: Final = "queued"


class ReplayJob:
    """A kind of JOB_KINDS."""

    capability = Capability.SEND

    def prepare(self, job: Job, at: datetime) -> int | None:
        """One bounded count."""
        count = parse_scope(job.request["scope"]).count(job.organization_id, MOST_COUNTED + 1)
        return count if count is not None and count <= MOST_COUNTED else None

    def run_chunk(self, job: Job, cursor: JSONValue, at: datetime) -> Chunk:
        """Nothing where too many of the events that the job has made failed, or still wait."""
        take_replaying_turn(job.organization_id)
        progress = progress_of(job)
        health, room = progress.health, room_of(progress)
        if health.is_bad or room <= 0:
            return Chunk((), cursor, pause=PAUSE, health=health)
        page = parse_scope(job.request["scope"]).page(job.organization_id, cursor, min(room, CHUNK))
        organization = Organization.objects.get(pk=job.organization_id)
        options = Options.parse(job.request["options"])
        try:
            results = _replayed(organization, page, options, at)
        except ConfigurationMoved as moved:
            raise TryLater from moved
        return Chunk(results, page.cursor, page.is_last, health=health)


@dataclass(frozen=True, slots=True)
class Progress:
    """outstanding: the events that the job made last and that have not ended; health: of those it is judged by."""

    outstanding: Sequence[UUID]
    health: Health


def room_of(progress: Progress) -> int:
    """How many may run now; few until enough have ended to tell whether it goes well. 0 or less: none."""
    room = MOST_OUTSTANDING - len(progress.outstanding)
    if progress.health.is_judged:
        return room
    return min(room, LOOKED_AT_FIRST - len(progress.outstanding) - progress.health.ended)


def progress_of(job: Job) -> Progress:
    """Two queries. Results from before somebody let a stopped job go on count no more."""
    made = JobResult.objects.filter(job_id=job.pk, made_id__isnull=False, number__gte=job.judged_from)
    found = made.order_by("-number").values_list("made_id", flat=True)[: 2 * MOST_OUTSTANDING]
    last = [one for one in found if one]
    ended = dict(InboundOutcome.objects.filter(pk__in=last).values_list("pk", "status"))
    failed = sum(1 for status in ended.values() if status == EventStatus.ERROR)
    return Progress([one for one in last if one not in ended], Health(failed, len(ended)))


def _replayed(organization: Organization, page: Page, options: Options, at: datetime) -> list[Result]:
    """One result per event of the page, in its order, and one for each id or text that names none."""
    verdicts = verdicts_of(organization=organization, events=page.events, options=options)
    runs = [event for event in page.events if event.pk not in verdicts.left_out]
    sender = Sender(organization.pk, organization.config_version)
    became = run_again(sender, runs, at, _orders(runs, verdicts, options))
    missing = not_found()
    return [
        *(_result(event.pk, verdicts, became) for event in page.events),
        *(Result(one, SKIPPED, missing.reason, missing.message) for one in page.unknown),
        *(Result(None, SKIPPED, missing.reason, f"{missing.message}: {text}") for text in page.unreadable),
    ]


def _orders(events: Sequence[InboundEvent], verdicts: Verdicts, options: Options) -> dict[UUID, JSONObject]:
    orders = {event.pk: options.order(verdicts.versions.get(event.pk)) for event in events}
    return {event_id: order for event_id, order in orders.items() if order}


def _result(event_id: UUID, verdicts: Verdicts, became: dict[UUID, ReplayResult]) -> Result:
    verdict = verdicts.left_out.get(event_id)
    if verdict is not None:
        return Result(event_id, SKIPPED, verdict.reason, verdict.message)
    result = became[event_id]
    if result.status == QUEUED:
        return Result(event_id, DONE, made_id=find_id(EVENT_PREFIX, result.replay_event_id))
    return Result(event_id, FAILED, f"REPLAY_{result.status.upper()}", result.message)
