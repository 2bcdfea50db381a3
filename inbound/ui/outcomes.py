"""The right pane of the simulation: what a run yields or why it does not, and the last good result."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from hub import clock
from hub.accounts.models import Organization
from hub.errors import HubError
from hub.json_encoding import encode, timestamp
from hub.json_types import JSONObject
from hub.strict_json import MalformedJSON
from hub.web.templatetags.numbers import duration_ms
from inbound.simulate import SimulationFailed, simulate
from inbound.ui.bench import Bench
from inbound.ui.simulated import Update, objects_in, updates_of
from monitoring.codes import get_code

POSITION = re.compile(r"line (\d+), column (\d+)")
MOST_KEPT_BYTES = 300_000
"""A larger result is shown, but not carried along as the last good one."""
MOST_UPDATES = 100


@dataclass(frozen=True, slots=True)
class Good:
    """A result: the answer of the API, when it was made, of which configuration, and how long it took."""

    document: JSONObject
    at: datetime
    subject: str = ""
    took: str = ""

    @property
    def updates(self) -> list[Update]:
        """The first of everything that would be done, as a reader sees it."""
        return updates_of(self.document)[:MOST_UPDATES]

    @property
    def total(self) -> int:
        """How much there is to do."""
        return len(updates_of(self.document))

    @property
    def warnings(self) -> list[JSONObject]:
        """What an author should look at."""
        return objects_in(self.document, "warnings")

    @property
    def kept(self) -> str:
        """The text that brings the result back with the next run; empty for a very large one."""
        facts = {"document": self.document, "at": timestamp(self.at), "subject": self.subject, "took": self.took}
        text = encode(facts)
        return text.decode() if len(text) <= MOST_KEPT_BYTES else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a run yields nothing. place: line and column, where these are known."""

    title: str
    text: str
    place: str = ""
    part: str = ""
    """payload or configuration, when line and column are in one of these."""
    line: int = 0
    column: int = 0
    status: int = 422
    code: str = ""
    """Empty where the configuration is no JSON: that happens to authors, never to events."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run; is_stale: good is not its own but the last one before."""

    good: Good | None
    problem: Problem | None = None

    @property
    def is_stale(self) -> bool:
        """Whether the result shown is older than the run."""
        return self.problem is not None


def run(bench: Bench, kept: str, organization: Organization) -> Run:
    """Simulate what lies on the bench; a failure keeps the last good result."""
    started = clock.monotonic()
    try:
        configuration = bench.parsed()
    except MalformedJSON as error:
        return Run(kept_good(kept), _malformed(error))
    body = bench.payload.encode("utf-8", "replace")
    try:
        facts = bench.facts()
        document = simulate(
            organization=organization, configuration=configuration, body=body, form=bench.format, facts=facts
        )
    except HubError as error:
        return Run(kept_good(kept), problem_of(error))
    took = duration_ms((clock.monotonic() - started) * 1000)
    return Run(Good(document, clock.now(), bench.subject, took))


def kept_good(text: str) -> Good | None:
    """The result that a form carried along, or None for what is none."""
    try:
        facts = orjson.loads(text[: MOST_KEPT_BYTES + 1])
        at = parse_datetime(facts["at"])
        document, subject, took = facts["document"], facts["subject"], facts["took"]
    except (ValueError, KeyError, TypeError):
        return None
    if at is None or at.tzinfo is None or not isinstance(document, dict):
        return None
    return Good(document, at, str(subject), str(took))


def problem_of(error: HubError) -> Problem:
    """A failure in words: the sentence of its code, what happened, what to do, where."""
    known = get_code(error.code)
    if not isinstance(error, SimulationFailed):
        return Problem(
            error.message, _("Nothing is lost; run it again in a moment."), status=error.status, code=error.code
        )
    found = POSITION.search(error.message)
    line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    in_payload = error.code == "MALFORMED_PAYLOAD"
    details = [f"{detail.path}: {detail.message}" for detail in error.details[1:]]
    return Problem(
        title=known.sentence,
        text="\n".join([error.message, *details]),
        place=f"{line}:{column}" if line else "",
        part="payload" if in_payload else "",
        line=line if in_payload else 0,
        column=column if in_payload else 0,
        code=error.code,
    )


def _malformed(error: MalformedJSON) -> Problem:
    found = POSITION.search(error.message)
    line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    message = error.message.replace("The body", _("The configuration"), 1)
    return Problem(
        _("The configuration cannot be read."),
        message,
        f"{line}:{column}" if line else "",
        "configuration",
        line,
        column,
    )
