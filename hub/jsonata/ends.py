"""ENDS: how many children of this process have ended since it started, and why; a child that ends has a successor."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class End(StrEnum):
    """Why a child is there no more."""

    BROKEN = "broken"
    """It died, was silent for too long or used up its time: an expression is to blame, or the machine."""
    WORN = "worn"
    """It had served its share or grown too large; that is how it is meant to be."""


class Ends:
    """Counts for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[End] = Counter()

    def note(self, end: End) -> None:
        """One more."""
        with self._lock:
            self._counted[end] += 1

    def counted(self) -> Mapping[End, int]:
        """Every reason with its number, 0 included."""
        with self._lock:
            return {end: self._counted[end] for end in End}


ENDS: Final = Ends()
