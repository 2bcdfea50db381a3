"""read_on: a run goes on page by page: the call is made, its items are handed on, and only then is that noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from hub import clock
from hub.errors import HubError
from hub.events.models import CoreEvent
from hub.hops import hop_in
from hub.ids import to_text
from hub.json_types import JSONObject
from integrations.models import UseCase
from proxies.models import Pull, PullKind, PullRun
from proxies.pulling.calling import call, may_pass
from proxies.pulling.handing_on import RUN_PREFIX, Recipient, hand_on
from proxies.pulling.heartbeat import reading
from proxies.pulling.pages import PageUnfit, asked_by_schedule, asked_on_demand, split, start_of
from proxies.pulling.recording import (
    MOST_ATTEMPTS,
    LeaseLost,
    Page,
    begin,
    cancel,
    note_failure,
    note_page,
    release,
    succeed,
)
from proxies.pulling.repeats import marked, refuse_turning
from proxies.pulling.schedules import Scheduled, schedule_of

TOO_MANY_PAGES: Final = "PULL_TOO_MANY_PAGES"
GONE: Final = "PULL_SCHEDULE_GONE"
UNTIL_WORKED_OUT: Final = timedelta(seconds=2)
"""Pause while the fields of the event that asked are worked out."""


def read_on(run: PullRun, is_over: Callable[[], bool]) -> None:
    """Until the run ends, a page cannot be read, somebody else has it, or it is over.

    Before each page the use case is looked at anew: it is read by the version that is live, and not at all once it is
    paused or disabled.
    """
    try:
        if run.attempts > MOST_ATTEMPTS:
            raise HubError("The workers that read this page ended before it was noted.", code="WORKER_LOST")
        with reading(run) as a_page_begins:
            goes_on = True
            while goes_on:
                a_page_begins()
                goes_on = _read_next(run) and not (is_over() and _released(run))
    except LeaseLost:
        return
    except HubError as error:
        note_failure(run, error, may_pass=may_pass(error))


def _read_next(run: PullRun) -> bool:
    """Read the page that is next; whether the run goes on."""
    one = _present(run)
    if one is None:
        cancel(run, GONE, "The use case is disabled or gone, or has no schedule any more.")
        return False
    if Pull.objects.filter(pk=run.use_case_id, paused_at__isnull=False).exists():
        release(run)
        return False
    _begin(run, one)
    return _page(run, one)


def _released(run: PullRun) -> bool:
    release(run)
    return True


def _present(run: PullRun) -> Scheduled | None:
    """The use case as it is now: a page is read by the version that is live."""
    use_case = (
        UseCase.objects.filter(organization_id=run.organization_id, pk=run.use_case_id, enabled=True)
        .select_related("integration", "organization")
        .first()
    )
    return schedule_of(use_case) if use_case is not None else None


def _begin(run: PullRun, one: Scheduled) -> None:
    """Where a run starts is known once it starts: until then somebody may rewind."""
    if run.started_at is None:
        stored = Pull.objects.filter(pk=run.use_case_id).values_list("cursor", flat=True).first()
        begin(run, start_of(one.pull, stored, is_full=run.kind == PullKind.FULL))


def _page(run: PullRun, one: Scheduled) -> bool:
    """Read the next page and hand it on; whether another one follows. The last one is noted by the end of the run."""
    if run.pages >= one.pull.most_pages:
        raise PageUnfit(
            f"{one.pull.most_pages} pages were read and there are more; have next_page end, or raise most_pages",
            code=TOO_MANY_PAGES,
        )
    at = clock.now()
    base = _asked(run, one)
    if base is None:
        return False
    payload: JSONObject = {**base, **(run.next_page or {})}
    result = call(one, payload, to_text(RUN_PREFIX, run.id), _hops_before(run))
    page = split(one.pull, run, result=result, payload=payload, at=at)
    marks = marked(bytes(run.marks or b""), asked=payload, items=page.items, page=run.pages + 1)
    to = Recipient(
        run.organization_id, run.integration_id, one.call.inbound_use_case_slug or "", run.id, _hop_of_items(run)
    )
    handed = hand_on(page.items, to=to, at=at)
    note_page(run, Page(handed.taken, handed.refused, page.cursor, page.following, handed.reason, marks))
    if page.following is None:
        return False
    # Only now: what this page brought is handed on, though the run cannot go on behind it.
    refuse_turning(marks, following={**base, **page.following}, page=run.pages)
    return True


def _hop_of_items(run: PullRun) -> int:
    """Of what is read because an event asked; a schedule begins by itself."""
    return _hops_before(run) + 1 if run.kind == PullKind.ON_DEMAND else 0


def _hops_before(run: PullRun) -> int:
    """How many flows led to the event that asked."""
    if run.core_event_id is None:
        return 0
    chains = CoreEvent.objects.filter(organization_id=run.organization_id, pk=run.core_event_id)
    return hop_in(chains.values_list("chain", flat=True).first() or ())


def _asked(run: PullRun, one: Scheduled) -> JSONObject | None:
    """What every page of the run is asked with; None where there is nothing to ask for now, which is noted."""
    if run.kind != PullKind.ON_DEMAND:
        return asked_by_schedule(one.pull, run)
    asked_by = CoreEvent.objects.filter(organization_id=run.organization_id, pk=run.core_event_id or UUID(int=0))
    event = asked_by.first()
    if event is not None and event.state == CoreEvent.State.RAW:
        release(run, UNTIL_WORKED_OUT)
        return None
    if event is None or event.state != CoreEvent.State.READY or one.pull.on_demand is None:
        raise PageUnfit("on_demand: the core event that asked is not there any more, or is malformed")
    asked = asked_on_demand(one.pull.on_demand, event.payload, organization_id=run.organization_id, at=run.created_at)
    if asked is None:
        succeed(run)
    return asked if asked is None else {**one.pull.payload, **asked}
