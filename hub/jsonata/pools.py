"""pool_of: the pools that this process keeps, one for each program and its limits."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from hub.database import no_transaction_is_open
from hub.jsonata.limits import BACKGROUND, Limits
from hub.jsonata.pool import ChildPool


@cache
def pool_of(program: str, limits: Limits = BACKGROUND, *, least: int = 1) -> ChildPool:
    """The children of this process that run the program within these limits, started on first use.

    They are never waited for within a transaction. At least so many, however few HUB_JSONATA_CHILDREN says.
    """
    return ChildPool(
        size=max(settings.HUB_JSONATA_CHILDREN, least),
        program=program,
        engine=settings.HUB_JSONATA_ENGINE,
        limits=limits,
        forbid_in_transaction=no_transaction_is_open,
    )
