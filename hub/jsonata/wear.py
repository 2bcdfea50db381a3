"""Wear: what a child has served and grown to, and when another takes its place."""

from __future__ import annotations

import os
from typing import Final

MIB: Final = 1024 * 1024
JOBS_PER_LIFE: Final = 250_000
"""Events and calls, whatever the slices that they came in: a managed call is a slice of its own, and a start costs a
tenth of a second of a processor. Nothing is known to pile up in a child but memory, which is measured; this bounds the
rest."""
AGING_BYTES: Final = 200 * MIB
"""Of memory: from here on a successor is started, while the child goes on."""
WORN_BYTES: Final = 300 * MIB
"""Of memory: such a child serves nothing more, ready successor or not. What it has grown by would count against the
next event (limits.memory_bytes)."""
SLICES_PER_LOOK: Final = 32
BYTES_PER_LOOK: Final = 1 * MIB
"""After so many slices, or so much of what they brought and took, its memory is looked at: that reads a file."""

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Wear:
    """Of one process."""

    __slots__ = ("_bytes_since", "_jobs", "_memory_bytes", "_process_id", "_slices_since")

    def __init__(self, process_id: int) -> None:
        self._process_id = process_id
        self._jobs = 0
        self._memory_bytes = 0
        self._slices_since = 0
        self._bytes_since = 0

    def note_slice(self, jobs: int) -> None:
        """One more was handed over."""
        self._jobs += jobs
        self._slices_since += 1

    def note_bytes(self, count: int) -> None:
        """So many were handed over or came back."""
        self._bytes_since += count

    def look(self) -> None:
        """Measure its memory where enough has happened since the last time."""
        if self._slices_since < SLICES_PER_LOOK and self._bytes_since < BYTES_PER_LOOK:
            return
        self._slices_since = self._bytes_since = 0
        self._memory_bytes = _resident_bytes(self._process_id)

    @property
    def wants_successor(self) -> bool:
        """Whether another should be started that takes its place once it is ready."""
        return self._jobs >= JOBS_PER_LIFE or self._memory_bytes > AGING_BYTES

    @property
    def is_worn(self) -> bool:
        """Whether it may serve nothing more."""
        return self._memory_bytes > WORN_BYTES


def _resident_bytes(process_id: int) -> int:
    """0 for a process that is gone."""
    try:
        with open(f"/proc/{process_id}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0
