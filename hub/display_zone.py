"""display_zone: where people read times; day_at: which day it is there."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def display_zone() -> ZoneInfo:
    """The zone in which people read times; the rows are always in UTC."""
    return ZoneInfo(getattr(settings, "HUB_DISPLAY_TIME_ZONE", "Europe/Berlin"))


def day_at(at: datetime) -> date:
    """The day of a moment in that zone."""
    return at.astimezone(display_zone()).date()
