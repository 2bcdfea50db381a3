"""JobKind: what one kind of job does, and the words in which it tells the machinery how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.grants import Capability
from hub.jobs.models import Job
from hub.json_types import JSONValue
from hub.plugins import load

DONE: Final = "done"
SKIPPED: Final = "skipped"
FAILED: Final = "failed"
OUTCOMES: Final = (DONE, SKIPPED, FAILED)
"""What a result can say: it was done, there was a reason not to, it could not be done. The code tells the reason."""
JUDGED_AFTER: Final = 20
"""Things that have ended before anybody judges: the first few may fail by chance."""
MOST_FAILING: Final = 0.5
"""Share of failures above which a job stops itself."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one thing. code and message are empty where it was done."""

    subject_id: UUID | None
    outcome: str
    code: str = ""
    message: str = ""
    made_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How many of the things that the job led to have failed, of those that have ended."""

    failed: int
    ended: int

    @property
    def is_judged(self) -> bool:
        """Whether enough have ended to tell."""
        return self.ended >= JUDGED_AFTER

    @property
    def is_bad(self) -> bool:
        """Whether the job is to go on no further by itself."""
        return self.is_judged and self.failed > self.ended * MOST_FAILING


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of work.

    pause: nothing could be done for now, look again after so long. health: None lets the machinery judge by the
    outcomes of the results.
    """

    results: Sequence[Result]
    cursor: JSONValue
    is_done: bool = False
    pause: timedelta | None = None
    health: Health | None = None


class TryLater(Exception):
    """Raised by run_chunk: all of the chunk is rolled back, and it begins anew a moment later."""


class JobKind(Protocol):
    """One kind of job, named by JOB_KINDS."""

    capability: Capability
    """What somebody needs to ask for it and to pause, resume or cancel it."""

    def prepare(self, job: Job, at: datetime) -> int | None:
        """Of how many things the job is about; None where they are too many to count. Called once, before the first
        chunk and in its transaction."""

    def run_chunk(self, job: Job, cursor: JSONValue, at: datetime) -> Chunk:
        """Do the next piece, from the cursor of the piece before, None at first.

        It runs in the transaction that also stores the results and the cursor, with the row of the job locked: what
        it writes by the same connection is written exactly once. It must take seconds and wait for nobody outside.
        Raises TryLater, or HubError where the job cannot go on.
        """


def kind_of(name: str) -> JobKind:
    """The kind of that name. Raises KeyError."""
    kind: JobKind = load(settings.JOB_KINDS[name])()
    return kind
