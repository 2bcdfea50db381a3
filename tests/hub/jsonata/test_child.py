"""A child has next to nothing: no environment, few files, no Django, and ends with its parent."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hub.jsonata.child import OPEN_FILES, Settings
from hub.jsonata.process import ENVIRONMENT, Child
from tests.hub.jsonata.conftest import QUICK, job, shown

pytestmark = pytest.mark.once


def _told(pool, *names):
    [told] = shown(pool.run("key", b"plan", [job("tell", names)]))
    return told


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("RLIMIT_AS", QUICK.memory_bytes),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", OPEN_FILES),
        ("RLIMIT_NPROC", 0),
    ],
)
def test_a_child_is_bounded_by_the_kernel(name, bound, make_pool):
    assert _told(make_pool(), name)["limits"][name] == [bound, bound]


def test_a_child_knows_nothing_of_its_surroundings(make_pool, monkeypatch):
    monkeypatch.setenv("HUB_SECRET_KEY", "s3cret")
    assert set(_told(make_pool())["environment"]) <= {*ENVIRONMENT, "LC_CTYPE"}


def test_a_child_has_no_file_of_its_parent(make_pool, tmp_path):
    with (tmp_path / "open").open("w"):
        assert _told(make_pool())["files"] <= 4


def test_a_child_cannot_write_files(make_pool, tmp_path):
    [message] = shown(make_pool().run("key", b"plan", [job("write", str(tmp_path / "new"))]))
    assert "File too large" in str(message)


def test_a_child_ends_with_its_input():
    child = Child(Settings("tests.hub.jsonata.program", "jsonatapy", QUICK))
    child.process.stdin.close()
    assert child.process.wait(timeout=30) == 0
    child.end()


@pytest.mark.parametrize(
    ("program", "strangers"),
    [
        ("inbound.mapping.program", {"django", "jsonata", "jsonatapy"}),
        ("hub.jsonata.engine.rust", {"django", "jsonata"}),
    ],
)
def test_a_child_loads_nothing_it_does_not_need(program, strangers):
    text = f"import sys, hub.jsonata.child, {program}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, text=True, check=True)
    assert strangers & set(loaded.stdout.split()) == set()
