"""poll, acknowledge and unblock: the stream's row locked, then what lies at its head (outbound.md 13.1 to 13.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from hub import database
from integrations.models import Integration
from outbound.models import QueuedMessage, Stream
from outbound.queue.lateness import move_late
from outbound.queue.poison import Reason, clear_head, is_poisoned, policies_for, put_aside
from outbound.queue.policies import Policy
from outbound.queue.positions import is_late, position_of
from outbound.queue.sql import statements
from outbound.queue.sql.rows import HeadRow, Reach
from outbound.queue.stream import end_lease, is_blocked, keep_stream, lock_stream, visibility_timeout

MOST_MESSAGES: Final = 100
"""Messages of one poll."""
MOST_BYTES: Final = 5_500_000
"""Of one answer, envelopes included; a larger message is handed out alone."""
FRAME_BYTES: Final = 600
"""What stands around a payload: ids, token, names and moments, with room for long names."""
SETTLED_AFTER: Final = timedelta(seconds=2)
"""A message is handed out once its event is so old. Transactions that publish do not commit in the order of their
events: without the pause most of what slower ones bring would come late (engine rule 2.11)."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What a poll got. No messages is normal: nothing waits, a batch is in flight, or the stream is blocked."""

    token: UUID
    visibility_timeout: timedelta
    messages: Sequence[HeadRow] = ()
    has_more: bool = False


def poll(*, integration: Integration, limit: int, at: datetime, as_of: int | None = None) -> Lease:
    """Lease the first messages of the stream, up to limit (1 to MOST_MESSAGES) and MOST_BYTES.

    Before that a lapsed lease ends, late arrivals go to the tail, and poisoned messages at the head are put aside or
    block the stream. The number of statements depends on none of the numbers of messages.

    Raises ConfigurationMoved where as_of is given and is not the organization's present config_version.
    """
    return database.retrying(partial(_poll, integration, limit, at, as_of))


@dataclass(frozen=True, slots=True)
class _Head:
    """The messages at the head of a stream, one more than may be leased, and what their use cases say of them."""

    run: Sequence[HeadRow] = ()
    policies: Mapping[UUID, Policy] = field(default_factory=dict)

    @classmethod
    def read(cls, stream: Stream, reach: Reach) -> _Head:
        run = statements().head(reach)
        return cls(run, policies_for(stream.organization_id, run))

    def has_late(self, stream: Stream) -> bool:
        return any(is_late(stream, message) for message in self.run)

    def is_poisoned(self) -> bool:
        return bool(self.run) and is_poisoned(self.run[0], self.policies)

    def leasable(self, stream: Stream, limit: int) -> Sequence[HeadRow]:
        """The first messages up to one that does not fit, must not be delivered or comes late."""
        fit = takewhile(
            lambda one: one.payload is not None and not is_poisoned(one, self.policies) and not is_late(stream, one),
            self.run[:limit],
        )
        return tuple(fit)


@transaction.atomic
def _poll(integration: Integration, limit: int, at: datetime, as_of: int | None) -> Lease:
    stream = lock_stream(integration, as_of)
    stream.last_poll_at = at
    lease = Lease(uuid4(), visibility_timeout(integration))
    if not stream.is_leased(at) and not is_blocked(stream, at):
        head = _open_head(stream, limit, at)
        batch = head.leasable(stream, limit)
        if batch:
            stream.lease(lease.token, at + lease.visibility_timeout, [message.id for message in batch])
            _mark(stream, batch[-1])
        lease = replace(lease, messages=batch, has_more=len(head.run) > len(batch))
    keep_stream(stream)
    return lease


def _open_head(stream: Stream, limit: int, at: datetime) -> _Head:
    """What lies at the head once a lapsed lease, late arrivals and poison are out of the way; nothing when poison
    blocks the stream."""
    settled = position_of(at - SETTLED_AFTER)
    reach = Reach(stream.integration_id, settled, at, limit + 1, MOST_BYTES, FRAME_BYTES)
    former = stream.lease_token, stream.leased_until, stream.leased
    if stream.blocked_id is not None:  # it has expired; its lease was counted when it blocked the stream
        stream.blocked_id = None
        stream.keep_leased(())
    end_lease(stream)
    head = _Head.read(stream, reach)
    if head.has_late(stream):
        move_late(stream, at)
        head = _Head.read(stream, reach)
    if head.is_poisoned():
        clear_head(stream, settled, at)
        if stream.blocked_id is not None:
            stream.lease_token, stream.leased_until, stream.leased = former  # its last token may still confirm it
            return _Head()
        head = _Head.read(stream, reach)
    return head


def _mark(stream: Stream, last: HeadRow) -> None:
    """Note how far messages were handed out; what is handed out again lies before that."""
    before = (stream.handed_position or 0, stream.handed_id or UUID(int=0))
    stream.handed_position, stream.handed_id = max(before, (last.position, last.id))


@dataclass(frozen=True, slots=True)
class Unblocked:
    """Whether the stream was blocked, and which message became a dead letter; None where it had expired meanwhile."""

    was_blocked: bool
    dead_lettered_id: UUID | None = None


def unblock(*, integration: Integration, reason: str, at: datetime) -> Unblocked:
    """Put the message aside that blocks the stream; does nothing when none does."""
    return database.retrying(partial(_unblock, integration, reason, at))


@transaction.atomic
def _unblock(integration: Integration, reason: str, at: datetime) -> Unblocked:
    stream = lock_stream(integration)
    if stream.blocked_id is None:
        return Unblocked(False)
    waiting = QueuedMessage.objects.queued(stream.integration_id, at)
    head = waiting.without_payload().filter(pk=stream.blocked_id).first()
    stream.blocked_id = None
    stream.keep_leased(())
    keep_stream(stream)
    if head is not None:
        put_aside({head: Reason.UNBLOCKED}, at, reason)
    return Unblocked(True, head.pk if head else None)
