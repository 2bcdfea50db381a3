"""Moments as everywhere in the hub: the year first, 24 hours, seconds, and which zone it is."""

from __future__ import annotations

from typing import Final

DATETIME_FORMAT: Final = "Y-m-d H:i:s T"
DATE_FORMAT: Final = "Y-m-d"
TIME_FORMAT: Final = "H:i:s"
