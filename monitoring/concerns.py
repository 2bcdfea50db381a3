"""Concerns: what apps above know that needs a person. Each keeps its own, so they are read by name, all alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from django.conf import settings

from hub.accounts.models import Organization
from hub.plugins import load

MOST_SHOWN = 5
"""Concerns of one source that the overview names; the count tells of all."""


class Urgency(IntEnum):
    """Worst first."""

    HALTED = 0
    """Nothing leaves until somebody does something."""
    UNDECIDED = 1
    """Something waits for a decision."""
    MISSED = 2
    """Something was not taken; the rest goes on."""
    FORGOTTEN = 3
    """What somebody wanted, and may have forgotten."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One line, in the language of the page. glyph: a status by name; code: a slug beside the title, may be empty;
    action: the word of the link to url."""

    urgency: Urgency
    glyph: str
    title: str
    url: str
    action: str
    code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Concerns:
    """Lines, worst first, the last of a source may tell of those that it does not name; total counts them all."""

    lines: tuple[Concern, ...] = ()
    total: int = 0


NO_CONCERNS = Concerns()


class ConcernSource(Protocol):
    """Reads one kind of what needs a person in an organization."""

    def __call__(self, *, organization: Organization, most: int, at: datetime) -> Concerns:
        """Names at most that many; its number of queries does not depend on how many there are."""


def read_concerns(organization: Organization, at: datetime) -> Concerns:
    """Those of every source; equally urgent ones in the order of the sources."""
    sources: list[ConcernSource] = [load(path) for path in settings.CONCERN_SOURCES]
    found = [source(organization=organization, most=MOST_SHOWN, at=at) for source in sources]
    lines = sorted((line for one in found for line in one.lines), key=lambda line: line.urgency)
    return Concerns(tuple(lines), sum(one.total for one in found))
