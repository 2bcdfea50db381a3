"""ChildPool: slices of jobs in, answers out, whatever the expressions do to the processes that run them."""

from __future__ import annotations

import atexit
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub import clock
from hub.errors import HubError
from hub.jsonata.child import Settings
from hub.jsonata.frames import Broken
from hub.jsonata.limits import BACKGROUND, Limits
from hub.jsonata.process import Child

RESOURCE_LIMIT = "resource limit"
"""Why a job failed whose process died or fell silent."""
WAIT_FOR_CHILD_S = 10.0
STRIKES = 3
STRIKES_WITHIN_S = 600.0
"""Three limit hits of one plan within ten minutes: its jobs fail at once for as long (9.3, rule 10)."""


class Busy(HubError):
    """Every child is occupied and stayed so."""

    code = "BUSY"
    status = 429


@dataclass(frozen=True, slots=True)
class ChildFailure:
    """A job without an answer: what the program raised, or "resource limit"."""

    message: str
    is_resource_limit: bool = False


Answer = bytes | ChildFailure


def _nothing() -> None:
    """The default of forbid_in_transaction."""


class ChildPool:
    """size children that run one program. Safe for any number of threads."""

    def __init__(
        self,
        *,
        size: int,
        program: str,
        engine: str = "jsonatapy",
        limits: Limits = BACKGROUND,
        forbid_in_transaction: Callable[[], None] = _nothing,
    ) -> None:
        self.settings = Settings(program, engine, limits)
        self.forbid_in_transaction = forbid_in_transaction
        self._idle: queue.LifoQueue[Child | None] = queue.LifoQueue()
        self._strikes: dict[str, deque[float]] = {}
        self._lock = threading.Lock()
        for _ in range(size):
            self._idle.put(None)
        atexit.register(self.close)

    def run(self, plan_key: str, plan: bytes, jobs: Sequence[bytes]) -> list[Answer]:
        """One answer per job, in order. plan_key must change whenever plan does."""
        return self.start(plan_key, plan, jobs).results()

    def start(self, plan_key: str, plan: bytes, jobs: Sequence[bytes]) -> Pending:
        """Hand the jobs to a child and go on; results() of what comes back must be called. Raises Busy."""
        self.forbid_in_transaction()
        pending = Pending(self, plan_key, plan, list(jobs))
        pending.begin()
        return pending

    def close(self) -> None:
        """End the idle children; the pool starts new ones when it is used again."""
        ended = 0
        while not self._idle.empty():
            child = self._idle.get_nowait()
            ended += 1
            if child is not None:
                child.end()
        for _ in range(ended):
            self._idle.put(None)

    def is_quarantined(self, plan_key: str) -> bool:
        """True while the plan has hit the limits too often."""
        since = clock.monotonic() - STRIKES_WITHIN_S
        with self._lock:
            strikes = self._strikes.get(plan_key)
            return strikes is not None and len(strikes) >= STRIKES and strikes[-STRIKES] > since

    def strike(self, plan_key: str) -> None:
        """Remember one limit hit of the plan."""
        with self._lock:
            self._strikes.setdefault(plan_key, deque(maxlen=STRIKES)).append(clock.monotonic())

    def take(self) -> Child:
        """A living child for the caller alone; give it back. Raises Busy."""
        try:
            child = self._idle.get(timeout=WAIT_FOR_CHILD_S)
        except queue.Empty as error:
            raise Busy("All mapping processes are busy. Try again in a moment.") from error
        if child is not None and (child.is_worn() or child.process.poll() is not None):
            child.end()
            child = None
        try:
            return child or Child(self.settings)
        except BaseException:
            self._idle.put(None)
            raise

    def give_back(self, child: Child | None) -> None:
        """None stands for one that was ended."""
        self._idle.put(child)


class Pending:
    """A slice in the hands of a child."""

    def __init__(self, pool: ChildPool, plan_key: str, plan: bytes, jobs: list[bytes]) -> None:
        self.pool = pool
        self.plan_key = plan_key
        self.plan = plan
        self.jobs = jobs
        self._child: Child | None = None
        self._failed_start = False

    def begin(self) -> None:
        """Send the jobs; a child that is gone is noticed in results()."""
        if not self.jobs or self.pool.is_quarantined(self.plan_key):
            return
        self._child = self.pool.take()
        try:
            self._child.send(self.plan_key, self.plan, self.jobs)
        except Broken:
            self._failed_start = True

    def results(self) -> list[Answer]:
        """One answer per job, in order; call it once."""
        self.pool.forbid_in_transaction()
        if self._child is None:
            message = f"{RESOURCE_LIMIT}: the expressions of this use case exceeded it too often"
            return [ChildFailure(message, is_resource_limit=True) for _ in self.jobs]
        try:
            return self._collect()
        finally:
            self.pool.give_back(self._child)
            self._child = None

    def _collect(self) -> list[Answer]:
        answers = [] if self._failed_start else self._receive(len(self.jobs))
        while len(answers) < len(self.jobs):
            answers += self._one_by_one(self.jobs[len(answers) :])
            rest = self.jobs[len(answers) :]
            if rest:
                answers += self._again(rest)
        return answers

    def _receive(self, count: int) -> list[Answer]:
        """Up to count answers; fewer when the child dies, which ends it."""
        answers: list[Answer] = []
        child = self._child
        try:
            while child is not None and len(answers) < count:
                answers += [_answer(*one) for one in child.receive().answers]
        except Broken:
            self._end_child()
        return answers

    def _again(self, jobs: list[bytes]) -> list[Answer]:
        """The rest of a slice as one message."""
        return self._receive(len(jobs)) if self._send(jobs, is_single=False) else []

    def _one_by_one(self, jobs: list[bytes]) -> list[Answer]:
        """Answers up to and including the first job that ends a fresh child: that one is to blame."""
        answers: list[Answer] = []
        for job in jobs:
            answer = self._alone(job)
            answers.append(answer)
            if isinstance(answer, ChildFailure) and answer.is_resource_limit:
                break
        return answers

    def _alone(self, job: bytes) -> Answer:
        if self._send([job], is_single=True):
            received = self._receive(1)
            if received:
                return received[0]
        self.pool.strike(self.plan_key)
        return ChildFailure(RESOURCE_LIMIT, is_resource_limit=True)

    def _send(self, jobs: list[bytes], *, is_single: bool) -> bool:
        if self._child is None:
            self._child = Child(self.pool.settings)
        try:
            self._child.send(self.plan_key, self.plan, jobs, is_single=is_single)
        except Broken:
            self._end_child()
            return False
        return True

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _answer(is_failure: bool, text: bytes) -> Answer:
    return ChildFailure(text.decode("utf-8", "replace")) if is_failure else text
