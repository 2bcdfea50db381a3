"""TraceParent: the header traceparent of W3C Trace Context, read and written; pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, Self

SAMPLED: Final = 1
"""The one flag that means something to the hub."""
UNKNOWABLE: Final = "ff"
"""The version that no header may have."""
FIRST: Final = "00"
"""The version whose headers end after the flags; later ones may say more."""

_FORM: Final = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?"
)


class TraceParent(NamedTuple):
    """Which trace, and which span of it is the parent; neither number is 0."""

    trace_id: int
    span_id: int
    is_sampled: bool

    @classmethod
    def find(cls, text: str) -> Self | None:
        """None for what is no such header: whoever receives one begins a trace of his own."""
        found = _FORM.fullmatch(text)
        if found is None or found["version"] == UNKNOWABLE or (found["version"] == FIRST and found["more"]):
            return None
        trace_id, span_id = int(found["trace"], 16), int(found["span"], 16)
        if not trace_id or not span_id:
            return None
        return cls(trace_id, span_id, bool(int(found["flags"], 16) & SAMPLED))

    def __str__(self) -> str:
        """The header, in the version that everybody reads."""
        return f"{FIRST}-{self.trace_id:032x}-{self.span_id:016x}-{int(self.is_sampled):02x}"
