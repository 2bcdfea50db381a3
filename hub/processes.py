"""own_name: names this process so that others on its machine can tell for certain when it has ended."""

from __future__ import annotations

import os
import platform
from pathlib import Path

PROC = Path("/proc")
"""Where Linux tells of its processes; elsewhere nobody is ever said to have ended."""
START_FIELD = 19
"""Of /proc/PID/stat, counted from the state on: when the process started, in ticks since the boot."""
ENDED_STATES = ("Z", "X")
UNKNOWN = "::"
"""Stands for boot and namespace where the kernel keeps them to itself."""


def own_name() -> str:
    """``machine:boot:namespace:pid:start``, at most 200 characters; no two processes ever have the same."""
    return f"{_place()}:{os.getpid()}:{_started(os.getpid())}"


def has_ended(name: str) -> bool:
    """True when the process is certainly gone: it ran in this boot of this machine and its number is free or reused.

    Of another machine, container or boot nothing is known, and a stopped process still lives: False.
    """
    place, process, started = ["", "", *name.rsplit(":", 2)][-3:]
    is_here = place == _place() and not place.endswith(UNKNOWN)
    return bool(started) and is_here and process.isdigit() and _started(int(process)) != started


def _place() -> str:
    """Where process numbers mean the same: the machine's name, its boot, and the namespace of containers."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = (PROC / "self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        return platform.node()[:100] + UNKNOWN
    return f"{platform.node()[:100]}:{boot}:{namespace}"


def _started(process_id: int) -> str:
    """Empty when there is no such process, or nothing left of it but its exit code."""
    try:
        fields = (PROC / str(process_id) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ENDED_STATES else fields[START_FIELD]
