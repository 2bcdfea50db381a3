"""Names of processes, and whether one has ended."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import processes
from hub.processes import has_ended, own_name

TELL_NAME = "from hub.processes import own_name; print(own_name(), flush=True); input()"


@pytest.fixture
def other() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process and its name."""
    process = subprocess.Popen(
        [sys.executable, "-c", TELL_NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_process_that_runs_has_not_ended(other: tuple[subprocess.Popen[str], str]) -> None:
    assert not has_ended(other[1])


def test_a_process_that_was_killed_has_ended_even_before_its_parent_asks(
    other: tuple[subprocess.Popen[str], str],
) -> None:
    process, name = other
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert has_ended(name)
    process.wait()
    assert has_ended(name)


def test_a_process_with_the_number_of_another_one_is_not_that_one() -> None:
    place, started = own_name().rsplit(":", 1)
    assert has_ended(f"{place}:{int(started) - 1}")


def test_a_forked_child_has_a_name_of_its_own() -> None:
    names = multiprocessing.get_context("fork").SimpleQueue()
    child = multiprocessing.get_context("fork").Process(target=lambda: names.put(own_name()))
    child.start()
    child.join()
    assert names.get() != own_name()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_of_another_machine_boot_or_container_nothing_is_known(place: int) -> None:
    parts = own_name().split(":")
    parts[place] = "other"
    parts[4] = "1"
    assert not has_ended(":".join(parts))


@pytest.mark.parametrize("name", ["", "machine:embedded", ":", "a:b:c:d:e", f"{own_name().rsplit(':', 2)[0]}:1:"])
def test_a_name_of_another_kind_is_never_said_to_have_ended(name: str) -> None:
    assert not has_ended(name)


def test_where_containers_cannot_be_told_apart_nobody_has_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / str(os.getpid())).mkdir()
    (tmp_path / str(os.getpid()) / "stat").write_bytes(Path("/proc/self/stat").read_bytes())
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert not has_ended(own_name().rsplit(":", 1)[0] + ":1")


def test_where_the_kernel_does_not_tell_nobody_has_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name = own_name()
    monkeypatch.setattr(processes, "PROC", tmp_path)
    assert not has_ended(name)
    assert not has_ended(own_name())
