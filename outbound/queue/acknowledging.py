"""acknowledge: the first messages of a lease are confirmed and gone, in stream order (outbound.md 13.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from hub import database
from hub.ids import find_id, to_text
from integrations.models import Integration
from outbound.models import QueuedMessage, Stream
from outbound.queue.spans import MESSAGE_PREFIX, Told, tell_end
from outbound.queue.sql import statements
from outbound.queue.sql.rows import ConsumedRow
from outbound.queue.stream import keep_stream, lock_stream

TOKEN_PREFIX: Final = "lt_"


@dataclass(frozen=True, slots=True)
class Ack:
    """What the ERP confirms, as it spells it."""

    id: str
    lease_token: str


class AckStatus(StrEnum):
    """What became of an acknowledgement; all but the first are reasons of a rejection."""

    ACCEPTED = "accepted"
    STALE_LEASE = "stale_lease"
    OUT_OF_ORDER = "out_of_order"
    NOT_FOUND = "not_found"


def acknowledge(
    *, integration: Integration, acks: Sequence[Ack], at: datetime, as_of: int | None = None
) -> list[AckStatus]:
    """One status per acknowledgement, in the order of the request.

    Accepted are those that, however they are listed, form the beginning of the leased batch; the lease stays on the
    rest. A blocked stream takes the token of its last lease although that has lapsed, and is free once its head is
    confirmed.

    Raises ConfigurationMoved where as_of is given and is not the organization's present config_version.
    """
    return database.retrying(partial(_acknowledge, integration, acks, at, as_of))


@transaction.atomic
def _acknowledge(integration: Integration, acks: Sequence[Ack], at: datetime, as_of: int | None) -> list[AckStatus]:
    stream = lock_stream(integration, as_of)
    leased = {to_text(MESSAGE_PREFIX, identifier): identifier for identifier in stream.leased_ids()}
    ids = [leased.get(ack.id) or find_id(MESSAGE_PREFIX, ack.id) for ack in acks]
    token = _valid_token(stream, at)
    holds = [ack.lease_token == token for ack in acks]
    confirmed = {identifier for identifier, held in zip(ids, holds, strict=True) if held and identifier}
    consumed = _consume(stream, confirmed, at)
    others = {identifier for identifier in ids if identifier and identifier not in consumed}
    known = _known(integration, others, at) if others else set()
    if consumed:
        stream.last_ack_at = at
        with database.pipelined():
            _tell(stream, list(consumed.values()), at)
            keep_stream(stream)
    return [_status(identifier, held, consumed, known) for identifier, held in zip(ids, holds, strict=True)]


def _valid_token(stream: Stream, at: datetime) -> str | None:
    """The token that confirms messages now, as the ERP spells it."""
    if stream.lease_token is None or not (stream.is_leased(at) or stream.blocked_id is not None):
        return None
    return to_text(TOKEN_PREFIX, stream.lease_token)


def _consume(stream: Stream, confirmed: set[UUID], at: datetime) -> dict[UUID, ConsumedRow]:
    """Delete the beginning of the batch, as far as it is confirmed, and note in the stream what is left of it."""
    leased = stream.leased_ids()
    missing = [identifier for identifier in leased if identifier not in confirmed]
    if missing and len(missing) < len(leased):
        alive = _alive(stream, leased, missing, at)
        leased = [identifier for identifier in leased if identifier in confirmed or identifier in alive]
    first_missing = next((place for place, one in enumerate(leased) if one not in confirmed), len(leased))
    beginning = leased[:first_missing]
    if not beginning:
        return {}
    consumed = {row.id: row for row in statements().consume(beginning, at)}
    stream.keep_leased(leased[first_missing:])
    if stream.blocked_id in consumed:
        stream.blocked_id = None
        stream.keep_leased(())  # it had lapsed
    return consumed


def _alive(stream: Stream, leased: Sequence[UUID], missing: Sequence[UUID], at: datetime) -> set[UUID]:
    """Those that are still in the stream: what has expired leaves no gap. Not asked where nothing comes after it."""
    if list(leased[-len(missing) :]) == list(missing):
        return set(missing)
    waiting = QueuedMessage.objects.queued(stream.integration_id, at).filter(pk__in=missing)
    return set(waiting.values_list("pk", flat=True))


def _known(integration: Integration, ids: set[UUID], at: datetime) -> set[UUID]:
    rows = QueuedMessage.objects.filter(integration_id=integration.pk, pk__in=ids, expires_at__gt=at)
    return set(rows.values_list("pk", flat=True))


def _status(identifier: UUID | None, is_held: bool, consumed: dict[UUID, ConsumedRow], known: set[UUID]) -> AckStatus:
    if identifier in consumed:
        return AckStatus.ACCEPTED if is_held else AckStatus.STALE_LEASE
    if identifier not in known:
        return AckStatus.NOT_FOUND
    return AckStatus.OUT_OF_ORDER if is_held else AckStatus.STALE_LEASE


def _tell(stream: Stream, rows: Sequence[ConsumedRow], at: datetime) -> None:
    told = [
        Told(
            row.id,
            stream.organization_id,
            stream.integration_id,
            row.use_case_id,
            row.event_id,
            row.event_name,
            row.correlation_id,
            row.enqueued_at,
        )
        for row in rows
    ]
    tell_end("MSG_ACKED", told, at)
