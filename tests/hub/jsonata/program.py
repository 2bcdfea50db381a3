"""A program for the children of these tests: what a job says is done, however badly it ends."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson

from hub.jsonata.limits import Limits

seen = {"prepared": 0, "jobs": 0}


class Panic(BaseException):
    """As an engine's panic, it is no Exception."""


def prepare(plan: bytes, engine: str, limits: Limits) -> bytes:
    """The plan itself; "broken" cannot be prepared."""
    seen["prepared"] += 1
    if plan == b"broken":
        raise ValueError("no such plan")
    return plan


def run(plan: bytes, job: bytes) -> bytes:
    """What the act answers. A job is [name of the act, argument]."""
    seen["jobs"] += 1
    act, argument = orjson.loads(job)
    return _ACTS[act](plan, argument)


def _echo(plan: bytes, argument: Any) -> bytes:
    return orjson.dumps([plan.decode(), argument])


def _tell(plan: bytes, argument: Any) -> bytes:
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in argument or ()}
    names = os.listdir("/proc/self/fd")
    return orjson.dumps(
        {"pid": os.getpid(), "limits": limits, "environment": dict(os.environ), "files": len(names), **seen}
    )


def _spin(plan: bytes, argument: Any) -> bytes:
    while True:
        pass


def _sleep(plan: bytes, argument: float) -> bytes:
    time.sleep(argument)
    return b"0"


def _die(plan: bytes, argument: Any) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"0"


def _die_unless_first(plan: bytes, argument: Any) -> bytes:
    return _die(plan, argument) if seen["jobs"] > 1 else b"0"


def _raise(plan: bytes, argument: str) -> bytes:
    raise ValueError(argument)


def _panic(plan: bytes, argument: Any) -> bytes:
    raise Panic("index out of range")


def _allocate(plan: bytes, argument: int) -> bytes:
    return orjson.dumps(len(bytes(argument)))


def _write(plan: bytes, argument: str) -> bytes:
    with open(argument, "w", encoding="utf-8") as file:
        file.write("x")
        file.flush()
    return b"0"


def _raw(plan: bytes, argument: list[Any]) -> bytes:
    text, times = argument
    return str(text).encode() * int(times)


def _modules(plan: bytes, argument: Any) -> bytes:
    return orjson.dumps(sorted({name.partition(".")[0] for name in sys.modules}))


_ACTS: dict[str, Callable[[bytes, Any], bytes]] = {
    "echo": _echo,
    "tell": _tell,
    "spin": _spin,
    "sleep": _sleep,
    "die": _die,
    "die unless first": _die_unless_first,
    "raise": _raise,
    "panic": _panic,
    "allocate": _allocate,
    "write": _write,
    "raw": _raw,
    "modules": _modules,
}
