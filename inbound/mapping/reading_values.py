"""violations_of: what the store would refuse about a reading."""

from __future__ import annotations

from hub.entities.readings import rules
from hub.entities.readings.rules import Violation
from hub.entities.readings.values import Matching, Mode
from inbound.mapping.result import ReadingUpdate


def violations_of(reading: ReadingUpdate) -> list[Violation]:
    """Every attribute that is wrong, each once and in a fixed order; empty when the reading would be taken."""
    return rules.violations_of(reading.attributes, Mode(reading.mode), matching=Matching(reading.matching))
