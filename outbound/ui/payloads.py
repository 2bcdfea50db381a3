"""shown_json: JSON of a message as a page shows it: indented, and no more of it than a browser bears."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

MOST_CHARACTERS: Final = 200_000
"""Of one payload on a page."""


@dataclass(frozen=True, slots=True)
class ShownPayload:
    """text is its beginning where is_cut."""

    text: str
    is_cut: bool
    size: int


def shown_json(body: bytes) -> ShownPayload:
    """The document, indented; bytes that are none as they are."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body.decode("utf-8", "replace")
    return ShownPayload(text[:MOST_CHARACTERS], len(text) > MOST_CHARACTERS, len(body))
