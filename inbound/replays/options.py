"""Options: how the events of a replay are run, and which of them are left out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from hub.json_types import JSONObject, JSONValue
from hub.quiet import QUIET


class Version(StrEnum):
    """Which version of the use case maps."""

    ACTIVE = "active"
    """The one that is live when the event runs."""
    AS_BEFORE = "as_before"
    """The one that the event ended with; the live one where it met none."""


@dataclass(frozen=True, slots=True)
class Options:
    """skips_stale leaves out what newer events have overtaken. ignores_deduplication runs what was skipped as a
    repeat, too. has_deliveries False writes entities of which nobody outside hears: no core events are published and
    no automations start. repeats runs what was replayed since, too, as long as that replay has ended and is not behind
    the sequence seen, the newest there was when the question was asked: so two people who ask at once run each once.
    None: the newest there is when it is looked at."""

    version: Version = Version.ACTIVE
    skips_stale: bool = True
    ignores_deduplication: bool = False
    has_deliveries: bool = True
    repeats: bool = False
    seen: int | None = None

    def as_json(self) -> JSONObject:
        """As the request of a job keeps them."""
        told: JSONObject = msgspec.to_builtins(self)
        return told

    @classmethod
    def parse(cls, told: JSONValue) -> Options:
        """What as_json made; members that are missing are as usual. Raises msgspec.ValidationError."""
        return msgspec.convert(told, cls)

    def order(self, version_before: int | None) -> JSONObject:
        """What the queue is told about an event that ended with that version; empty where all is as usual."""
        told: JSONObject = {}
        if self.version is Version.AS_BEFORE and version_before:
            told["version"] = version_before
        if not self.has_deliveries:
            told[QUIET] = True
        return told
