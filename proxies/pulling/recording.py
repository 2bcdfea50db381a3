"""note_page, succeed, note_failure and cancel: what becomes of a run; nothing where somebody else has it by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from django.db import models, transaction

from hub import clock, database
from hub.errors import HubError
from hub.json_types import JSONObject, JSONValue
from proxies.models import Pull, PullKind, PullRun, PullState
from proxies.pulling.claiming import LEASE

FIRST_PAUSE: Final = timedelta(seconds=30)
PAUSE_FACTOR: Final = 3
MOST_ATTEMPTS: Final = 5
"""Of one page: 30 s, 90 s, 4.5 min and 13.5 min after the first; then the next scheduled run begins anew."""
MESSAGE_CHARACTERS: Final = 2_000
REFUSED: Final = "PULL_ITEMS_REFUSED"
"""Of a run whose pages were all read, though the intake did not take every item."""

ENDED: Final[Mapping[str, object]] = MappingProxyType({"lease": None, "next_attempt_at": None, "marks": None})
"""What a run that has ended has no more."""


class LeaseLost(Exception):
    """Somebody else has the run by now, or it was cancelled: what was read is not noted."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page came to. following: members of the payload of the next one, None on the last. reason: why the first
    of those that were refused was. marks: those of the run, with this page's (repeats.py)."""

    items: int
    refused: int
    cursor: JSONValue
    following: JSONObject | None
    reason: str = ""
    marks: bytes = b""


def begin(run: PullRun, cursor: JSONValue) -> None:
    """Note where the run starts. Raises LeaseLost."""
    run.started_at, run.cursor_from = clock.now(), cursor
    _change(run, {"started_at": run.started_at, "cursor_from": cursor})


def note_page(run: PullRun, page: Page) -> None:
    """The page was handed on: the run goes on with the next one, or has ended with this one. Raises LeaseLost."""
    run.pages, run.items, run.refused = run.pages + 1, run.items + page.items, run.refused + page.refused
    run.cursor_to, run.next_page, run.attempts = page.cursor, page.following, 1
    run.marks = page.marks
    run.code, run.message = (REFUSED, page.reason or run.message) if run.refused else ("", "")
    progress: dict[str, object] = {
        name: getattr(run, name)
        for name in ("pages", "items", "refused", "cursor_to", "next_page", "attempts", "marks", "code", "message")
    }
    if page.following is None:
        succeed(run, progress)
    else:
        _change(run, {**progress, "next_attempt_at": clock.now() + LEASE})


def succeed(run: PullRun, progress: Mapping[str, object] = MappingProxyType({})) -> None:
    """The run is complete, and the next one begins where it has ended. Raises LeaseLost."""
    database.retrying(partial(_succeed, run, progress, clock.now()))


@transaction.atomic
def _succeed(run: PullRun, progress: Mapping[str, object], at: datetime) -> None:
    _change(run, {**progress, **ENDED, "state": PullState.SUCCEEDED, "finished_at": at})
    if run.kind != PullKind.ON_DEMAND:
        cursor = {} if run.cursor_to is None else {"cursor": run.cursor_to}
        Pull.objects.filter(pk=run.use_case_id).update(succeeded_at=at, **cursor)


def release(run: PullRun, pause: timedelta = timedelta()) -> None:
    """Give the run back between two pages, for a while; it counts as no attempt. Raises LeaseLost."""
    _change(run, {"state": PullState.WAITING, "lease": None, "next_attempt_at": clock.now() + pause, "attempts": 0})


def note_failure(run: PullRun, error: HubError, *, may_pass: bool) -> None:
    """The page is read again later where that may help and attempts are left; else the run has failed."""
    at = clock.now()
    if not may_pass or run.attempts >= MOST_ATTEMPTS:
        _quietly(lambda: _end(run, PullState.FAILED, at, error.code, error.message))
        return
    pause = FIRST_PAUSE * PAUSE_FACTOR ** (run.attempts - 1)
    waiting = {"state": PullState.WAITING, "lease": None, "next_attempt_at": at + pause}
    _quietly(lambda: _change(run, waiting | {"code": error.code, "message": error.message}))


def cancel(run: PullRun, code: str, message: str) -> None:
    """The run ends without having come to its end."""
    _quietly(lambda: _end(run, PullState.CANCELLED, clock.now(), code, message))


def _end(run: PullRun, state: PullState, at: datetime, code: str, message: str) -> None:
    _change(run, {**ENDED, "state": state, "finished_at": at, "code": code, "message": message})


def _change(run: PullRun, values: Mapping[str, object]) -> None:
    if isinstance(message := values.get("message"), str):
        values = {**values, "message": message[:MESSAGE_CHARACTERS]}
    if database.retrying(lambda: _held(run).update(**values)) != 1:
        raise LeaseLost


def _held(run: PullRun) -> models.QuerySet[PullRun]:
    return PullRun.objects.filter(pk=run.pk, lease=run.lease, state=PullState.RUNNING)


def _quietly(change: Callable[[], None]) -> None:
    with suppress(LeaseLost):
        change()
