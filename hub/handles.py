"""Handles: short texts that stand for long ones in what expressions see, found again wherever they put them; pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

PREFIX: Final = "hub-text-"
DIGITS: Final = 6
"""Of a position, however small: so a handle has an end, whatever an expression writes behind it."""


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

    def split(self, text: bytes) -> Iterator[bytes | int]:
        """The text in UTF-8 with a position in the place of each handle, in their order; no part is empty."""
        ends_at = 0
        for found in re.finditer(rb"%s(\d{%d})" % (re.escape(self.prefix.encode()), DIGITS), text):
            if found.start() > ends_at:
                yield text[ends_at : found.start()]
            yield int(found[1])
            ends_at = found.end()
        if ends_at < len(text):
            yield text[ends_at:]
