"""Creates .venv and installs the pinned packages; does nothing when both are as they should be."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

from tools import PYTHON, ROOT, VENV, SetupFailed
from tools.stamps import fingerprint, is_done, mark_done, one_at_a_time

OLDEST_PYTHON = (3, 11)
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = VENV / "hub-installed"
DEV_STAMP = VENV / "hub-installed-dev"


def ensure(*, dev: bool) -> None:
    """Leaves a .venv that holds the hub, and with dev also the tools that test and check it."""
    with one_at_a_time():
        wanted = fingerprint([ROOT / "pyproject.toml", CONSTRAINTS], str(ROOT))
        if PYTHON.exists() and is_done(DEV_STAMP if dev else STAMP, wanted):
            return
        _create()
        _install(".[dev]" if dev else ".")
        mark_done(STAMP, wanted)
        if dev:
            mark_done(DEV_STAMP, wanted)


def _create() -> None:
    """A .venv that is missing, was moved, or lost its interpreter is made anew."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupFailed(f"The hub needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    if PYTHON.exists() and (VENV / "bin" / "pip").exists() and _stands_where_it_was_made():
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupFailed("This Python cannot create environments. Install its venv part: apt install python3-venv")
    print("Creating .venv …", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)], "The environment could not be created.")


def _stands_where_it_was_made() -> bool:
    first_line = (VENV / "bin" / "pip").read_text(encoding="utf-8", errors="replace").splitlines()[0]
    return str(VENV) in first_line


def _install(what: str) -> None:
    print("Installing the Python packages …", flush=True)
    pip_install(["-e", what])


def pip_install(arguments: list[str]) -> None:
    """pip install with the pinned versions; they also hold for what builds packages."""
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(CONSTRAINTS)]
    environment = os.environ | {"PIP_CONSTRAINT": str(CONSTRAINTS)}
    run([*command, *arguments], "The Python packages could not be installed; see the lines above.", environment)


def run(command: list[str], failure: str, environment: dict[str, str] | None = None) -> None:
    """Runs the command in the checkout; raises SetupFailed with the sentence when it fails."""
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        raise SetupFailed(failure)
