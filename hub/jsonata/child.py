"""The process in which expressions run: ``python -I -m hub.jsonata.child <settings>``.

It knows no database, no network and no settings but those of its command line. The program is a module, named by the
parent, with two functions: prepare(plan bytes, engine, limits) → anything, and run(prepared, job bytes) → answer as
JSON bytes.
"""

from __future__ import annotations

import gc
import importlib
import math
import resource
import signal
import sys
import time
from collections import OrderedDict
from typing import Any, NamedTuple

import msgspec

from hub.jsonata import frames
from hub.jsonata.failure import shorten
from hub.jsonata.limits import Limits

IN, OUT = 0, 1
MOST_PLANS = 64
"""Prepared plans that a child keeps, the least recently used go first."""
ANSWERS_PER_FRAME = 50
SECONDS_PER_FRAME = 0.05
"""A frame leaves after so many answers or so long: fewer writes, and still a sign of life."""
CPU_GRACE_S = 2
"""Beyond the timer, before the kernel's own limit strikes: a frame may hold many short events."""
OPEN_FILES = 16

_is_damaged = False


class Settings(msgspec.Struct, frozen=True):
    """What the parent chooses for a child."""

    program: str
    engine: str
    limits: Limits


class Unprepared(NamedTuple):
    """A plan that the program could not prepare: why."""

    message: str


def main() -> None:
    """Say that it is ready, then serve slices until the input ends."""
    settings = msgspec.json.decode(sys.argv[1], type=Settings)
    _bound_memory(settings.limits)
    program = importlib.import_module(settings.program)
    _confine()
    frames.write(OUT, frames.READY)
    plans: OrderedDict[str, Any] = OrderedDict()  # Any: what the program prepares
    while not _is_damaged and (work := frames.read_work(IN)) is not None:
        _serve(program, settings, plans, work)


def _bound_memory(limits: Limits) -> None:
    """Before the engine is loaded, whose allocator takes a large range of addresses where it may."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def _confine() -> None:
    """Take away what no evaluation needs."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    gc.freeze()


def _allow_cpu(limits: Limits) -> None:
    """From now on event_cpu_s of CPU time may be used: SIGPROF, which nobody handles, ends the process after them.

    The kernel's own limit, in whole seconds, stands behind the timer.
    """
    signal.setitimer(signal.ITIMER_PROF, limits.event_cpu_s)


def _bound_cpu(limits: Limits) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + limits.event_cpu_s) + CPU_GRACE_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _serve(program: Any, settings: Settings, plans: OrderedDict[str, Any], work: frames.Work) -> None:
    """Answer every job of a slice, in order. Any: the program module and what it prepares."""
    _bound_cpu(settings.limits)
    _allow_cpu(settings.limits)
    prepared = _prepared(program, settings, plans, work)
    _allow_cpu(settings.limits)
    ready: list[tuple[bool, bytes]] = []
    started = time.monotonic()
    for job in work.jobs:
        ready.append(_answer(program, prepared, job, settings.limits))
        _allow_cpu(settings.limits)
        now = time.monotonic()
        if work.is_single or len(ready) >= ANSWERS_PER_FRAME or now - started > SECONDS_PER_FRAME:
            frames.write(OUT, frames.Answers(ready))
            ready, started = [], now
            _bound_cpu(settings.limits)
    if ready:
        frames.write(OUT, frames.Answers(ready))


PANIC_WITHOUT_MEMORY = "PyObject pointer is null"
"""What the engine says when the interpreter has no memory for a value of its own."""


def _note_damage(error: BaseException) -> None:
    """After a panic or without memory nobody knows what state the engine is in: the process ends with this slice."""
    global _is_damaged
    _is_damaged = _is_damaged or isinstance(error, MemoryError) or not isinstance(error, Exception)


def _reason(error: BaseException) -> str:
    if isinstance(error, MemoryError) or str(error) == PANIC_WITHOUT_MEMORY:
        return "resource limit: not enough memory"
    if isinstance(error, RecursionError):
        return "resource limit: the result is nested too deeply"
    return shorten(f"{type(error).__name__}: {error}")


def _prepared(program: Any, settings: Settings, plans: OrderedDict[str, Any], work: frames.Work) -> Any:
    """The plan by its key, prepared when it comes with the slice. Any: as above."""
    if work.plan is not None:
        try:
            plans[work.plan_key] = program.prepare(work.plan, settings.engine, settings.limits)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            _note_damage(error)
            plans[work.plan_key] = Unprepared(_reason(error))
        while len(plans) > MOST_PLANS:
            plans.popitem(last=False)
    plans.move_to_end(work.plan_key)
    return plans[work.plan_key]


def _answer(program: Any, prepared: Any, job: bytes, limits: Limits) -> tuple[bool, bytes]:
    """(is_failure, the program's answer or what it raised): engines panic with classes that are no Exception.

    Any: as above.
    """
    if isinstance(prepared, Unprepared):
        return True, prepared.message.encode()
    if len(job) > limits.job_bytes:
        return True, f"resource limit: the input is larger than {limits.job_bytes} bytes".encode()
    try:
        answer: bytes = program.run(prepared, job)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        _note_damage(error)
        return True, _reason(error).encode("utf-8", "replace")
    if len(answer) > limits.answer_bytes:
        advice = "let an event bring fewer items"
        return True, f"resource limit: the result is larger than {limits.answer_bytes} bytes: {advice}".encode()
    return False, answer


if __name__ == "__main__":
    main()
