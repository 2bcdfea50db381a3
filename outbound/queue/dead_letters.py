"""Dead letters: listed with their payloads, and redriven as new messages at the tail (outbound.md 13.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import accumulate
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from hub import database
from hub.ids import find_id, new_ids, to_text
from integrations.models import Integration
from outbound.models import MessageState, QueuedMessage
from outbound.queue.positions import tail_of
from outbound.queue.spans import MESSAGE_PREFIX, Told, tell
from outbound.queue.stream import lock_stream

MOST_BYTES: Final = 5_500_000
"""Payloads of one page; a larger one is shown alone."""

After = tuple[datetime, UUID]
"""Moment and id of the last dead letter of the page before."""


def list_dead(
    *, integration: Integration, limit: int, after: After | None, at: datetime
) -> tuple[list[QueuedMessage], bool]:
    """The oldest dead letters, payloads included, up to limit and MOST_BYTES; and whether there are more."""
    letters = QueuedMessage.objects.dead(integration.pk, at)
    if after is not None:
        moment, key = after
        letters = letters.filter(Q(dead_lettered_at__gt=moment) | Q(dead_lettered_at=moment, id__gt=key))
    sizes = list(letters.values_list("pk", "payload_bytes")[: limit + 1])
    totals = accumulate(size for _, size in sizes[:limit])
    fit = sum(total <= MOST_BYTES for total in totals)
    shown = [key for key, _ in sizes[: max(1, fit)]]
    found = list(letters.filter(pk__in=shown)) if shown else []
    return found, len(sizes) > len(shown)


@dataclass(frozen=True, slots=True)
class Remapped:
    """What the mapping of now makes of a dead letter, by that version of the use case. payload None with no failure:
    nothing maps it any more."""

    payload: bytes | None = field(default=None, repr=False)
    mapping_version: str = ""
    failure: str = ""
    use_case_version: int | None = None


Remap = Callable[[Sequence[QueuedMessage]], Sequence[Remapped]]
"""Applies the mappings of now to the raw payloads: one result per dead letter, in order."""


class RedriveStatus(StrEnum):
    """What became of a dead letter that was to be redriven."""

    REDRIVEN = "redriven"
    NOT_FOUND = "not_found"
    MAPPING_FAILED = "mapping_failed"


@dataclass(frozen=True, slots=True)
class Redriven:
    """The outcome of one id: the id of the new message, or why the mapping failed."""

    status: RedriveStatus
    new_id: UUID | None = None
    failure: str = ""


NOWHERE = Redriven(RedriveStatus.NOT_FOUND)


def redrive(
    *, integration: Integration, ids: Sequence[str], reapply_mapping: bool, remap: Remap, at: datetime
) -> list[Redriven]:
    """Put dead letters back at the tail, one outcome per id in the order of the request.

    Each gets a new id, no attempts and its full time to live. remap is asked, before any transaction is open, about
    all of them with reapply_mapping, else about those that could not be mapped.
    """
    keys = [find_id(MESSAGE_PREFIX, text) for text in ids]
    wanted = [key for key in keys if key is not None]
    letters = list(QueuedMessage.objects.dead(integration.pk, at).filter(pk__in=wanted)) if wanted else []
    mapped = _remapped([one for one in letters if reapply_mapping or one.is_failed], remap)
    failed = {
        key: Redriven(RedriveStatus.MAPPING_FAILED, failure=one.failure) for key, one in mapped.items() if one.failure
    }
    ready = [letter for letter in letters if letter.pk not in failed]
    outcomes = failed | database.retrying(partial(_put_back, integration, ready, mapped, at))
    return [outcomes.get(key, NOWHERE) if key else NOWHERE for key in keys]


def _remapped(letters: Sequence[QueuedMessage], remap: Remap) -> dict[UUID, Remapped]:
    if not letters:
        return {}
    return {letter.pk: one for letter, one in zip(letters, remap(letters), strict=True)}


@transaction.atomic
def _put_back(
    integration: Integration, letters: Sequence[QueuedMessage], mapped: Mapping[UUID, Remapped], at: datetime
) -> dict[UUID, Redriven]:
    if not letters:
        return {}
    stream = lock_stream(integration)
    dead = QueuedMessage.objects.dead(integration.pk, at).filter(pk__in=[letter.pk for letter in letters])
    still_there = set(dead.values_list("pk", flat=True))
    moving = [letter for letter in letters if letter.pk in still_there]
    former = {letter.pk: key for letter, key in zip(moving, new_ids(len(moving)), strict=True)}
    tail = tail_of(stream, at)
    QueuedMessage.objects.filter(pk__in=still_there).delete()
    copies = [
        _copy(letter, former[letter.pk], tail + number, mapped.get(letter.pk), at)
        for number, letter in enumerate(moving)
    ]
    QueuedMessage.objects.bulk_create(copies)
    told = [
        Told.of(copy, redriven_from=to_text(MESSAGE_PREFIX, letter.pk))
        for letter, copy in zip(moving, copies, strict=True)
    ]
    tell("MSG_ENQUEUED", told, at)
    return {key: Redriven(RedriveStatus.REDRIVEN, new_id) for key, new_id in former.items()}


def _copy(letter: QueuedMessage, key: UUID, position: int, mapped: Remapped | None, at: datetime) -> QueuedMessage:
    made = letter if mapped is None else mapped
    payload = made.payload
    return QueuedMessage(
        id=key,
        organization_id=letter.organization_id,
        integration_id=letter.integration_id,
        use_case_id=letter.use_case_id,
        use_case_version=made.use_case_version,
        mapping_id=letter.mapping_id,
        event_id=letter.event_id,
        event_name=letter.event_name,
        correlation_id=letter.correlation_id,
        occurred_at=letter.occurred_at,
        position=position,
        payload=payload,
        raw_payload=letter.raw_payload,
        payload_bytes=len(letter.raw_payload if payload is None else payload),
        mapping_version=made.mapping_version,
        retention_days=letter.retention_days,
        enqueued_at=at,
        expires_at=at + letter.retention(),
        state=MessageState.QUEUED,
    )
