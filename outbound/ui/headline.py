"""The numbers above the list of deliveries: what is not done, each a way to the rows it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from hub.accounts.models import Organization
from hub.web.templatetags.numbers import number
from inbound.query import patience
from outbound.deliveries import held_webhooks
from outbound.delivery_list import Status, count_deliveries
from outbound.ui.filters import Asked

SHOWN: Final = (Status.WAITING, Status.HELD, Status.FAILED, Status.UNACKNOWLEDGED)
"""What somebody may want to do something about; how many are well is counted nowhere, as that would take long."""
EVERY: Final = (*SHOWN[:2], Status.DELIVERED, Status.ACKNOWLEDGED, *SHOWN[2:])
"""For those who want to see what is well, too; counted no further than the others."""
MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. url: the list narrowed to it, or no longer where it is."""

    status: str
    text: str
    count: int
    url: str
    is_current: bool


def headline_of(
    organization: Organization, asked: Asked, statuses: Sequence[Status] = SHOWN, path: str = ""
) -> list[Figure]:
    """Counts of the filters that are set, whatever status is asked for; path: of the list, where it is another page.

    Raises TooSlow.
    """
    held = held_webhooks(organization)
    with patience():
        figures = [_figure(organization, asked, status, held) for status in statuses]
    return [replace(one, url=f"{path}{one.url}") for one in figures]


def _figure(organization: Organization, asked: Asked, status: Status, held: frozenset[str]) -> Figure:
    wanted = replace(asked.wanted(), statuses=frozenset({status.value}))
    count = count_deliveries(organization=organization, wanted=wanted, most=MOST_COUNTED, held=held)
    is_current = asked.of("status") == (status.value,)
    return Figure(
        status=status.value,
        text=number(count) + ("+" if count >= MOST_COUNTED else ""),
        count=count,
        url=asked.address(("status",)) if is_current else asked.address(status=status.value),
        is_current=is_current,
    )
