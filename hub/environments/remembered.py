"""Remembered: what was read of an organization, kept by its configuration version and for a limited time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from hub import clock
from hub.accounts.present_version import present_version

Read = TypeVar("Read")
ORGANIZATIONS = 1_000
"""Kept at once in one process; beyond it the one that was read first is forgotten."""


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Read]):
    config_version: int
    read_at_s: float
    content: Read


@dataclass(slots=True)
class Remembered(Generic[Read]):
    """read is asked again when the organization's config_version moved, and after lifetime_s in any case."""

    read: Callable[[int], Read]
    lifetime_s: float
    _entries: dict[int, _Entry[Read]] = field(default_factory=dict)

    def of(self, organization_id: int, config_version: int | None = None) -> Read:
        """What is known of the organization as of config_version.

        None asks the database for the present version, which takes one query. Whoever names a version must have read
        it in this request or slice.
        """
        if config_version is None:
            config_version = present_version(organization_id)
        entry = self._entries.get(organization_id)
        now_s = clock.monotonic()
        if entry and entry.config_version == config_version and now_s - entry.read_at_s < self.lifetime_s:
            return entry.content
        return self._read_anew(organization_id, now_s)

    def forget_all(self) -> None:
        """Everything is read again."""
        self._entries.clear()

    def _read_anew(self, organization_id: int, now_s: float) -> Read:
        # The version is read before the content: a change in between leaves the content newer than it claims, never
        # older, and the next caller reads it once more.
        config_version = present_version(organization_id)
        content = self.read(organization_id)
        self._entries.pop(organization_id, None)
        while len(self._entries) >= ORGANIZATIONS:
            self._entries.pop(next(iter(self._entries)), None)
        self._entries[organization_id] = _Entry(config_version, now_s, content)
        return content
