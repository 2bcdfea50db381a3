"""Hub: a hub of its own folder, port and database, whose web server and worker are started and killed one by one."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tools import ROOT, services

PATIENCE_S = 60.0
"""How long to wait for what takes a second; a busy machine must not fail a test."""
FOREIGN = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "HUB_REDIS_URL",
    "HUB_SECRET_KEY",
    "HUB_MASTER_KEYS",
    "HUB_MASTER_KEYS_FILE",
    "HUB_FILE_URL_KEY",
    "HUB_FILE_URL_KEY_FILE",
    "DJANGO_SETTINGS_MODULE",
)
"""Variables of the caller that must not reach a hub of its own."""
SECRET_KEY = secrets.token_urlsafe(48)
"""Of every hub that this process starts: a token counts in copies of its database, too."""
MASTER_KEYS = f"tests:{base64.b64encode(secrets.token_bytes(32)).decode()}"
"""Of the same hubs: what is sealed in a database is readable in its copies."""
EVERY_GRANT = ("erp:*", "integration:*", "entity:*", "environments:*", "webhook:*", "event_catalog:*", "automation:*")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What an HTTP request got."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        """The parsed body. Any: whatever was sent."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Demo:
    """How to sign in to the demo, and what its ERP says of itself."""

    email: str
    password: str
    token: str
    integration_id: str


@dataclass
class Hub:
    """variables are added to the environment of every process; redis_url switches Celery and Redis on."""

    folder: Path
    database_url: str
    redis_url: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    web: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """What its processes see."""
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        own = {
            "HUB_DEVELOPMENT": "true",
            "HUB_SECRET_KEY": SECRET_KEY,
            "HUB_MASTER_KEYS": MASTER_KEYS,
            "HUB_VAR_DIR": str(self.folder),
            "HUB_PORT": str(self.port),
            "HUB_RATE_LIMIT_PER_MINUTE": "0",
            "HUB_EGRESS_ALLOW": "127.0.0.1",
            "DATABASE_URL": self.database_url,
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "hub.settings.base",
        }
        if self.redis_url:
            own |= {"CELERY_BROKER_URL": self.redis_url, "HUB_REDIS_URL": self.redis_url}
        return kept | own | self.variables

    def manage(self, *words: str) -> str:
        """What a manage.py command prints; a failure raises with all it said."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self) -> str:
        """Migrate, make an organization, and answer the text of a token that may do everything."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("hub_organization", "create", "--slug", "works", "--name", "Works", "--json")
        words = ["hub_token", "create", "--organization", "works", "--name", "ERP", "--grants", *EVERY_GRANT, "--json"]
        return str(json.loads(self.manage(*words))["token"])

    def prepare_demo(self) -> Demo:
        """Migrate and install the demo; its events wait for a worker."""
        self.manage("migrate", "--verbosity", "0")
        told = json.loads(self.manage("hub_demo_data", "--json"))
        return Demo(**{name: str(told[name]) for name in ("email", "password", "token", "integration_id")})

    def start_web(self, *, threads: int = 16) -> None:
        """Start the web server with so many threads and wait until it answers."""
        arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        options = ["--blocking-threads", str(threads), "--log-level", "error", "--no-ws", "hub.wsgi:application"]
        self.web = self._start("-m", "granian", *arguments, *options)
        self.wait_until_answering()

    def start_worker(self, name: str = "embedded") -> subprocess.Popen[bytes]:
        """Start one embedded worker, or, with Redis, one Celery worker with two processes."""
        if self.redis_url:
            schedule = ["--beat", "--schedule", str(self.folder / "celerybeat-schedule")]
            options = ["--concurrency", "2", "--loglevel", "WARNING"]
            worker = self._start("-m", "celery", "--quiet", "--app", "hub.celery", "worker", *schedule, *options)
        else:
            worker = self._start("manage.py", "hub_worker", "--name", name)
        self.workers.append(worker)
        return worker

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        """In a session of its own, so that all it starts can be killed together; it writes to processes.log."""
        command = [sys.executable, *words]
        with open(self.folder / "processes.log", "ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_answering(self) -> None:
        """Until /livez says so."""
        wait_for(self._answers, "the web server to answer")

    def _answers(self) -> bool:
        try:
            return self.request("GET", "/livez").status == 200
        except OSError:
            return False

    def request(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Answer:
        """One HTTP request; a body that is no text is sent as JSON. Any: whatever JSON takes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        sent = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {token}"} if token else {}),
            **headers,
        }
        data = body if isinstance(body, str | bytes | None) else json.dumps(body)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def kill(self, process: subprocess.Popen[bytes] | None) -> None:
        """SIGKILL to the process and everything it has started, as a power failure would."""
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def end(self) -> None:
        """Leave nothing running."""
        for process in [self.web, *self.workers]:
            if process is not None and process.poll() is None:
                process.terminate()
        for process in [self.web, *self.workers]:
            if process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                self.kill(process)
        self.web = None
        self.workers = []


def wait_for(is_true: Any, what: str, *, patience_s: float = PATIENCE_S, pause_s: float = 0.05) -> None:
    """Until is_true() is; raises with what was waited for. Any: a function without arguments."""
    until = time.monotonic() + patience_s
    while not is_true():
        if time.monotonic() > until:
            raise TimeoutError(f"waited {patience_s:.0f} s for {what}")
        time.sleep(pause_s)


@contextlib.contextmanager
def own_database(template: str = "") -> Iterator[str]:
    """A new PostgreSQL database, empty or a copy of the one at the URL template, dropped afterwards; its URL."""
    server_url, reason = services.find_database()
    if server_url is None:
        raise RuntimeError(f"PostgreSQL is needed: {reason}")
    name = f"hub_run_{uuid4().hex[:12]}"
    copied = f' TEMPLATE "{template.rpartition("/")[2]}"' if template else ""
    _on_server(server_url, f'CREATE DATABASE "{name}"{copied}')
    try:
        yield f"{server_url.rpartition('/')[0]}/{name}"
    finally:
        _on_server(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def execute(database_url: str, statement: str) -> None:
    """Change what the database holds, past the hub."""
    if database_url.startswith("sqlite"):
        import sqlite3

        with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=30)) as connection:
            connection.execute(statement)
            connection.commit()
        return
    _on_server(database_url, statement)


def rows(database_url: str, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What a statement finds, read past the hub. Any: columns. Placeholders are %s on both databases."""
    if database_url.startswith("sqlite"):
        import sqlite3

        with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=30)) as connection:
            return connection.execute(statement.replace("%s", "?"), tuple(parameters)).fetchall()
    with psycopg.connect(database_url) as connection:
        return connection.execute(statement, parameters).fetchall()
