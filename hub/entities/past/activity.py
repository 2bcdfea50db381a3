"""activity: a page of what was done to an entity, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from hub.entities.models import EntityChange

COUNTED_UP_TO: Final = 10_000
"""Changes that total counts; what is beyond is not looked at."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One page. total is how many changes the window has, COUNTED_UP_TO at most."""

    total: int
    changes: Sequence[EntityChange]


def activity(
    history: QuerySet[EntityChange],
    *,
    size: int,
    after: datetime | None = None,
    before: datetime | None = None,
    before_version: int | None = None,
) -> Activity:
    """Changes later than after and earlier than before, both exclusive; before_version goes on below a page's last.

    Changes of one moment can only be told apart by their version.
    """
    changes = history.order_by("-version")
    if after is not None:
        changes = changes.filter(at__gt=after)
    if before is not None:
        changes = changes.filter(at__lt=before)
    total = changes.order_by().values("pk")[:COUNTED_UP_TO].count()
    if before_version is not None:
        changes = changes.filter(version__lt=before_version)
    return Activity(total, list(changes[:size]))
