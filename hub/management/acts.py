"""ActCommand: a manage.py command of several acts, which answers in lines or, with --json, in one document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from hub.accounts.models import Organization
from hub.errors import HubError

Options = dict[str, Any]  # Any: argparse gives each option its own type
Document = dict[str, Any]  # Any: whatever JSON can say


class ActCommand(BaseCommand):
    """Subclasses name their acts; each takes the options and answers a document."""

    acts: ClassVar[Mapping[str, Callable[[Options], Document]]]

    def handle(self, *, act: str, **options: Any) -> None:  # Any: the framework's own signature
        """Run the act and print what it answers; a refusal is one sentence and exit code 1."""
        try:
            answer = self.acts[act](options)
        except HubError as error:
            raise CommandError(sentence_of(error)) from error
        self.stdout.write(json.dumps(answer, default=str) if options["json"] else "\n".join(lines_of(answer)))


def find_organization(slug: str) -> Organization:
    """The organization of that slug; raises CommandError."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise CommandError(f"There is no organization called {slug}.")
    return organization


def sentence_of(error: HubError) -> str:
    """The message and every finding, in one line; a message that says what the first finding says is left out."""
    findings = [f"{detail.path} {detail.message}".strip() for detail in error.details]
    is_repeated = any(error.message == f"{one.path}: {one.message}".removeprefix(": ") for one in error.details[:1])
    return " ".join(([] if is_repeated else [error.message]) + ["; ".join(findings)]).strip()


def lines_of(answer: Document) -> list[str]:
    """A list line by line, anything else as one line per value."""
    for value in answer.values():
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            return ["  ".join(f"{key}={inner}" for key, inner in row.items()) for row in value]
    return [f"{key}: {value}" for key, value in answer.items()]
