"""lost_values: every sealed value is opened once, and those that do not open are named with the key they want."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from django.conf import settings

from hub.database.reading import each
from hub.environments.models import Variable
from hub.environments.rotation import lost_data_keys
from hub.environments.sealing import is_readable, is_sealed_for, opener
from hub.plugins import load

AT_ONCE: Final = 500
"""Variables that are held at one time; a value of theirs is some kilobytes at most."""
REMEMBERED: Final = 64
"""Organizations whose keys are not read again for the next value."""


class SealedValue(NamedTuple):
    """A value that another room has sealed. name: what it was sealed for, the same as it is unsealed with."""

    organization_id: int
    name: str
    record: str
    place: str = ""
    """Where it stands in words for whoever runs the hub; empty where name says it."""


class SealedSource(Protocol):
    """One of SEALED_SOURCES: what an app keeps sealed."""

    def __call__(self) -> Iterable[SealedValue]:
        """All of it, in any order, read a few at a time."""


class Lost(NamedTuple):
    """A value that does not open. master_key_id: the key that HUB_MASTER_KEYS lacks; empty where it has it."""

    organization_id: int
    place: str
    master_key_id: str


def lost_values() -> Iterator[Lost]:
    """In no order, each as it is found; a few are in memory at a time. Nothing that is opened is kept or shown."""
    ring_of = lru_cache(REMEMBERED)(opener)
    missing_of = lru_cache(REMEMBERED)(lost_data_keys)

    def lost(organization_id: int, place: str, record: str) -> Lost:
        return Lost(organization_id, place, missing_of(organization_id).get(_number(record), ""))

    for row in each(Variable.objects.filter(sealed__isnull=False), AT_ONCE):
        if not is_readable(ring_of(row.organization_id), row):
            yield lost(row.organization_id, row.key, row.sealed or "")
    for path in settings.SEALED_SOURCES:
        source: SealedSource = load(path)
        for one in source():
            if not is_sealed_for(ring_of(one.organization_id), one.name, one.record):
                yield lost(one.organization_id, one.place or one.name, one.record)


def _number(record: str) -> int:
    """Of the data key; 0, which none has, for what is no record."""
    _, _, rest = record.partition(".")
    number = rest.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
