"""BUCKETS_KEPT and expire_buckets: for how long counters of each width are read, and how they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Final

from django.db.models import Model

from hub.retention.walking import expire_oldest

BUCKETS_KEPT: Final = {5: timedelta(hours=48), 60: timedelta(days=400), 1440: timedelta(days=400)}
"""Width of a bucket in minutes → for how long (engine rule 2.9 for the narrowest)."""
FINE: Final = (5,)
COARSE: Final = (60, 1440)


def expire_buckets(tables: Sequence[type[Model]], widths: Sequence[int], limit: datetime, most: int) -> int:
    """Delete so many at most of the tables' buckets of these widths that began by limit; how many went."""
    gone = 0
    for table, width in product(tables, widths):
        buckets = table._default_manager.filter(width_minutes=width)
        gone += expire_oldest(buckets, "starts_at", limit, most - gone)
    return gone
