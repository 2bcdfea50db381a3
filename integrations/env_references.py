"""``{{env.KEY}}``: how a configuration refers to a value of the organization's environment."""

from __future__ import annotations

import re

KEY = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,127}")
"""What a key is stored as; references may spell it in upper case."""
REFERENCE = re.compile(r"\\?\{\{\s*env\.([A-Za-z0-9][A-Za-z0-9_.\-]{0,127})\s*\}\}")
"""One reference; templates may escape it with a backslash."""


def is_reference(text: str) -> bool:
    """True when the text is one reference and nothing else."""
    return REFERENCE.fullmatch(text) is not None
