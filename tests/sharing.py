"""shared: what the tests of one module stand on together; each undoes only what it did itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import transaction

from hub import clock
from hub.buffers import WriteBuffer
from tests.builders import NOW

T = TypeVar("T")


@contextmanager
def shared(blocker: Any, make: Callable[[], T]) -> Iterator[T]:
    """For a fixture of a module: what make writes stands below the transactions of its tests, and is gone after them.

    Worth it where making takes longer than the tests themselves. Not for tests that commit. Any: pytest-django does
    not export the type of its blocker.
    """
    with _rolled_back(blocker):
        with blocker.unblock(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: NOW)
            patch.setattr(WriteBuffer, "threaded", False)
            made = make()
        yield made


@contextmanager
def _rolled_back(blocker: Any) -> Iterator[None]:
    outermost = transaction.atomic()
    outermost._from_testcase = True  # type: ignore[attr-defined]  # as Django marks those of its test cases
    with blocker.unblock():
        outermost.__enter__()
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            outermost.__exit__(None, None, None)
