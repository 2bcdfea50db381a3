"""What the Makefile runs before the hub's own code can run; standard library only, unless a module says so."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"


class SetupFailed(Exception):
    """Set-up cannot go on; the message is the one sentence that the person at the keyboard reads."""
