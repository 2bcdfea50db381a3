"""expire: the schedule that notes which events the ERP has not acknowledged in time."""

from __future__ import annotations

from typing import Final

from hub import clock
from outbound import acknowledging

AT_ONCE: Final = 500


def expire() -> int:
    """Every overdue acknowledgement, in small transactions; how many there were."""
    total = 0
    while (number := acknowledging.expire(clock.now(), AT_ONCE)) > 0:
        total += number
    return total
