"""Quarantine: plans that hit the limits again and again fail fast for a while (9.3, rule 10)."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from hub import clock

STRIKES = 3
WITHIN_S = 600.0
"""Three limit hits of one plan within ten minutes: its jobs fail at once until the first of them is that old."""
MOST_PLANS = 1000
"""Plans remembered, the one that was struck longest ago goes first: a simulation has a new plan each time."""


class Quarantine:
    """Counts limit hits per plan, in memory. Safe for threads."""

    def __init__(self) -> None:
        self._strikes: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def holds(self, plan_key: str) -> bool:
        """True while the plan has hit the limits too often."""
        since = clock.monotonic() - WITHIN_S
        with self._lock:
            strikes = self._strikes.get(plan_key)
            return strikes is not None and len(strikes) >= STRIKES and strikes[0] > since

    def strike(self, plan_key: str) -> None:
        """Remember one limit hit of the plan."""
        with self._lock:
            self._strikes.setdefault(plan_key, deque(maxlen=STRIKES)).append(clock.monotonic())
            self._strikes.move_to_end(plan_key)
            while len(self._strikes) > MOST_PLANS:
                self._strikes.popitem(last=False)
