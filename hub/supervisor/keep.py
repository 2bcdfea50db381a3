"""keep_running: starts the processes, starts again what ends, and ends all of them when asked to."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from hub import clock
from hub.errors import HubError
from hub.supervisor.child import Child

LOOK_EVERY_S = 0.05
PATIENCE_S = 10.0
"""How long a process may take to finish what is at hand before it is killed."""

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
MOST_DOUBLINGS = 10
"""More than it takes to reach the longest pause, and few enough that no number overflows."""

STEADY_AFTER_S = 60.0
"""A process that ran this long has recovered: its next end counts as the first again."""

GIVE_UP_AFTER = 3
"""Ends of the first process before it was ever ready; then it will not come up by trying again."""

HOPELESS_AFTER = 3
"""Ends in a row after which the message says that something has to be mended."""

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStart(HubError):
    """The process that everything waits for ends again and again."""

    code = "CANNOT_START"


def pause_before_start(ends_in_a_row: int) -> float:
    """Seconds: doubling from FIRST_PAUSE_S, at most LONGEST_PAUSE_S."""
    return min(FIRST_PAUSE_S * 2.0 ** min(ends_in_a_row - 1, MOST_DOUBLINGS), LONGEST_PAUSE_S)


@dataclass
class _Kept:
    child: Child
    ends_in_a_row: int = 0
    started_at_s: float = 0.0
    start_again_at_s: float | None = None

    def start(self, now_s: float) -> None:
        self.child.start()
        self.started_at_s, self.start_again_at_s = now_s, None

    def look(self, now_s: float, say: Callable[[str], None]) -> None:
        """Notices an end, and starts again when the pause is over."""
        if self.start_again_at_s is not None:
            if now_s >= self.start_again_at_s:
                self.start(now_s)
                say(f"The {self.child.name} was started again.")
            return
        code = self.child.exit_code()
        if code is None:
            return
        self.child.end(within_s=0)
        self.ends_in_a_row = 1 if now_s - self.started_at_s > STEADY_AFTER_S else self.ends_in_a_row + 1
        self.start_again_at_s = now_s + pause_before_start(self.ends_in_a_row)
        say(sentence_about_end(self.child.name, code, ends_in_a_row=self.ends_in_a_row))


def sentence_about_end(name: str, code: int, *, ends_in_a_row: int) -> str:
    """What is said of an end. code: as Child.exit_code; ends_in_a_row counts this one, from 1."""
    pause_s = pause_before_start(ends_in_a_row)
    if ends_in_a_row < HOPELESS_AFTER:
        return f"The {name} ended ({_reason(code)}). It starts again in {pause_s:g} s."
    return (
        f"The {name} does not stay up: {ends_in_a_row} ends in a row ({_reason(code)}). "
        f"Mend what its own lines above say; it is tried again in {pause_s:g} s."
    )


def _reason(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


class _Asked:
    """Remembers that an ending signal has come."""

    def __init__(self) -> None:
        self.to_end = False
        for number in ENDING_SIGNALS:
            signal.signal(number, self._remember)

    def _remember(self, _number: int, _frame: FrameType | None) -> None:
        self.to_end = True


def keep_running(
    children: Sequence[Child],
    *,
    is_ready: Callable[[], bool],
    when_ready: Callable[[], None],
    say: Callable[[str], None],
) -> None:
    """Runs the children until SIGINT, SIGTERM or SIGHUP.

    when_ready is called once, as soon as is_ready says so of the first child; both must return soon.
    Raises CannotStart when the first child ends GIVE_UP_AFTER times before that. No process outlives this call.
    """
    asked = _Asked()
    kept = [_Kept(child) for child in children]
    try:
        for each in kept:
            each.start(clock.monotonic())
        ready = False
        while not asked.to_end:
            for each in kept:
                each.look(clock.monotonic(), say)
            if not ready and kept[0].ends_in_a_row >= GIVE_UP_AFTER:
                raise CannotStart(f"The {kept[0].child.name} does not start; its own lines above say why.")
            if not ready and is_ready():
                ready = True
                when_ready()
            time.sleep(LOOK_EVERY_S)
    finally:
        _end_all(children, asked)


def _end_all(children: Sequence[Child], asked: _Asked) -> None:
    """Asks all at once, then waits for each; a second Ctrl-C ends the waiting."""
    asked.to_end = False
    for child in children:
        child.ask_to_end()
    until_s = clock.monotonic() + PATIENCE_S
    while any(child.process and child.exit_code() is None for child in children) and not asked.to_end:
        if clock.monotonic() > until_s:
            break
        time.sleep(LOOK_EVERY_S)
    for child in children:
        child.end(within_s=0)
