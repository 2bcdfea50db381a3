"""manage.py demo_erp: plays an ERP that keeps sending changes over HTTP."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub import clock
from inbound.demo import events

TIMEOUT_S = 10
MOST_PER_REQUEST = 100
"""Above this many events per second several go into one request."""


class Command(BaseCommand):
    """Needs a running hub with the demo data."""

    help = "Plays an ERP that keeps sending changes of the demo's customers, contracts and meters."

    def add_arguments(self, parser: CommandParser) -> None:
        """--rate, --for, --seed, --url."""
        parser.add_argument("--rate", type=float, default=5.0, help="events per second, 0.1 to 1000")
        parser.add_argument("--for", dest="seconds", type=float, default=60.0, help="seconds until it ends")
        parser.add_argument("--seed", type=int, default=None, help="the same number plays the same changes")
        parser.add_argument("--url", default=settings.HUB_BASE_URL, help="address of the hub")

    def handle(self, *, rate: float, seconds: float, seed: int | None, url: str, **options: object) -> None:
        """Send until the time is over or Ctrl-C."""
        if not 0.1 <= rate <= 1000 or seconds <= 0:
            raise CommandError("--rate takes 0.1 to 1000 events per second, --for a positive number of seconds.")
        try:
            erp = _Erp(url.rstrip("/"), _demo(), secrets.randbits(32) if seed is None else seed)
            with contextlib.suppress(KeyboardInterrupt):
                erp.play(rate, seconds)
        except requests.RequestException as error:
            raise CommandError(f"{url} does not answer: {error.__class__.__name__}. Start it with make run.") from error
        self.stdout.write(f"{erp.sent} events sent, {erp.refused} refused.")


def _demo() -> dict[str, Any]:  # Any: the file's JSON
    file = Path(settings.HUB_VAR_DIR) / "demo.json"
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} is not there. Install the demo with manage.py hub_demo_data.") from error


class _Erp:
    """Sends changes at a steady pace."""

    def __init__(self, url: str, demo: dict[str, Any], seed: int) -> None:
        self.url = url
        self.sent = 0
        self.refused = 0
        self._changes = events.changes(seed)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {demo['token']}"
        self._integration = self._find_integration()

    def _find_integration(self) -> str:
        answer = self._session.get(f"{self.url}/v1/integrations", timeout=TIMEOUT_S)
        found = answer.json().get("integrations") if answer.ok else None
        if not found:
            raise CommandError("The demo's integration is not there. Install it with manage.py hub_demo_data.")
        return str(found[0]["id"])

    def play(self, rate: float, seconds: float) -> None:
        """Send until the time is over; sent and refused tell how many."""
        per_request = min(MOST_PER_REQUEST, max(1, round(rate / 20)))
        started = clock.monotonic()
        while clock.monotonic() - started < seconds:
            self._send(per_request)
            time.sleep(max(0.0, started + self.sent / rate - clock.monotonic()))

    def _send(self, count: int) -> None:
        items = [
            events.event(slug, payload, clock.now()) for slug, payload in (next(self._changes) for _ in range(count))
        ]
        body = {"integration_id": self._integration, "events": items}
        answer = self._session.post(f"{self.url}/v3/erp/updates/events", json=body, timeout=TIMEOUT_S)
        self.sent += count
        self.refused += 0 if answer.ok else count
