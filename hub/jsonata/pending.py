"""Pending: a slice in the hands of a child, and who is to blame when the child dies of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hub.jsonata.bounds import find_excess
from hub.jsonata.child import ANSWERS_PER_FRAME, Settings
from hub.jsonata.ends import ENDS, End
from hub.jsonata.frames import Broken, Silent
from hub.jsonata.process import Child, NoChild
from hub.jsonata.quarantine import Quarantine

RESOURCE_LIMIT = "resource limit"
"""Why a job failed whose process died or fell silent."""


@dataclass(frozen=True, slots=True)
class ChildFailure:
    """A job without an answer: what the program raised, or "resource limit"."""

    message: str
    is_resource_limit: bool = False


Answer = bytes | ChildFailure

SENDS = 3
"""Children tried before it is the machine that is at fault."""

BLAMED = ChildFailure(RESOURCE_LIMIT, is_resource_limit=True)
QUARANTINED = ChildFailure(
    f"{RESOURCE_LIMIT}: the expressions of this use case exceeded it too often", is_resource_limit=True
)


class Places(Protocol):
    """What a slice needs of its pool."""

    settings: Settings
    quarantine: Quarantine
    forbid_in_transaction: Callable[[], None]

    def find_idle(self) -> Child | None:
        """A child that is free at once, for the caller alone."""

    def take(self) -> Child:
        """A child that is waited for. Raises Busy."""

    def give_back(self, child: Child | None) -> None:
        """End of the use of a place; None stands for a child that was ended."""


class Pending:
    """Jobs on their way. results() is called once; one that is dropped before ends its child."""

    def __init__(self, pool: Places, plan_key: str, plan: bytes, jobs: list[bytes]) -> None:
        self.plan_key = plan_key
        self.plan = plan
        self.jobs = jobs
        self._pool = pool
        self._child: Child | None = None
        self._has_place = False
        """True while a place of the pool is ours: the child's, or that of the one we ended."""
        self._is_sent = False

    def begin(self) -> None:
        """Send the jobs if a child is free; a child that is gone is noticed in results()."""
        if not self.jobs or self._is_held():
            return
        self._child = self._pool.find_idle()
        if self._child is not None:
            self._has_place = True
            self._send(self.jobs, is_single=False)
            self._is_sent = True

    def results(self) -> list[Answer]:
        """One answer per job, in order. Raises Busy when no child becomes free, NoChild when none can be started."""
        try:
            self._pool.forbid_in_transaction()
            answers = self._collect()
        except BaseException:
            self._end_child()
            raise
        finally:
            self._leave()
        return answers

    def __del__(self) -> None:
        self._end_child()
        self._leave()

    def _leave(self) -> None:
        if self._has_place:
            self._has_place = False
            self._pool.give_back(self._child)
            self._child = None

    def _is_held(self) -> bool:
        return self._pool.quarantine.holds(self.plan_key)

    def _collect(self) -> list[Answer]:
        answers: list[Answer] = []
        while len(answers) < len(self.jobs):
            rest = self.jobs[len(answers) :]
            if not self._is_sent and self._is_held():
                return answers + [QUARANTINED] * len(rest)
            answers += self._attempt(rest)
        return answers

    def _attempt(self, jobs: list[bytes]) -> list[Answer]:
        """The jobs as one message, as far as it goes; after a death, alone up to the one that is to blame."""
        if not self._is_sent:
            self._send(jobs, is_single=False)
        self._is_sent = False
        answers, was_slow = self._receive(len(jobs))
        if len(answers) == len(jobs):
            return answers
        if was_slow and len(jobs) == 1:
            return [self._blame()]
        return answers + self._one_by_one(jobs[len(answers) :])

    def _one_by_one(self, jobs: list[bytes]) -> list[Answer]:
        """Answers up to and including the job that is to blame.

        It is among those of which the dead child may have kept answers back.
        """
        answers: list[Answer] = []
        for job in jobs[:ANSWERS_PER_FRAME]:
            answers.append(self._alone(job))
            if answers[-1] is BLAMED:
                break
        return answers

    def _alone(self, job: bytes) -> Answer:
        """The answer, or the blame when it ends a fresh child or uses up its time."""
        while True:
            is_fresh = self._send([job], is_single=True).served == 1
            received, was_slow = self._receive(1)
            if received:
                return received[0]
            if is_fresh or was_slow:
                return self._blame()

    def _blame(self) -> ChildFailure:
        self._pool.quarantine.strike(self.plan_key)
        return BLAMED

    def _send(self, jobs: list[bytes], *, is_single: bool) -> Child:
        """Hand jobs over; a child that turns out to be gone is no fault of theirs and gets a successor."""
        for _ in range(SENDS):
            if self._child is None:
                self._child = Child(self._pool.settings) if self._has_place else self._pool.take()
                self._has_place = True
            try:
                self._child.send(self.plan_key, self.plan, jobs, is_single=is_single)
            except Broken:
                ENDS.note(End.BROKEN)
                self._end_child()
            else:
                return self._child
        raise NoChild("Mapping processes end as soon as they are started")

    def _receive(self, count: int) -> tuple[list[Answer], bool]:
        """Up to count answers; fewer when the child dies. Then also whether it was too slow: no second try helps."""
        answers: list[Answer] = []
        try:
            while self._child is not None and len(answers) < count:
                answers += [_checked(*one) for one in self._child.receive().answers]
        except Broken as error:
            ENDS.note(End.BROKEN)
            return answers, self._end_child() or isinstance(error, Silent)
        return answers, False

    def _end_child(self) -> bool:
        child, self._child = self._child, None
        return child.end() if child is not None else False


def _checked(is_failure: bool, text: bytes) -> Answer:
    """An answer deeper or larger than anything an expression may yield is none."""
    if is_failure:
        return ChildFailure(text.decode("utf-8", "replace"))
    excess = find_excess(text)
    return ChildFailure(excess) if excess else text
