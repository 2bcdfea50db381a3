"""safe_type: what a browser is told that a file is, and what of it may be shown rather than saved; pure."""

from __future__ import annotations

import re
from typing import Final

DEFAULT_TYPE: Final = "application/octet-stream"
SHOWN: Final = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})
"""Types that cannot act on the hub's behalf when a browser shows them."""
LONGEST_TYPE: Final = 255

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+(?:; ?charset=[a-z0-9-]+)?")
_ACTIVE = re.compile(
    r"text/html|application/xhtml.*|image/svg.*|.*[+/]xml(?:[-.].*)?|.*/(?:x-)?(?:java|ecma|live|j|vb)script.*"
    r"|.*shockwave-flash|multipart/.*|message/rfc822"
)
"""Types that run, or that refer to what runs."""


def sent_type(text: str) -> str:
    """The type in lower case, whatever a browser would do with it; DEFAULT_TYPE for what is no type."""
    lowered = text.strip(" ").lower()
    return lowered if len(lowered) <= LONGEST_TYPE and _TYPE.fullmatch(lowered) else DEFAULT_TYPE


def safe_type(text: str) -> str:
    """The type in lower case; DEFAULT_TYPE for what is no type, and for types that a browser would run."""
    lowered = sent_type(text)
    return DEFAULT_TYPE if _ACTIVE.fullmatch(_bare(lowered)) else lowered


def may_be_shown(content_type: str) -> bool:
    """Whether a browser may show a file of that type, which is safe already, when somebody asks for that."""
    return _bare(content_type) in SHOWN


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip()
