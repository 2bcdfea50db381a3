"""problem_of: what the store would refuse about a reading; the one place that knows where the rule stands."""

from __future__ import annotations

from hub.entities.readings import values
from inbound.mapping.result import ReadingUpdate


def problem_of(reading: ReadingUpdate) -> str:
    """A sentence about the first attribute that is wrong; empty when the reading would be taken."""
    matching = values.Matching(reading.matching)
    return values.problem_of(reading.attributes, values.Mode(reading.mode), matching=matching)
