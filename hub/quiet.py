"""QUIET and is_quiet: a mark in the chain of a write whose changes are to reach nobody outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

QUIET: Final = "quiet"
"""Whoever publishes or starts something because of a change leaves changes with this mark alone."""


def is_quiet(chain: Iterable[str]) -> bool:
    """Whether the write was asked to keep what it changes within the hub."""
    return QUIET in chain
