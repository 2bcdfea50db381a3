"""problem_of: what the store would refuse about a reading."""

from __future__ import annotations

from hub.entities.readings import values
from hub.entities.readings.values import Matching, Mode
from inbound.mapping.result import ReadingUpdate


def problem_of(reading: ReadingUpdate) -> str:
    """A sentence about the first attribute that is wrong; empty when the reading would be taken."""
    return values.problem_of(reading.attributes, Mode(reading.mode), matching=Matching(reading.matching))
