"""The lock that lets one hub run per HUB_VAR_DIR; it ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import HubError


class AlreadyRunning(HubError):
    """Another living process holds the lock."""

    code = "ALREADY_RUNNING"


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Holds folder/run.lock, which names this process. A number left by a dead process is overwritten.

    Raises AlreadyRunning when a living process holds it, OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            file.seek(0)
            raise AlreadyRunning(_sentence(folder, file.read().strip())) from taken
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _sentence(folder: Path, holder: str) -> str:
    return (
        f"A hub is already running on {folder} (process {holder}). "
        "Stop it with Ctrl-C in its terminal, or set HUB_VAR_DIR to another folder."
    )
