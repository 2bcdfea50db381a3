"""shown: the beginning of a value as JSON writes it, for a sentence; pure."""

from __future__ import annotations

import json
from typing import Final

LONGEST_SHOWN: Final = 60
"""Characters of a wrong value that a message repeats."""


def shown(value: object, longest: int = LONGEST_SHOWN) -> str:
    """``null``, ``true``, ``{"a":1}``, ``"two"``; what is left out beyond longest characters becomes an ellipsis.

    Half of a character pair and control characters are escaped: the sentence can be stored and sent.
    """
    whole = value[: longest + 1] if isinstance(value, str) else value
    try:
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=str)
    except ValueError:  # Python spells no integer of more than 4,300 digits
        return "an endless number"
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= longest else f"{text[:longest]}…"
