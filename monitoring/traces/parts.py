"""Step, one row of a trace; read_parts: what every app knows of a correlation id, by name (TRACE_PARTS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings

from hub.accounts.models import Organization
from hub.json_types import JSONValue
from hub.plugins import load

MOST_OF_A_KIND: Final = 100
"""Events, deliveries, messages of one trace that are read; the earliest ones."""
SHORT_TEXT: Final = 60
"""Characters of a text that a row has room for at least."""


@dataclass(frozen=True, slots=True)
class Sequel:
    """What was done about a step later, under another correlation id, so that the axis knows nothing of it.

    status: a status of a badge, how that stands by now; note and url: as those of a step.
    """

    name: str
    status: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row: what happened, where, from when to when.

    status: a status of a badge. ended_at: None while it goes on. due_at: when somebody else has to have ended it.
    note: an identifier behind the name; text: one sentence beside the bar. url: of the page that tells more. code, and
    detail as JSON: what else is known of it.
    """

    name: str
    status: str
    began_at: datetime
    ended_at: datetime | None
    note: str = ""
    text: str = ""
    url: str = ""
    integration_id: UUID | None = None
    due_at: datetime | None = None
    is_external: bool = False
    children: tuple[Step, ...] = ()
    sequel: Sequel | None = None
    code: str = ""
    detail: JSONValue = None

    @property
    def is_foldable(self) -> bool:
        """Whether there is more to read than its row can hold."""
        return bool(self.detail) or len(self.text) > SHORT_TEXT

    @property
    def is_open(self) -> bool:
        """Whether it, or what belongs to it, goes on."""
        return self.ended_at is None or any(child.is_open for child in self.children)


@dataclass(frozen=True, slots=True)
class TracePart:
    """What one app knows. is_cut: there is more than it tells."""

    steps: Sequence[Step] = ()
    is_cut: bool = False


class TraceSource(Protocol):
    """Finds the steps of a correlation id with a number of queries that does not depend on what there is."""

    def __call__(self, *, organization: Organization, correlation_id: str, at: datetime) -> TracePart:
        """An empty part for an id that nobody used. at: now."""


def read_parts(*, organization: Organization, correlation_id: str, at: datetime) -> TracePart:
    """All parts as one; the steps in no order."""
    sources: list[TraceSource] = [load(path) for path in settings.TRACE_PARTS]
    parts = [source(organization=organization, correlation_id=correlation_id, at=at) for source in sources]
    return TracePart([step for part in parts for step in part.steps], any(part.is_cut for part in parts))
