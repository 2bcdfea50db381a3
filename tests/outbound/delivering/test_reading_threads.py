"""Files are read a few at a time, in threads that keep no process from ending."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import Future

import pytest

from outbound.delivering.reading_threads import AT_ONCE, in_turn
from tools.running import wait_for

pytestmark = pytest.mark.once

HANGING = """
import threading
from outbound.delivering.reading_threads import in_turn
begun = threading.Event()
in_turn(lambda: (begun.set(), threading.Event().wait()))
begun.wait()
"""
PATIENCE_S = 30


def hold(begun: list[int], opened: threading.Event) -> list[Future[bool]]:
    """Every turn is taken until the event is set."""
    held = [in_turn(lambda: (begun.append(1), opened.wait(PATIENCE_S))[1]) for _ in range(AT_ONCE)]
    wait_for(lambda: len(begun) == AT_ONCE, "the turns to be taken")
    return held


def test_it_answers_what_was_read_and_raises_what_went_wrong() -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    assert in_turn(lambda: 7).result(PATIENCE_S) == 7
    with pytest.raises(OSError, match="No space"):
        in_turn(full).result(PATIENCE_S)


def test_whoever_comes_later_waits_for_a_turn() -> None:
    begun: list[int] = []
    opened = threading.Event()
    held = hold(begun, opened)
    later = in_turn(opened.is_set)
    opened.set()
    assert [one.result(PATIENCE_S) for one in held] == [True] * AT_ONCE
    assert later.result(PATIENCE_S) is True


def test_what_is_cancelled_before_its_turn_never_begins() -> None:
    begun: list[int] = []
    opened = threading.Event()
    held = hold(begun, opened)
    cancelled = in_turn(lambda: begun.append(2))
    assert cancelled.cancel()
    opened.set()
    assert [one.result(PATIENCE_S) for one in held] == [True] * AT_ONCE
    in_turn(lambda: None).result(PATIENCE_S)
    assert 2 not in begun


def test_a_storage_that_hangs_keeps_no_process_from_ending() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGING], check=False, timeout=PATIENCE_S)
    assert ended.returncode == 0
