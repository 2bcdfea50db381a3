"""manage.py hub_demo_data: installs the demo; running it again changes nothing."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandParser

from inbound.demo.install import install, sample_event
from integrations.expressions import end_child


class Command(BaseCommand):
    """Prints how to sign in and what to send."""

    help = "Installs the demo organization with its integration and its first events."

    def add_arguments(self, parser: CommandParser) -> None:
        """--json."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, json: bool, **options: object) -> None:
        """Install, then tell. Under hub_run the process lives on, with nothing more to check."""
        try:
            credentials, integration = install()
        finally:
            end_child()
        request = {"integration_id": str(integration.pk), "events": [sample_event()]}
        document = {**asdict(credentials), "integration_id": str(integration.pk), "event": request}
        self.stdout.write(_as_json(document) if json else _as_text(document))


def _as_json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False)


def _as_text(document: dict[str, object]) -> str:
    shown = ("email", "password", "token", "integration_id")
    return "\n".join(f"{name:<16}{document[name]}" for name in shown)
