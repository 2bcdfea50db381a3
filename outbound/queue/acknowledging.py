"""acknowledge: the first messages of a lease are confirmed and gone, in stream order (outbound.md 13.2)."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction

from hub import database
from hub.ids import find_id, to_text
from integrations.models import Integration
from outbound.models import QueuedMessage, Stream
from outbound.queue.spans import MESSAGE_PREFIX, Ended, Telling, count_ends
from outbound.queue.sql import statements
from outbound.queue.sql.rows import Consumed
from outbound.queue.stream import keep_stream, lock_stream

TOKEN_PREFIX: Final = "lt_"
ACKED: Final = "MSG_ACKED"


class Ack(NamedTuple):
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
    token = _valid_token(stream, at)
    holds = [ack.lease_token == token for ack in acks]
    confirmed = {ack.id for ack, held in zip(acks, holds, strict=True) if held}
    consumed = _consume(stream, confirmed, at)
    others = {ack.id for ack in acks if ack.id not in consumed}
    known = _known(integration, others, at) if others else set()
    if consumed:
        stream.last_ack_at = at
        with database.pipelined():
            count_ends(ACKED, stream, consumed.values(), at)
            keep_stream(stream)
    return [_status(ack.id, held, consumed, known) for ack, held in zip(acks, holds, strict=True)]


def _valid_token(stream: Stream, at: datetime) -> str | None:
    """The token that confirms messages now, as the ERP spells it."""
    if stream.lease_token is None or not (stream.is_leased(at) or stream.blocked_id is not None):
        return None
    return to_text(TOKEN_PREFIX, stream.lease_token)


def _consume(stream: Stream, confirmed: set[str], at: datetime) -> dict[str, Ended]:
    """Delete the beginning of the batch, as far as it is confirmed, and note in the stream what is left of it.

    Messages go by their public ids here: of a hundred each is looked up several times, which UUIDs are slow at.
    """
    leased = {to_text(MESSAGE_PREFIX, identifier): identifier for identifier in stream.leased_ids()}
    order = list(leased)
    missing = [one for one in order if one not in confirmed]
    if missing and len(missing) < len(order):
        alive = _alive(stream, leased, missing, at)
        order = [one for one in order if one in confirmed or one in alive]
    first_missing = next((place for place, one in enumerate(order) if one not in confirmed), len(order))
    beginning = order[:first_missing]
    if not beginning:
        return {}
    ended = statements().consume(Consumed({one: leased[one] for one in beginning}, at, Telling.of(ACKED)))
    consumed = {one.public_id: one for one in ended}
    stream.keep_leased([leased[one] for one in order[first_missing:]])
    if stream.blocked_id is not None and to_text(MESSAGE_PREFIX, stream.blocked_id) in consumed:
        stream.blocked_id = None
        stream.keep_leased(())  # it had lapsed
    return consumed


def _alive(stream: Stream, leased: Mapping[str, UUID], missing: Sequence[str], at: datetime) -> set[str]:
    """Those that are still in the stream: what has expired leaves no gap. Not asked where nothing comes after it."""
    if list(leased)[-len(missing) :] == missing:
        return set(missing)
    waiting = QueuedMessage.objects.queued(stream.integration_id, at).filter(pk__in=[leased[one] for one in missing])
    return {to_text(MESSAGE_PREFIX, identifier) for identifier in waiting.values_list("pk", flat=True)}


def _known(integration: Integration, public_ids: set[str], at: datetime) -> set[str]:
    ids = [identifier for one in public_ids if (identifier := find_id(MESSAGE_PREFIX, one)) is not None]
    rows = QueuedMessage.objects.filter(integration_id=integration.pk, pk__in=ids, expires_at__gt=at)
    return {to_text(MESSAGE_PREFIX, identifier) for identifier in rows.values_list("pk", flat=True)}


def _status(public_id: str, is_held: bool, consumed: Container[str], known: Container[str]) -> AckStatus:
    if public_id in consumed:
        return AckStatus.ACCEPTED if is_held else AckStatus.STALE_LEASE
    if public_id not in known:
        return AckStatus.NOT_FOUND
    return AckStatus.OUT_OF_ORDER if is_held else AckStatus.STALE_LEASE
