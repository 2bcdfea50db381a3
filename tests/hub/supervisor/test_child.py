"""A child ends with everything it has started."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hub.supervisor.child import Child
from tests.hub_process import descendants, wait_until_gone


def _started(tmp_path: Path, script: str) -> Child:
    child = Child("shell", ["sh", "-c", script], tmp_path)
    child.start()
    while not (tmp_path / "ready").exists():
        time.sleep(0.01)
    return child


@pytest.mark.parametrize(
    "script",
    [
        "sleep 300 & touch ready; wait",
        "trap '' TERM; sleep 300 & touch ready; wait; sleep 300",
        "sleep 300 & touch ready; exit 3",
    ],
    ids=["polite", "deaf to SIGTERM", "ended by itself"],
)
def test_nothing_that_a_child_has_started_outlives_it(tmp_path, script):
    child = _started(tmp_path, script)
    assert child.process is not None
    processes = [child.process.pid, *descendants(child.process.pid)]
    child.ask_to_end()
    child.end(within_s=0.2)
    assert wait_until_gone(processes) == []


def test_the_exit_code_is_known_after_the_end(tmp_path):
    child = _started(tmp_path, "touch ready; exit 3")
    while child.exit_code() is None:
        time.sleep(0.01)
    assert child.exit_code() == 3
    child.end(within_s=0)
