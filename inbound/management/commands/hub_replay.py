"""manage.py hub_replay: starts the replay of all events that a filter finds, or says what it would do."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict

from hub import clock
from hub.accounts.audit import OPERATOR
from hub.display_zone import display_zone
from hub.errors import HubError
from hub.jobs.acts import Asker
from hub.management.acts import Document, find_organization, lines_of, sentence_of
from inbound.replays.looking import look
from inbound.replays.options import Options, Version
from inbound.replays.preview import Preview, preview_of
from inbound.replays.scopes import Matching
from inbound.replays.starting import Wish, start_replay
from inbound.ui.filters import asked_of


class Command(BaseCommand):
    """The job is done by the workers; the command does not wait for it."""

    help = "Replays the events of a filter as a job, or with --dry-run says what would run."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the page of the same act asks for."""
        parser.add_argument("--organization", required=True, help="slug")
        parser.add_argument("--filter", default="", help='as in the address of the list: "status=error&window=7d"')
        parser.add_argument("--use-case-version", choices=[*Version], default=Version.ACTIVE)
        parser.add_argument("--stale", action="store_true", help="run stale events, too")
        parser.add_argument("--quiet", action="store_true", help="write entities without deliveries")
        parser.add_argument("--ignore-deduplication", action="store_true", help="run skipped duplicates, too")
        parser.add_argument("--repeat", action="store_true", help="run what was replayed since, too")
        parser.add_argument("--reason", default="", help="goes to the audit trail; needed above 100 events")
        parser.add_argument("--confirm-prunes", action="store_true", help="use cases among them remove records")
        parser.add_argument("--dry-run", action="store_true", help="start nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **given: Any) -> None:  # Any: the framework's own signature
        """A refusal is one sentence and exit code 1."""
        organization, at = find_organization(given["organization"]), clock.now()
        asked = asked_of(QueryDict(given["filter"]), at, display_zone())
        if asked.unread:
            raise CommandError(
                "--filter cannot be read: " + ", ".join(f"{name}={text!r}" for name, text in asked.unread)
            )
        wish = Wish(Matching.until(asked.event_filter(), at), _options(given), confirms_prunes=given["confirm_prunes"])
        if given["dry_run"]:
            scope, options = wish.scope, wish.options
            looked = look(organization=organization, scope=scope, options=options)
            answer = _told(preview_of(organization=organization, scope=scope, looked=looked, options=options))
        else:
            asker = Asker(organization, OPERATOR, at, name="manage.py", reason=given["reason"])
            answer = _started(asker, wish)
        self.stdout.write(json.dumps(answer) if given["json"] else "\n".join(lines_of(answer)))


def _options(given: Document) -> Options:
    return Options(
        version=Version(given["use_case_version"]),
        skips_stale=not given["stale"],
        ignores_deduplication=given["ignore_deduplication"],
        has_deliveries=not given["quiet"],
        repeats=given["repeat"],
    )


def _told(preview: Preview) -> Document:
    left_out = {str(reason): count for reason, count in preview.left_out.items()}
    return {
        "total": preview.total,
        "looked_at": preview.looked_at,
        "counted": preview.counted,
        "has_more": preview.has_more,
        "runs": preview.runs,
        "left_out": left_out,
        "entities": preview.entities,
        "prunes": [one.slug for one in preview.prunes],
        "deliveries_at_most": {one.name: one.deliveries for one in preview.heard},
    }


def _started(asker: Asker, wish: Wish) -> Document:
    try:
        return {"job_id": str(start_replay(asker, wish).pk)}
    except HubError as error:
        raise CommandError(sentence_of(error)) from error
