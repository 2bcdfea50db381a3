"""named_ids: what somebody has ticked, as public ids: those that are ids, and the texts that are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from hub.ids import find_id

LONGEST_SHOWN: Final = 100
"""Characters that are kept of a text which is no id; an id has 30."""


class Named(NamedTuple):
    """Each once, in the order in which they were named."""

    ids: tuple[UUID, ...]
    unreadable: tuple[str, ...]


def named_ids(prefix: str, texts: Sequence[str]) -> Named:
    """What is no id stays told, so that a wrong text never means less than it says."""
    found = {text: find_id(prefix, text) for text in texts}
    unreadable = dict.fromkeys(_plain(text) for text, one in found.items() if one is None)
    return Named(tuple(one for one in dict.fromkeys(found.values()) if one), tuple(unreadable))


def _plain(text: str) -> str:
    """As a job can keep it: PostgreSQL takes no NUL."""
    return text[:LONGEST_SHOWN].replace("\0", "\N{REPLACEMENT CHARACTER}")
