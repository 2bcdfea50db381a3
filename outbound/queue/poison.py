"""clear_head: what is done with messages that cannot be delivered or are never confirmed (outbound.md 13.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final, Protocol
from uuid import UUID

from outbound.models import MessageState, QueuedMessage, Stream
from outbound.queue.policies import DEFAULT, Policy, policies_of
from outbound.queue.spans import Told, tell, tell_end

CLEARED_AT_ONCE: Final = 1000
"""Messages that one poll puts aside at most; the next goes on."""


class Reason(StrEnum):
    """Why a message became a dead letter."""

    ATTEMPTS = "max_delivery_attempts"
    MAPPING = "mapping_failed"
    UNBLOCKED = "unblocked"


class Judged(Protocol):
    """What the policy asks of a message."""

    @property
    def use_case_id(self) -> UUID:
        """Whose policy counts."""

    @property
    def attempts(self) -> int:
        """Leases that lapsed."""

    @property
    def is_failed(self) -> bool:
        """Whether it could not be mapped."""


def policies_for(organization_id: int, messages: Sequence[Judged]) -> Mapping[UUID, Policy]:
    """The policies that is_poisoned will ask for; one statement, none where all messages are fresh."""
    in_doubt = {one.use_case_id for one in messages if one.attempts or one.is_failed}
    return policies_of(organization_id, in_doubt) if in_doubt else {}


def is_poisoned(message: Judged, policies: Mapping[UUID, Policy]) -> bool:
    """Whether it must not be leased any more."""
    return message.is_failed or message.attempts >= policies.get(message.use_case_id, DEFAULT).attempts


def clear_head(stream: Stream, settled: int, at: datetime) -> None:
    """Put aside the poisoned messages at the head up to the first one that halts the stream, which is noted in it."""
    waiting = QueuedMessage.objects.queued(stream.integration_id, at).filter(position__lte=settled)
    head = list(waiting.without_payload()[:CLEARED_AT_ONCE])
    policies = policies_for(stream.organization_id, head)
    poisoned = list(takewhile(lambda one: is_poisoned(one, policies), head))
    doomed = list(takewhile(lambda one: not policies[one.use_case_id].blocks, poisoned))
    if len(doomed) < len(poisoned):
        blocking = poisoned[len(doomed)]
        stream.blocked_id = blocking.pk
        told = Told.of(blocking, delivery_attempts=blocking.attempts, reason=_reason(blocking))
        tell("MSG_HEAD_BLOCKED", [told], at)
    put_aside({one: _reason(one) for one in doomed}, at)


def put_aside(reasons: Mapping[QueuedMessage, Reason], at: datetime, note: str = "") -> None:
    """Make dead letters of messages, with a full new time to live; one statement per reason and length of time."""
    alike: dict[tuple[Reason, int], list[UUID]] = {}
    for message, reason in reasons.items():
        alike.setdefault((reason, message.retention_days), []).append(message.pk)
    lives = {message.retention_days: message.retention() for message in reasons}
    for (reason, days), keys in alike.items():
        QueuedMessage.objects.filter(pk__in=keys).update(
            state=MessageState.DEAD, dead_lettered_at=at, dead_reason=reason, expires_at=at + lives[days]
        )
    told = [
        Told.of(message, delivery_attempts=message.attempts, reason=reason, **_failure(message))
        for message, reason in reasons.items()
    ]
    tell_end("MSG_DEAD_LETTERED", told, at, note)


def _reason(message: QueuedMessage) -> Reason:
    return Reason.MAPPING if message.is_failed else Reason.ATTEMPTS


def _failure(message: QueuedMessage) -> dict[str, str]:
    return {"mapping_error": message.mapping_failure} if message.mapping_failure else {}
