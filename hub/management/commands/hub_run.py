"""manage.py hub_run: web server and worker on this machine, with or without demo data, until Ctrl-C."""

from __future__ import annotations

import io
import sys
import threading
import traceback
from argparse import ArgumentParser
from functools import partial
from pathlib import Path

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from hub.checks import refuse_unsafe_settings
from hub.environments.rotation import refuse_wrong_master_keys
from hub.errors import HubError
from hub.supervisor.banner import Demo, banner
from hub.supervisor.keep import keep_running
from hub.supervisor.lock import run_lock
from hub.supervisor.port import HOST, answers, require_free
from hub.supervisor.programs import programs


class Command(BaseCommand):
    """Exit code 0 after Ctrl-C; 1 and one sentence when it cannot start."""

    help = "Start the web server and the worker; they end with Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--demo."""
        parser.add_argument("--demo", action="store_true", help="install the demo data and print how to use it")

    def handle(self, *, demo: bool, **_options: object) -> None:
        """Runs until it is asked to end."""
        if demo and not settings.HUB_DEVELOPMENT:
            self.refuse("Demo data comes with a password that is printed, so only development has it. Use make serve.")
        try:
            with run_lock(settings.HUB_VAR_DIR):
                self.run(demo=demo)
        except HubError as error:
            self.refuse(error.message)
        except OSError as error:
            self.refuse(f"{settings.HUB_VAR_DIR} cannot be used: {error.strerror}. Set HUB_VAR_DIR to another folder.")
        except KeyboardInterrupt:
            self.say("Stopped before anything was started.")

    def run(self, *, demo: bool) -> None:
        """What happens between taking the lock and giving it back."""
        require_free(settings.HUB_PORT)
        if settings.HUB_DEVELOPMENT:
            settings.DEVELOPMENT_MARK.touch()
        Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
        try:
            refuse_unsafe_settings()
            self.migrate()
            refuse_wrong_master_keys()
        except ImproperlyConfigured as error:
            self.refuse(str(error))
        except OperationalError as error:
            self.refuse(f"The database cannot be used: {str(error).strip().splitlines()[0]}")
        finally:
            connections.close_all()
        keep_running(
            programs(),
            is_ready=partial(answers, settings.HUB_PORT, next(iter(settings.ALLOWED_HOSTS), HOST)),
            when_ready=self.install_demo if demo else self.announce,
            say=self.say,
        )
        self.say("\nStopped.")

    def migrate(self) -> None:
        """Brings the tables up to date; quick when they are."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)

    def install_demo(self) -> None:
        """Beside the running processes, so that they stay looked after and Ctrl-C ends this too."""
        threading.Thread(target=self.install_demo_now, daemon=True).start()

    def install_demo_now(self) -> None:
        """A failure leaves a running hub without demo data, and says so."""
        answer = io.StringIO()
        try:
            call_command("hub_demo_data", "--json", stdout=answer)
            self.announce(msgspec.json.decode(answer.getvalue(), type=Demo))
        except Exception:
            self.stderr.write(traceback.format_exc())
            self.say("The demo data could not be installed; the lines above say why.")
            self.announce()
        finally:
            connections.close_all()

    def announce(self, demo: Demo | None = None) -> None:
        """Prints where the hub is."""
        self.say(banner(address=settings.HUB_BASE_URL, demo=demo))

    def say(self, sentence: str) -> None:
        """A line for the person at the keyboard, at once."""
        self.stdout.write(sentence)
        self.stdout.flush()

    def refuse(self, sentence: str) -> None:
        """Ends with one sentence and exit code 1."""
        self.stderr.write(sentence)
        sys.exit(1)
