"""Stale and check_version: a change that was made from an older version than the one that is stored."""

from __future__ import annotations

from hub.errors import HubError


class Stale(HubError):
    """Somebody else changed the thing after the caller read it."""

    code = "PRECONDITION_FAILED"
    status = 412


def check_version(version: int, expected: frozenset[int] | None) -> None:
    """Raise Stale when the caller expects another version; None expects nothing."""
    if expected is not None and version not in expected:
        raise Stale(f"It is at version {version} by now: read it again, then repeat the change.")
