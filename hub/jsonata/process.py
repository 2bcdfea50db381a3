"""Child: one child process as the parent sees it: started, spoken to, killed."""

from __future__ import annotations

import contextlib
import fcntl
import select
import signal
import subprocess
import sys

import msgspec

from hub.errors import HubError
from hub.jsonata import frames
from hub.jsonata.child import MOST_PLANS, Settings
from hub.jsonata.wear import Wear

PIPE_BYTES = 1024 * 1024
"""Room for the answers of a slice, so that the child goes on while the parent commits."""
START_WAIT_S = 30.0
"""A start takes a tenth of a second; a machine that is short of everything may need longer."""
MOST_WAITS = 10
"""How often a child that could go on is waited for, each time as long as one that sleeps."""

ENVIRONMENT = {"MIMALLOC_ARENA_RESERVE": "65536"}
"""All that a child knows of its surroundings: the engine's allocator reserves 64 MiB of addresses instead of 1 GiB,
which the memory bound would count."""


OUT_OF_TIME = (-signal.SIGPROF, -signal.SIGXCPU)
"""How a process ends that has used up its CPU time."""


class NoChild(HubError):
    """The process could not be started: a fault of the installation or the machine, never of an expression."""

    code = "INTERNAL_ERROR"
    status = 503


def _started(settings: Settings) -> subprocess.Popen[bytes]:
    """Raises NoChild when the machine has no room for another process."""
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-m", "hub.jsonata.child", msgspec.json.encode(settings).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            close_fds=True,
            bufsize=0,
        )
    except OSError as error:
        raise NoChild(f"A mapping process could not be started: {error}") from error


class Child:
    """A process that is idle or serves one slice; never shared by two threads at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.served = 0
        self.known_plans: set[str] = set()
        self._is_ready = False
        self.process = _started(settings)
        self.wear = Wear(self.process.pid)
        self.successor: Child | None = None
        """Started beside a child that is wearing out; it ends with it unless it was handed over."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
                with contextlib.suppress(OSError):
                    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def send(self, plan_key: str, plan: bytes, jobs: list[bytes], *, is_single: bool = False) -> None:
        """Hand a slice over. Raises frames.Broken when the process is gone, NoChild when it never started."""
        if not self._is_ready:
            self._await_start()
        is_known = plan_key in self.known_plans
        work = frames.Work(plan_key, None if is_known else plan, jobs, is_single)
        frames.write(self._descriptor(self.process.stdin), work)
        if len(self.known_plans) >= MOST_PLANS:
            self.known_plans.clear()
        self.known_plans.add(plan_key)
        self.served += 1
        self.wear.note_slice(len(jobs))
        self.wear.note_bytes(sum(map(len, jobs)))

    def receive(self) -> frames.Answers:
        """The next answers. Raises frames.Broken at the end of the process, frames.Silent after the longest wait.

        A machine that is short of everything must not make an innocent event fail: a child that only waits for its
        turn on a processor is given more time. What it may do with it is bounded in CPU seconds.
        """
        more = iter(range(MOST_WAITS - 1))
        wait_s = self.settings.limits.answer_wait_s
        stdout = self._descriptor(self.process.stdout)
        received = frames.read_answers(stdout, wait_s, lambda: self._could_go_on() and next(more, None) is not None)
        self.wear.note_bytes(sum(len(text) for _, text in received.answers))
        return received

    def _could_go_on(self) -> bool:
        """True while the process waits for nothing but the machine: runnable, reading from disk, or stopped."""
        try:
            with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0] in {"R", "D", "T"}
        except (OSError, IndexError):
            return False

    def _await_start(self) -> None:
        try:
            frames.read_answers(self._descriptor(self.process.stdout), START_WAIT_S)
        except frames.Broken as error:
            raise NoChild(f"A mapping process did not start: {error}") from error
        self._is_ready = True

    def prepare_successor(self, settings: Settings) -> None:
        """Start another beside it when it wears out, so that nobody waits for the start; where none can be started, or
        one ends as it starts, it goes on, and the next slice brings another try."""
        self.wear.look()
        if not self.wear.wants_successor:
            return
        if self.successor is not None and not self.successor.is_running():
            self.successor.end()
            self.successor = None
        if self.successor is None:
            with contextlib.suppress(NoChild):
                self.successor = Child(settings)

    def retire(self) -> Child | None:
        """End it; its successor, ready or not, where there is one."""
        successor, self.successor = self.successor, None
        self.end()
        return successor

    @property
    def is_done(self) -> bool:
        """Whether another should serve the next slice: it is gone, has grown too large, or has a ready successor."""
        if self.wear.is_worn or not self.is_running():
            return True
        return self.successor is not None and self.successor.is_ready()

    def is_ready(self) -> bool:
        """True once it has said that it has started; nothing is waited for."""
        if not self._is_ready and self.is_running() and self._has_spoken():
            with contextlib.suppress(NoChild):
                self._await_start()
        return self._is_ready

    def _has_spoken(self) -> bool:
        poll = select.poll()
        poll.register(self._descriptor(self.process.stdout), select.POLLIN)
        return any(event & select.POLLIN for _, event in poll.poll(0))

    def is_running(self) -> bool:
        """False once the process has ended."""
        return self.process.poll() is None

    def end(self) -> bool:
        """Kill and reap, and its successor; safe to call twice. True when it had already ended for its CPU time."""
        if self.successor is not None:
            self.successor.end()
            self.successor = None
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        status = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return status in OUT_OF_TIME

    @staticmethod
    def _descriptor(pipe: object) -> int:
        try:
            return int(pipe.fileno())  # type: ignore[attr-defined]  # a raw pipe of Popen
        except ValueError as error:
            raise frames.Broken("the process was ended") from error
