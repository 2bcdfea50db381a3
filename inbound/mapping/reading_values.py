"""problem_of: what the store would refuse about a reading; the one place that knows where the rule stands."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from inbound.mapping.result import ReadingUpdate

VALIDATOR = "hub.entities.readings.values"


def problem_of(reading: ReadingUpdate) -> str:
    """A sentence about the first attribute that is wrong; empty when the reading would be taken."""
    rules = _rules()
    if rules is None:
        return ""
    matching = rules.Matching(reading.matching)
    return str(rules.problem_of(reading.attributes, rules.Mode(reading.mode), matching=matching))


@lru_cache(maxsize=1)
def _rules() -> ModuleType | None:
    """None in a hub without readings."""
    return import_module(VALIDATOR) if find_spec(VALIDATOR.rpartition(".")[0]) is not None else None
