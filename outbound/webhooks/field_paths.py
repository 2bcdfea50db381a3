"""found_at: what stands at a dotted path of a payload, through lists if need be; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hub.json_types import JSONValue

LONGEST_PATH: Final = 500
_INDEX: Final = re.compile(r"\[(\d{1,9})\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """The values that stand there. is_many: the path led through a list, or there is a list at its end."""

    values: tuple[JSONValue, ...]
    is_many: bool

    @classmethod
    def of(cls, value: JSONValue) -> Found:
        """A single value, or a list and its members."""
        return cls(tuple(value), True) if isinstance(value, list) else cls((value,), False)


NOTHING: Final = Found((), False)


def parts_of(field: str) -> tuple[str, ...]:
    """The steps of a path; ``a[1].b`` is the same as ``a.1.b``. A step is empty where the path is none."""
    return tuple(_INDEX.sub(r".\1", field).removeprefix(".").split("."))


def found_at(payload: JSONValue, parts: Sequence[str]) -> Found:
    """A number takes one member of a list; any other step is taken by all members, and what lacks it is left out."""
    here: list[JSONValue] = [payload]
    is_many = False
    for part in parts:
        here, spread = _step(here, part)
        is_many = is_many or spread
    if is_many:
        return Found(tuple(inner for value in here for inner in (value if isinstance(value, list) else [value])), True)
    return Found.of(here[0]) if here else NOTHING


def _step(values: list[JSONValue], part: str) -> tuple[list[JSONValue], bool]:
    found: list[JSONValue] = []
    spread = False
    for value in values:
        if isinstance(value, list) and not part.isdecimal():
            found += [one[part] for one in value if isinstance(one, dict) and part in one]
            spread = True
        elif isinstance(value, list):
            found += value[int(part) : int(part) + 1]
        elif isinstance(value, dict) and part in value:
            found.append(value[part])
    return found, spread
