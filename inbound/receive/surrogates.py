"""Halves of surrogate pairs: the decoder refuses a request for one anywhere, a payload's is its own event's fault."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # a half
    rb"|\\.",  # any other escape, an escaped backslash above all
    re.DOTALL,
)
NUL = rb"\u0000"
"""What stands in for a half: as long, as unfit for a payload, and no offence to the decoder."""


def without_halves(text: bytes) -> bytes:
    """JSON text of the same length with NUL in place of every half; text itself when it has none."""
    return _ESCAPE.sub(lambda found: NUL if found[1] else found[0], text)
