"""Where a slice spends its time: a worker in this process, with a stopwatch around its steps; run by the bench."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

STEPS = {
    "read and map the next slice (beside)": ("inbound.process.lane", "LaneRun._read_and_map"),
    "transaction": ("inbound.process.transaction", "SliceTransaction.run"),
    "  lock the lane": ("inbound.process.transaction", "enter"),
    "  find and lock entities": ("hub.entities.store", "gather"),
    "  work out what they become": ("hub.entities.store", "_run"),
    "  rows for them": ("hub.entities.store", "batch_of"),
    "  outcomes, while entities are written": ("inbound.process.transaction", "SliceTransaction._settle"),
    "  rows for outcomes, spans, counters": ("inbound.process.transaction", "write_outcomes"),
}
"""What a line is called → module and name of the function it tells of."""
UNTOLD = "--untold"
"""The same without a single span or counter, to see what these cost."""
TELLING = ("record", "count")
"""What inbound.outcomes writes them with."""


class Stopwatch:
    """Adds up how long functions take."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def attach(self, label: str, module: Any, name: str) -> None:
        """Time module.name, or module.Class.name. Any: a module."""
        *owners, name = name.split(".")
        owner = getattr(module, owners[0]) if owners else module
        setattr(owner, name, self._timed(label, getattr(owner, name)))

    def _timed(self, label: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds[label] += time.perf_counter() - started
                self.calls[label] += 1

        return timed


def main() -> None:
    """Drains the database that the environment names and prints milliseconds per slice, with UNTOLD of such slices."""
    import django

    django.setup()
    from importlib import import_module

    from hub.worker import Loop

    watch = Stopwatch()
    for label, (module, name) in STEPS.items():
        watch.attach(label, import_module(module), name)
    if UNTOLD in sys.argv:
        for name in TELLING:
            setattr(import_module("inbound.outcomes"), name, _nothing)
    Loop(name="bench", stop=threading.Event()).run(until_idle=True)
    slices = watch.calls["transaction"] or 1
    for label in STEPS:
        print(f"    {label:<50} {watch.seconds[label] / slices * 1000:>8.1f} ms per slice")


def _nothing(*_: object) -> None:
    """Takes the place of what writes."""


if __name__ == "__main__":
    main()
