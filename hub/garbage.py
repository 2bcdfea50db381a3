"""collect_rarely: a process looks for garbage seldom, and no more among what it began with."""

from __future__ import annotations

import gc
from typing import Final

OF_A_WORKER: Final = 200_000
"""Allocations between two collections: a slice makes tens of thousands of objects that all die with it, and looking
through them again and again costs a fifth of the worker's time (measured)."""
OF_A_SERVER: Final = 50_000
"""A page or an answer makes thousands, hundreds of requests may be under way, and memory counts more."""


def collect_rarely(young_objects: int) -> None:
    """To be called once everything is imported: that is set aside for good. young_objects: allocations, at least 700.

    Objects without cycles are freed at once as ever; this is about the search for cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(young_objects, 20, 50)
