"""part_of: which bytes a Range header asks for; pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ONE: Final = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})|bytes=-([0-9]{1,15})")


class Part(NamedTuple):
    """Bytes from first to last, both counted from 0 and both part of it."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The file has no such part."""


def part_of(asked: str, size: int) -> Part | None:
    """The one part that asked names, cut at the end of the file.

    None for everything: no header, several parts, or what is no range of bytes. Raises Unsatisfiable for a part that
    begins beyond the end.
    """
    found = _ONE.fullmatch(asked.strip())
    if found is None:
        return None
    begins, ends, from_the_end = found.groups()
    if from_the_end is not None:
        first, last = max(0, size - int(from_the_end)), size - 1
    else:
        first, last = int(begins), min(int(ends) if ends else size - 1, size - 1)
        if ends and int(ends) < first:
            return None
    if first > last:
        raise Unsatisfiable
    return Part(first, last)
