"""manage.py hub_worker: runs the stages and schedules in one process, without a broker."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from types import FrameType

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from hub import worker
from hub.environments.rotation import refuse_wrong_master_keys


class Command(BaseCommand):
    """Stops cleanly at SIGINT and SIGTERM: the slice at hand is finished first."""

    help = "Runs background work until it is stopped: the embedded worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """--once drains what is due and ends; --name tells workers of one machine apart."""
        parser.add_argument("--once", action="store_true", help="end as soon as nothing is due")
        parser.add_argument("--name", default="embedded", help="name of this worker on its machine")

    def handle(self, *, once: bool, name: str, **options: object) -> None:
        """Run the loop in the main thread; not at all with master keys that do not fit the database."""
        refuse_wrong_keys()
        stop = threading.Event()

        def ask_to_stop(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        loop = worker.Loop(name=name, stop=stop)
        loop.run(until_idle=once)


def refuse_wrong_keys() -> None:
    """Raise CommandError when what the database holds cannot be opened; the loop waits for one that is away."""
    try:
        with suppress(Error):
            refuse_wrong_master_keys()
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
