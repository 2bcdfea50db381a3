"""in_turn: what reads files runs in a thread of its own, a few at a time, and never keeps a process from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

AT_ONCE: Final = 4
"""Deliveries of one process whose files are read at a time."""

Result = TypeVar("Result")

_TURNS: Final = threading.BoundedSemaphore(AT_ONCE)


def in_turn(act: Callable[[], Result]) -> Future[Result]:
    """What act returns or raises, once it was its turn; cancel keeps it from beginning.

    The interpreter joins the threads of an executor when it ends, and one that waits for a storage which hangs would
    hold it up for as long. Nobody waits for these: what they read lies in files without a name, which go with the
    process, and a delivery that was not recorded is sent again by whoever finds its lease free.
    """
    future: Future[Result] = Future()

    def run() -> None:
        with _TURNS:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = act()
            except BaseException as error:  # it belongs to whoever waits
                future.set_exception(error)
            else:
                future.set_result(result)

    threading.Thread(target=run, name="deliveries-files", daemon=True).start()
    return future
