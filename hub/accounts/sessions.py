"""How long people stay signed in: end_of says whether a session is over, note_use keeps it going."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings

STARTED_AT = "started_at"
USED_AT = "used_at"
"""Where a session keeps its moments, in seconds since 1970."""
NOTED_EVERY = timedelta(minutes=1)
"""A use that soon after the last one is not written down: most requests cost no write."""

Session = MutableMapping[str, Any]  # Any: whatever sessions keep


class End(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    TOO_OLD = "too_old"


def end_of(session: Session, at: datetime) -> End | None:
    """None while it goes on; one without moments has only just begun."""
    used_at, started_at = session.get(USED_AT), session.get(STARTED_AT)
    if used_at is None or started_at is None:
        return None
    if at.timestamp() - started_at >= settings.SESSION_COOKIE_AGE:
        return End.TOO_OLD
    return End.IDLE if at.timestamp() - used_at >= idle_limit().total_seconds() else None


def note_use(session: Session, at: datetime) -> None:
    """Remember that somebody is there."""
    session.setdefault(STARTED_AT, at.timestamp())
    if at.timestamp() - session.get(USED_AT, 0) >= NOTED_EVERY.total_seconds():
        session[USED_AT] = at.timestamp()


def idle_limit() -> timedelta:
    """How long nobody need be there."""
    return timedelta(minutes=settings.HUB_SESSION_IDLE_MINUTES)
