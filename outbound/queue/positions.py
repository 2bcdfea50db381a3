"""Where a message stands in its stream: microseconds since 1970, then its id; pure but for the tail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from outbound.models import MessageState, QueuedMessage, Stream

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class Placed(Protocol):
    """What tells where a message stands."""

    @property
    def id(self) -> UUID:
        """Decides between equal positions."""

    @property
    def position(self) -> int:
        """As QueuedMessage has it."""

    @property
    def attempts(self) -> int:
        """Leases that lapsed."""


def position_of(moment: datetime) -> int:
    """The position of what happened at the moment."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(position: int) -> datetime:
    """The moment behind a position, in UTC."""
    return EPOCH + position * MICROSECOND


def tail_of(stream: Stream, at: datetime) -> int:
    """The lowest position behind everything that waits or was ever handed out; never before at.

    Costs one statement. Only whoever has locked the stream may rely on it.
    """
    waiting = QueuedMessage.objects.filter(integration_id=stream.integration_id, state=MessageState.QUEUED)
    last = waiting.order_by("-position").values_list("position", flat=True).first()
    return max(position_of(at), 1 + max(last or 0, stream.handed_position or 0))


def is_late(stream: Stream, message: Placed) -> bool:
    """Whether it was never handed out though something behind it was."""
    if stream.handed_position is None or stream.handed_id is None or message.attempts:
        return False
    return (message.position, message.id) <= (stream.handed_position, stream.handed_id)
