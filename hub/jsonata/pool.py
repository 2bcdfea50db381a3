"""ChildPool: slices of jobs in, answers out, whatever the expressions do to the processes that run them."""

from __future__ import annotations

import atexit
import queue
from collections.abc import Callable, Sequence

from hub.errors import HubError
from hub.jsonata.child import Settings
from hub.jsonata.ends import ENDS, End
from hub.jsonata.limits import BACKGROUND, Limits
from hub.jsonata.pending import RESOURCE_LIMIT, Answer, ChildFailure, Pending
from hub.jsonata.process import Child, NoChild
from hub.jsonata.quarantine import Quarantine

__all__ = ["RESOURCE_LIMIT", "Answer", "Busy", "ChildFailure", "ChildPool", "NoChild", "Pending"]

WAIT_FOR_CHILD_S = 10.0


class Busy(HubError):
    """Every child is occupied and stayed so."""

    code = "BUSY"
    status = 429


def _nothing() -> None:
    """The default of forbid_in_transaction."""


class ChildPool:
    """size children that run one program, started when they are needed. Safe for any number of threads.

    wait_s is how long a caller waits for a free child. forbid_in_transaction is called before every wait.
    """

    def __init__(
        self,
        *,
        size: int,
        program: str,
        engine: str = "jsonatapy",
        limits: Limits = BACKGROUND,
        wait_s: float = WAIT_FOR_CHILD_S,
        forbid_in_transaction: Callable[[], None] = _nothing,
    ) -> None:
        self.settings = Settings(program, engine, limits)
        self.quarantine = Quarantine()
        self.forbid_in_transaction = forbid_in_transaction
        self._wait_s = wait_s
        self._idle: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        atexit.register(self.close)

    def run(self, plan_key: str, plan: bytes, jobs: Sequence[bytes]) -> list[Answer]:
        """One answer per job, in order. plan_key must change whenever plan does. Raises Busy and NoChild."""
        return self.start(plan_key, plan, jobs).results()

    def start(self, plan_key: str, plan: bytes, jobs: Sequence[bytes]) -> Pending:
        """Hand the jobs to a free child and go on; without one they are handed over in results(). Raises NoChild."""
        self.forbid_in_transaction()
        pending = Pending(self, plan_key, plan, list(jobs))
        pending.begin()
        return pending

    def close(self) -> None:
        """End the idle children; the pool starts new ones when it is used again."""
        children = []
        while not self._idle.empty():
            children.append(self._idle.get_nowait())
        for child in children:
            if child is not None:
                child.end()
            self._idle.put(None)

    def find_idle(self) -> Child | None:
        """A living child for the caller alone, or None when none is free at once; give it back."""
        try:
            return self._fit(self._idle.get_nowait())
        except queue.Empty:
            return None

    def take(self) -> Child:
        """A living child for the caller alone, waited for; give it back. Raises Busy."""
        try:
            return self._fit(self._idle.get(timeout=self._wait_s))
        except queue.Empty as error:
            raise Busy("All mapping processes are busy. Try again in a moment.") from error

    def give_back(self, child: Child | None) -> None:
        """None stands for one that was ended. One that wears out gets a successor here, where nobody waits for it."""
        try:
            if child is not None:
                child.prepare_successor(self.settings)
        finally:
            self._idle.put(child)

    def _fit(self, child: Child | None) -> Child:
        """The child, or a new one in the place of one that is worn, gone or followed."""
        try:
            if child is not None and child.is_done:
                ENDS.note(End.WORN if child.is_running() else End.BROKEN)
                child = child.retire()
            return child or Child(self.settings)
        except BaseException:
            self._idle.put(None)
            raise
