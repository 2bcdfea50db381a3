"""One word per chore."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def _make(*arguments: str) -> str:
    outer = {"ARGS", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_make_alone_lists_every_target():
    targets = re.findall(r"^((?!check-)[a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"^make ([a-z-]+) ", _make(), re.MULTILINE) == targets


def test_make_map_prints_a_module_with_its_sentence():
    assert re.search(
        r"^  clock\.py +now\(\), in UTC; the only reader of the system clock\.$", _make("map"), re.MULTILINE
    )


def test_a_map_of_what_is_not_there_is_refused_in_one_sentence():
    asked = [sys.executable, "-m", "tools.map", "hub", "nosuch"]
    refused = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("There is no folder with modules called nosuch. Try one of: hub, ")


def test_ci_checks_and_then_tests():
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-1] == "make check test"
