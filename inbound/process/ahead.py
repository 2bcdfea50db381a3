"""Following: what a thread of its own works out while the present slice is written."""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Generic, TypeVar

from django.conf import settings
from django.db import close_old_connections, connection

Result = TypeVar("Result")

WAIT_S = 3.0
"""How long to wait before something else is seen to: less than a third of a lease."""


def is_on() -> bool:
    """Whether this process works ahead; tests that share one transaction with the worker cannot."""
    return bool(settings.HUB_WORK_AHEAD)


class Following(Generic[Result]):
    """The result of make, which runs in the thread, with a database connection of its own.

    What its log lines tell of the present work is told there as well.
    """

    def __init__(self, make: Callable[[], Result | None]) -> None:
        self._future: Future[Result | None] = _thread().submit(
            contextvars.copy_context().run, _with_own_connection, make
        )

    def result(self, meanwhile: Callable[[], None]) -> Result | None:
        """What make answered, or what it raised. meanwhile, which may raise, is called every few seconds of waiting."""
        while not self._is_over():
            try:
                meanwhile()
            except BaseException:
                self.discard()
                raise
        return self._future.result()

    def _is_over(self) -> bool:
        return bool(wait([self._future], timeout=WAIT_S).done)

    def peek(self) -> Result | None:
        """The result if there is one already; never waits and never raises."""
        has_result = self._future.done() and self._future.exception() is None
        return self._future.result() if has_result else None

    def discard(self) -> None:
        """Wait until make is over and forget its result: what it had borrowed is free again."""
        with contextlib.suppress(Exception):
            self._future.result()


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")


def _with_own_connection(make: Callable[[], Result | None]) -> Result | None:
    try:
        close_old_connections()
        return make()
    except BaseException:
        connection.close()
        raise
