"""One process that is kept running: started in a group of its own, ended with everything it has started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A command and, while it runs, its process. name is what messages call it."""

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        self.name = name
        self.command = list(command)
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process. Its group keeps the terminal's Ctrl-C away from it: the supervisor alone decides."""
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_end_with(os.getpid()),
        )

    def exit_code(self) -> int | None:
        """None while it runs or was never started; minus the signal's number when a signal ended it."""
        return None if self.process is None else self.process.poll()

    def ask_to_end(self) -> None:
        """SIGTERM: finish what is at hand, then end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, *, within_s: float) -> None:
        """Waits that long, then kills; nothing that it has started is left either way."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=within_s)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def _end_with(parent: int) -> Callable[[], None]:
    """What the new process does first: ask the kernel for SIGTERM when the supervisor is gone, however it went."""

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask
