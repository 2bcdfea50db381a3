"""Finds a Chromium for the browser tests, and installs one where the machine allows it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools import BIN, PYTHON, ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
STARTS_WITHIN_S = 60
"""The first start of a freshly installed browser on a slow disk takes several seconds."""


def find_or_install() -> str | None:
    """The path of a Chromium that starts, or None when there is none and none could be had."""
    return _first_that_starts() or _from_apt() or _from_playwright()


def _first_that_starts() -> str | None:
    named = os.environ.get("HUB_CHROMIUM")
    for candidate in [named, *(shutil.which(name) for name in NAMES), _playwrights_own()]:
        if candidate and _starts(candidate):
            return candidate
    return None


def _starts(path: str) -> bool:
    try:
        command = [path, "--version", "--no-sandbox"]
        return subprocess.run(command, capture_output=True, timeout=STARTS_WITHIN_S, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _from_apt() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    print("Installing Chromium with apt-get …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "-y", "install", "chromium"]):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return _first_that_starts()


def _from_playwright() -> str | None:
    print("Downloading Chromium with Playwright …", flush=True)
    subprocess.run([str(BIN / "playwright"), "install", "chromium"], cwd=ROOT, check=False)
    return _first_that_starts()


def _playwrights_own() -> str | None:
    """Where Playwright keeps the browser of its own version, if that was downloaded."""
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)"
    answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if path and Path(path).exists() else None
