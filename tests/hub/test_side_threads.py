"""Threads that serve a stage beside the others of an embedded worker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from hub.side_threads import SideThreads
from tools.running import wait_for

pytestmark = pytest.mark.once


def threads_of(turn: Callable[[Callable[[], bool]], int], **fields: Any) -> SideThreads:
    """Two at a time, which look for work whenever they are told to."""
    usual: dict[str, Any] = {"name": "tests", "is_any_due": lambda: True, "at_once": 2, "look_every_s": 0.0}
    return SideThreads(turn=turn, **usual | fields)


def test_where_something_is_due_one_more_thread_serves_up_to_the_limit() -> None:
    inside, over = threading.Semaphore(0), threading.Event()

    def turn(_is_over: Callable[[], bool]) -> int:
        inside.release()
        over.wait(10)
        return 0

    threads = threads_of(turn)
    for _ in range(5):
        threads.look()
    assert [inside.acquire(timeout=10) for _ in range(2)] == [True, True]
    assert not inside.acquire(timeout=0.05)
    over.set()
    threads.end(10)


def test_where_nothing_is_due_no_thread_begins() -> None:
    served: list[int] = []
    threads = threads_of(lambda _is_over: served.append(1) or 0, is_any_due=lambda: False)
    threads.look()
    threads.end(10)
    assert served == []


def test_it_is_not_asked_more_often_than_wanted() -> None:
    asked: list[int] = []
    threads = threads_of(lambda _is_over: 0, is_any_due=lambda: bool(asked.append(1)), look_every_s=60.0)
    for _ in range(3):
        threads.look()
    assert len(asked) == 1


def test_a_thread_that_lingers_serves_what_comes_later() -> None:
    served: list[int] = []
    threads = threads_of(lambda _is_over: served.append(1) or 0, at_once=1, linger_s=60.0)
    threads.look()
    wait_for(lambda: len(served) > 1, "the second turn")
    threads.end(10)


def test_an_end_tells_the_turn_and_waits_for_it() -> None:
    begun, ended = threading.Event(), threading.Event()

    def turn(is_over: Callable[[], bool]) -> int:
        begun.set()
        wait_for(is_over, "the end")
        ended.set()
        return 0

    threads = threads_of(turn)
    threads.look()
    assert begun.wait(10)
    threads.end(10)
    assert ended.is_set()


def test_after_an_end_a_look_begins_anew() -> None:
    served = threading.Semaphore(0)
    threads = threads_of(lambda _is_over: served.release() or 0, look_every_s=60.0)
    for _ in range(2):
        threads.look()
        assert served.acquire(timeout=10)
        threads.end(10)


def test_a_turn_that_fails_is_told_and_another_begins(caplog: pytest.LogCaptureFixture) -> None:
    served = threading.Semaphore(0)

    def turn(_is_over: Callable[[], bool]) -> int:
        served.release()
        raise OSError("the disk is full")

    threads = threads_of(turn)
    for _ in range(2):
        threads.look()
        assert served.acquire(timeout=10)
        threads.end(10)
    assert caplog.text.count("a thread of tests failed") == 2
