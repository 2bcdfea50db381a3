"""marked and refuse_turning: notice a source whose pages come again, which would be read until most_pages ends it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from hub.json_encoding import encode
from hub.json_types import JSONObject
from proxies.pulling.pages import PageUnfit

MARK_BYTES: Final = 8
MOST_MARKS: Final = 2_000
"""Of a run, two of each page. A ring of more than a thousand pages is left to most_pages."""
REPEATED: Final = "PULL_PAGES_REPEAT"


def marked(known: bytes, *, asked: JSONObject, items: Sequence[bytes], page: int) -> bytes:
    """The marks of the run so far with those of this page: what it was asked with, and its records if it has any.

    Raises PageUnfit where a page of this run has brought the same records.
    """
    marks = _split(known)
    records = _mark(b"records", items)
    if items and records in marks:
        raise PageUnfit(
            f"page {page} brought the same records as an earlier page of this run, so the source does not turn its "
            "pages; see what next_page yields and whether the request says it",
            code=REPEATED,
        )
    marks += [_asked(asked), *([records] if items else [])]
    return b"".join(marks[-MOST_MARKS:])


def refuse_turning(marks: bytes, *, following: JSONObject, page: int) -> None:
    """Raise PageUnfit where a page of this run was asked with the same as the one that follows on page would be."""
    if _asked(following) in _split(marks):
        raise PageUnfit(
            f"next_page: yields on page {page} what a page of this run was asked with already, so the same pages "
            "would be read for ever",
            code=REPEATED,
        )


def _split(marks: bytes) -> list[bytes]:
    return [marks[start : start + MARK_BYTES] for start in range(0, len(marks), MARK_BYTES)]


def _asked(payload: JSONObject) -> bytes:
    return _mark(b"asked", (encode([name, payload[name]]) for name in sorted(payload)))


def _mark(kind: bytes, parts: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256(kind)
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()[:MARK_BYTES]
