"""Pages over a large database: fills one, and has each page and query of monitoring timed in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from tools import ROOT, start


def fill(database_url: str, *, entities: int, events: int) -> None:
    """Make so many rows in an empty database."""
    size = ["--entities", str(entities), "--events", str(events)]
    subprocess.run([sys.executable, "-m", "bench.stock", *size], cwd=ROOT, env=_environment(database_url), check=True)


def show(database_url: str) -> None:
    """Prints a line for each page and query of a database that was filled."""
    program = "import django; django.setup(); from bench.page_times import show; show()"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=_environment(database_url), check=True)


def _environment(database_url: str) -> dict[str, str]:
    settings = os.environ | start.settings(os.environ, ROOT / ".env")
    return settings | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "hub.settings.base"}
