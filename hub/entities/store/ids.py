"""uuids_in: ids among texts; an attribute written by hand may hold anything."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID


def uuids_in(texts: Iterable[str]) -> set[UUID]:
    """Those of the texts that are UUIDs."""
    ids: set[UUID] = set()
    for text in texts:
        try:
            ids.add(UUID(text))
        except ValueError:
            continue
    return ids
