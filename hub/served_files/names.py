"""safe_name and disposition: what a browser is told that a file is called, whatever the other system said; pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

DEFAULT_NAME: Final = "download"
LONGEST_NAME: Final = 150
LONGEST_EXTENSION: Final = 20
"""With its dot; whatever is longer is no extension."""

_SEPARATOR = re.compile(r"[/\\]")
_REMOVED = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line ends, everything that turns the direction of a text, and halves of characters."""
_REPLACED = re.compile(r'[";%:*?<>|]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE)
_NOT_ASCII = re.compile(r"[^\x20-\x7e]")


def safe_name(text: str) -> str:
    """A name that means a file in every file system and stays one line in every header; DEFAULT_NAME for none."""
    name = unicodedata.normalize("NFC", _SEPARATOR.split(text)[-1])
    name = _REMOVED.sub("", name).lstrip(". ").rstrip(". ")
    name = _shortened(_REPLACED.sub("_", name))
    if not name:
        return DEFAULT_NAME
    return f"_{name}"[:LONGEST_NAME] if _DEVICE.match(name) else name


def disposition(name: str, *, is_inline: bool) -> str:
    """The Content-Disposition of a file of that name, which is safe already."""
    kind = "inline" if is_inline else "attachment"
    fallback = _NOT_ASCII.sub("_", name)
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    end = dot + extension if stem and len(dot + extension) <= LONGEST_EXTENSION else ""
    return name[: LONGEST_NAME - len(end)].rstrip(". ") + end
