"""What things that people see may be called."""

from __future__ import annotations

import re
from typing import Final

NAME_CHARACTERS: Final = 255
NAME_RULE: Final = f"must be a text of 1 to {NAME_CHARACTERS} characters, not blank and without control characters"

_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line ends, and those that turn the direction of what follows."""


def is_name(text: str) -> bool:
    """Whether people can see it, whole and as it is."""
    return bool(text.strip()) and len(text) <= NAME_CHARACTERS and not _UNSEEN.search(text)
