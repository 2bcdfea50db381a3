"""make run, serve and manage: read .env, choose development or not, become a command of manage.py."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools import PYTHON, ROOT


def main() -> None:
    """Ends as manage.py, in the same process; the arguments are handed on."""
    command = [str(PYTHON), str(ROOT / "manage.py"), *sys.argv[1:]]
    os.execve(command[0], command, settings(os.environ, ROOT / ".env"))  # noqa: S606 - our own command


def settings(variables: Mapping[str, str], file: Path) -> dict[str, str]:
    """The variables, then those of the file that are not set yet; without a secret key, development defaults."""
    found = dict(variables)
    for name, value in _lines_of(file):
        found.setdefault(name, value)
    if not (found.get("HUB_SECRET_KEY") or found.get("HUB_SECRET_KEY_FILE")):
        found.setdefault("HUB_DEVELOPMENT", "true")
        found.setdefault("HUB_EGRESS_ALLOW", "127.0.0.1")  # the echo receiver listens beside the hub
    return found


def _lines_of(file: Path) -> Iterator[tuple[str, str]]:
    """NAME=value per line; quotes around a value are dropped, empty values and # lines are left out."""
    if not file.is_file():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if separator and value and not name.startswith("#"):
            yield name.strip(), value


if __name__ == "__main__":
    main()
