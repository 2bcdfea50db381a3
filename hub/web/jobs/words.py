"""JobWords: what pages say about one kind of job; each kind brings its own, named by JOB_WORDS."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from hub.jobs.kinds import DONE, FAILED, SKIPPED
from hub.jobs.models import Job, JobResult, JobState
from hub.plugins import load

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

OUTCOMES: dict[str, tuple[str, _StrPromise]] = {
    DONE: ("success", _("Started")),
    SKIPPED: ("skipped", _("Left out")),
    FAILED: ("failed", _("Failed")),
}
"""Outcome of a result → its look and word."""

STATES: dict[str, tuple[str, _StrPromise]] = {
    JobState.WAITING: ("waiting", _("Waiting")),
    JobState.RUNNING: ("running", _("Running")),
    JobState.PAUSED: ("held", _("Paused")),
    JobState.CANCELLED: ("ignored", _("Cancelled")),
    JobState.DONE: ("success", _("Done")),
    JobState.STOPPED: ("error", _("Stopped itself")),
    JobState.FAILED: ("failed", _("Failed")),
}
"""State of a job → its look and word."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a result names. status: where it stands by now, empty where nobody knows; code: why."""

    text: str = ""
    url: str = ""
    status: str = ""
    code: str = ""


STILL_WAITING: Final = "waiting"
"""Status of what has not ended, whatever it waits for."""
GONE: Final = "gone"
"""Status of what is not kept any more."""


@dataclass(frozen=True, slots=True)
class Ending:
    """So many of the things that a job has made stand so by now. codes: with how many of them, the most frequent first;
    what has none is left out."""

    status: str
    count: int
    codes: Sequence[tuple[str, int]]


def endings_of(rows: Iterable[tuple[str, str, int]], *, waiting: int, made: int) -> list[Ending]:
    """From status, code and how many of those that have ended, the most frequent first, how many have not, and how
    many were made: of the rest nobody knows any more. What is still on its way and what is gone come last."""
    counts: dict[str, int] = {}
    codes: dict[str, list[tuple[str, int]]] = {}
    for status, code, count in sorted(rows, key=lambda row: (-row[2], row[1])):
        counts[status] = counts.get(status, 0) + count
        codes.setdefault(status, []).extend([(code, count)] if code else [])
    found = [Ending(status, count, codes[status]) for status, count in counts.items()]
    gone = made - waiting - sum(counts.values())
    rest = [Ending(status, count, ()) for status, count in ((STILL_WAITING, waiting), (GONE, gone)) if count > 0]
    return [*found, *rest]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the table."""

    number: int
    outcome: str
    label: _StrPromise
    look: str
    code: str
    message: str
    subject: Thing
    made: Thing


class JobWords(Protocol):
    """What is said about jobs of one kind."""

    title: _StrPromise
    subject: _StrPromise
    """Head of the column of what a result is about."""
    made: _StrPromise
    """Head of the column of what was made of it."""
    made_many: _StrPromise
    """What was made, as a sentence counts it."""
    became: _StrPromise
    """Title of what became of it."""
    reasons: Mapping[str, _StrPromise]
    """Code of what was left out → why, about many."""
    already_run: Collection[str]
    """Those codes that say that somebody had run it again already."""

    def facts(self, job: Job, organization: Organization) -> Sequence[tuple[str, str]]:
        """What was asked for: label, value."""

    def things(self, job: Job, results: Sequence[JobResult]) -> dict[int, tuple[Thing, Thing]]:
        """Number of a result → what it is about, and what was made of it; a few queries for all of them."""

    def endings(self, job: Job) -> Sequence[Ending]:
        """How the last MOST_TOLD things that it made stand by now; at most three queries."""

    def standing(self, status: str) -> Q:
        """The results of which what they made stands so."""

    def failures(self, jobs: Sequence[Job]) -> Mapping[UUID, int]:
        """Job → how many of the last MOST_TOLD things that it made have failed; one query for all jobs."""

    def waiting(self, job: Job, organization: Organization) -> Sequence[str]:
        """What the job, or what it has made, waits for, each as a sentence. Asked only while something waits."""

    def again_url(self, job: Job) -> str:
        """Where its failures are run again; empty where they cannot be."""


def words_of(kind: str) -> JobWords:
    """The words of a kind. Raises KeyError."""
    words: JobWords = load(settings.JOB_WORDS[kind])()
    return words


def rows_of(job: Job, results: Sequence[JobResult]) -> list[ResultRow]:
    """The lines of a page of results."""
    things = words_of(job.kind).things(job, results)
    return [_row(one, *things.get(one.number, (Thing(), Thing()))) for one in results]


def _row(result: JobResult, subject: Thing, made: Thing) -> ResultRow:
    look, label = OUTCOMES.get(result.outcome, ("skipped", _("Unknown")))
    return ResultRow(result.number, result.outcome, label, look, result.code, result.message, subject, made)
