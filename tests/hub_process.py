"""RunningHub: a real manage.py hub_run with its own folder and port, for tests that start and kill it."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from tools import ROOT
from tools.running import FOREIGN, PATIENCE_S, free_port

__all__ = ["PATIENCE_S", "RunningHub", "descendants", "free_port", "is_alive", "is_computing", "wait_until_gone"]


def variables(folder: Path, port: int) -> dict[str, str]:
    """The environment of a development hub on SQLite in the folder."""
    own = {"HUB_DEVELOPMENT": "true", "HUB_VAR_DIR": str(folder), "HUB_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    return {name: value for name, value in os.environ.items() if name not in FOREIGN} | own


def descendants(process_id: int) -> list[int]:
    """The processes that it has started, and what those have started."""
    found = []
    for child in _children(process_id):
        found += [child, *descendants(child)]
    return found


def _children(process_id: int) -> list[int]:
    return [
        int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _status(folder).get("PPid") == str(process_id)
    ]


def _status(folder: Path) -> dict[str, str]:
    """What the kernel says of the process; nothing when it is gone."""
    try:
        lines = (folder / "status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def is_alive(process_id: int) -> bool:
    """Whether it runs; one that has ended and is only waited for does not."""
    state = _status(Path(f"/proc/{process_id}")).get("State")
    return state is not None and not state.startswith("Z")


def is_computing(process_id: int) -> bool:
    """Whether it uses a processor or wants one; one that waits for something does not."""
    return _status(Path(f"/proc/{process_id}")).get("State", "").startswith("R")


def wait_until_gone(process_ids: list[int]) -> list[int]:
    """Those that are still alive in the end."""
    until = time.monotonic() + PATIENCE_S
    while any(map(is_alive, process_ids)) and time.monotonic() < until:
        time.sleep(0.05)
    return [each for each in process_ids if is_alive(each)]


class RunningHub:
    """hub_run as a process, and every line it has printed."""

    def __init__(self, folder: Path, port: int, *arguments: str, also: Mapping[str, str] | None = None) -> None:
        self.port = port
        self.lines: list[str] = []
        self._fresh: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "hub_run", *arguments],
            cwd=ROOT,
            env=variables(folder, port) | dict(also or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._fresh.put(line.rstrip("\n"))
        self._fresh.put(None)

    def wait_for(self, text: str) -> str:
        """The next line that contains the text; fails with everything printed when it does not come."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                line = self._fresh.get(timeout=0.2)
            except queue.Empty:
                continue
            if line is None:
                break
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} was not printed, but:\n" + "\n".join(self.lines))

    def child(self, word: str) -> int:
        """The process id of the direct child whose command contains the word."""
        for each in _children(self.process.pid):
            if word in Path(f"/proc/{each}/cmdline").read_text(encoding="utf-8"):
                return each
        raise AssertionError(f"no child with {word!r}")

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)

    def end(self) -> None:
        """Leaves nothing running, whatever the test did."""
        if self.process.poll() is None:
            self.interrupt()
        self._reader.join(PATIENCE_S)
        if self.process.stdout:
            self.process.stdout.close()
