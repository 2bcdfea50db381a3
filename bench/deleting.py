"""Deletes and packs until its input ends, with a stopwatch around every transaction; run by the bench."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

AT_ONCE_S: Final = 1.0
"""Of deleting and of packing in turn, so that a round has some of both."""


class Longest:
    """The longest call of each name, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def around(self, function: Callable[..., Any], named: Callable[..., str]) -> Callable[..., Any]:
        """The function with a stopwatch. Any: whatever it takes and answers."""

        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                name, seconds = named(*arguments), time.perf_counter() - started
                self.seconds[name] = max(seconds, self.seconds.get(name, 0.0))

        return timed


def main() -> None:
    """Says that it is ready, waits for a line, works until there is no more of them, prints figures as JSON."""
    import django

    django.setup()
    from hub.retention import packing, running
    from inbound import packing as of_events
    from outbound import bodies as of_deliveries

    longest = Longest()
    for module, name, named in (
        (running, "_go_on", lambda kind, *_: kind.key),
        (running, "_expire", lambda fixed, *_: str(fixed.label)),
        (packing, "_pack_some", lambda packed: packed.walk),
    ):
        setattr(module, name, longest.around(getattr(module, name), named))
    running.BUDGET_S = packing.BUDGET_S = AT_ONCE_S  # type: ignore[misc]  # a round is not the minute they count for
    print("ready", flush=True)
    sys.stdin.readline()
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    counted: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    while not stop.is_set():
        for name, act in (("gone", running.apply), ("packed", of_events.pack), ("packed", of_deliveries.pack)):
            started = time.perf_counter()
            done, took = act(), time.perf_counter() - started
            counted[name] += done
            seconds[name] += took if done else 0
            counted["idle"] += name == "gone" and not done and took < AT_ONCE_S
    print(
        json.dumps(
            {
                **{name: counted[name] for name in ("gone", "packed", "idle")},
                "seconds_deleting": seconds["gone"],
                "seconds_packing": seconds["packed"],
                "longest": longest.seconds,
            }
        )
    )


if __name__ == "__main__":
    main()
