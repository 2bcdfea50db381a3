"""Broker: a Redis server of the drill's own, which may be killed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tools.running import free_port, wait_for

PROGRAM = "redis-server"


@dataclass
class Broker:
    """Keeps nothing: what it held when it was killed is gone, as with a machine that burned down."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For CELERY_BROKER_URL and HUB_REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise RuntimeError(f"This drill starts a Redis of its own: install {PROGRAM} (Debian: apt install redis).")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with open(self.folder / "redis.log", "ab") as log:
            self.process = subprocess.Popen([program, *options], cwd=self.folder, stdout=log, stderr=log)
        wait_for(self._answers, "the broker to answer")

    def _answers(self) -> bool:
        with redis.Redis("127.0.0.1", self.port, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def kill(self) -> None:
        """SIGKILL; does nothing when it does not run."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
