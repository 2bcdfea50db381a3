"""Handles: short texts that stand for long ones in what expressions see, found again wherever they put them; pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

PREFIX: Final = "hub-text-"
DIGITS: Final = 6
"""Of a position, however small: so a handle has an end, whatever an expression writes behind it."""

BEGINNING: Final = 4
"""Characters of a secret that show, behind PREFIX, that a handle stood there."""


class HandleChanged(ValueError):
    """An expression has done something else with a handle than put it somewhere."""


def _new_secret() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Handles:
    """Those of one document. secret: nobody can guess it, so no other text is taken for a handle.

    Handles are ASCII and need no escaping in JSON, as little as base64 does.
    """

    secret: str = field(default_factory=_new_secret)

    @property
    def prefix(self) -> str:
        """What all of them begin with."""
        return f"{PREFIX}{self.secret}-"

    def handle(self, position: int) -> str:
        """Of the text at this position, from 0 to 999 999."""
        return f"{self.prefix}{position:0{DIGITS}}"

    def are_in(self, text: str) -> bool:
        """Whether one stands somewhere in it, where it would be told to somebody."""
        return self.prefix in text

    def split(self, text: bytes, given: int) -> Iterator[bytes | int]:
        """As parts, where all handles have to stand as they were given out, for the positions before given.

        Raises HandleChanged for one that was cut or changed, as far as that shows, and for one that was never given
        out. What does not show: its length, and a piece that is shorter than PREFIX and BEGINNING. Whoever saves an
        expression that may ask for them is told, see hub/jsonata/text_functions.py.
        """
        remnants = self._remnants()
        for part in self.parts(text):
            if isinstance(part, int):
                if part >= given:
                    raise HandleChanged("there is no such handle")
            elif _has_any(part.lower(), remnants):
                raise HandleChanged("a handle was changed")
            yield part

    def _remnants(self) -> tuple[bytes, ...]:
        """What is left of a handle that was cut; each so long that no other text has it by chance."""
        half = len(self.secret) // 2
        cut = (self.secret[:half], self.secret[half // 2 : -(half // 2)], self.secret[half:])
        return tuple(one.encode() for one in (PREFIX + self.secret[:BEGINNING], *cut))

    def parts(self, text: bytes) -> Iterator[bytes | int]:
        """The text in UTF-8 with a position in the place of each handle, in their order; no part is empty."""
        ends_at = 0
        for found in re.finditer(rb"%s(\d{%d})" % (re.escape(self.prefix.encode()), DIGITS), text):
            if found.start() > ends_at:
                yield text[ends_at : found.start()]
            yield int(found[1])
            ends_at = found.end()
        if ends_at < len(text):
            yield text[ends_at:]


def _has_any(text: bytes, remnants: Iterable[bytes]) -> bool:
    return any(one in text for one in remnants)
