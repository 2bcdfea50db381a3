"""manage.py hub_doctor: look at everything the hub stands on and say what to do; works while the database is down."""

from __future__ import annotations

import json
import sys

from django.core.management.base import BaseCommand, CommandParser

from hub.doctor.examining import examine
from hub.doctor.findings import Finding, Grade


class Command(BaseCommand):
    """Exit code 0 when all is well, 1 with a warning, 2 with a failure."""

    help = "Examine settings, disk, Redis, database, workers, queues, keys and certificates."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--json."""
        parser.add_argument("--json", action="store_true", help="print one document for machines")

    def handle(self, **options: object) -> None:
        """Prints a line per finding, and under it what to do."""
        findings = list(examine())
        worst = max(finding.grade for finding in findings)
        if options["json"]:
            self.stdout.write(json.dumps({"status": _word(worst), "findings": [_document(one) for one in findings]}))
        else:
            for one in findings:
                self.stdout.write(f"{_word(one.grade):<4}  {one.check}: {one.message}")
                if one.advice:
                    self.stdout.write(f"      {one.advice}")
        if worst:
            sys.exit(int(worst))


def _word(grade: Grade) -> str:
    return grade.name.lower()


def _document(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check,
        "status": _word(finding.grade),
        "message": finding.message,
        "advice": finding.advice,
    }
