"""``{{env.KEY}}`` in a text that its author wrote: which keys it names, and the text with values in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

KEY = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,127}")
"""What a key is stored as."""
REFERENCE = re.compile(r"\\?\{\{\s*env\.([A-Za-z0-9][A-Za-z0-9_.\-]{0,127})\s*\}\}")
"""One reference; file proxies write it with a backslash before it, which is no part of what comes out."""
_REMNANT = re.compile(r"\{\{\s*env\.")


def spellings(name: str) -> tuple[str, ...]:
    """The stored keys that a reference may mean, the likelier one first: as it is written, then in lower case."""
    return tuple(dict.fromkeys((name, name.lower())))


def names_in(texts: Iterable[str]) -> list[str]:
    """The names that the texts refer to, as they are written, each once, in order."""
    return list(dict.fromkeys(found.group(1) for text in texts for found in REFERENCE.finditer(text)))


def has_remnant(text: str) -> bool:
    """True when the author wrote something that looks like a reference and is none, such as ``{{env.a b}}``."""
    return _REMNANT.search(REFERENCE.sub("", text)) is not None


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every reference replaced by its value; what comes from a value is not looked at again."""
    return REFERENCE.sub(lambda found: values[found.group(1)], text)
