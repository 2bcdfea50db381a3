"""The two programs of a hub on one machine: its web server and its worker."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from django.conf import settings

from hub.supervisor.child import Child
from hub.supervisor.port import HOST

WORKERS_END_WITHIN_S = 5
"""How long the web server waits for answers under way before it ends; shorter than the supervisor's patience."""


CELERY_OPTIONS = ("--concurrency", "2", "--loglevel", "WARNING")
"""Two processes: one serves lanes while the other does what is scheduled."""


def programs() -> list[Child]:
    """The web server first: everything waits for it."""
    return [
        Child("web server", [sys.executable, "-m", "granian", *_web_arguments()], settings.ROOT),
        Child("worker", [sys.executable, *_worker_arguments()], settings.ROOT),
    ]


def _web_arguments() -> list[str]:
    chosen = {
        "--interface": "wsgi",
        "--host": HOST,
        "--port": settings.HUB_PORT,
        "--workers": 1,
        "--blocking-threads": settings.HUB_WEB_THREADS,
        "--workers-kill-timeout": WORKERS_END_WITHIN_S,
        "--log-level": "error",
        "--log-config": _log_configuration(),
    }
    options = [str(word) for pair in chosen.items() for word in pair]
    return [*options, "--no-ws", "hub.wsgi:application"]


def _log_configuration() -> Path:
    """A file with what Django would configure, or the server's own lines would have another shape and place."""
    path = Path(settings.HUB_VAR_DIR) / "web_server_log.json"
    path.write_text(json.dumps(settings.LOGGING), encoding="utf-8")
    return path


def _worker_arguments() -> list[str]:
    """With a broker a Celery worker that also keeps the schedule, without one the loop that looks by itself."""
    if not settings.CELERY_BROKER_URL:
        return [str(settings.ROOT / "manage.py"), "hub_worker"]
    schedule = ["--beat", "--schedule", str(settings.HUB_VAR_DIR / "celerybeat-schedule")]
    return ["-m", "celery", "--quiet", "--app", "hub.celery", "worker", *schedule, *CELERY_OPTIONS]
