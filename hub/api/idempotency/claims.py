"""claim, extend, keep and release: who works on the request of a key, and the answer that it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from django.db import IntegrityError

from hub.accounts.models import Organization, TenantQuerySet
from hub.api.idempotency.answers import Answer
from hub.api.models import KeptAnswer
from hub.environments.resolve import SecretUnavailable, seal, unseal
from hub.errors import Conflict

KEPT: Final = timedelta(hours=24)
LEASE: Final = timedelta(seconds=60)
"""Beyond what requests take, but those that move a file, which extend it (lasting). A process that died leaves its key
taken so long, and nobody else can know."""
LARGEST_ANSWER: Final = 1024 * 1024
"""Bytes of an answer that are kept."""


class KeyReused(Conflict):
    """The key came with another request."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was sent with another request in the last 24 hours. Use a new key.")


class KeyInUse(Conflict):
    """The first request with the key has no answer yet."""

    code = "IDEMPOTENCY_KEY_IN_USE"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "2"}

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is being carried out. Send it again in a moment.")


class AnswerNotKept(Conflict):
    """The request was carried out, and its answer cannot be given again."""

    code = "IDEMPOTENCY_ANSWER_NOT_KEPT"

    def __init__(self) -> None:
        super().__init__(
            "The request with this Idempotency-Key was carried out. Its answer was too large to be kept: read what it "
            "made instead of sending it again."
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: whose, its key, and the fingerprint of what it asks."""

    organization: Organization
    actor: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry the request out."""

    organization: Organization
    row_id: int
    lease: UUID


def claim(asked: Asked, at: datetime) -> Claim | Answer:
    """The right to carry the request out, or the answer that it got before. The same number of queries for any key.

    Raises KeyReused, KeyInUse and AnswerNotKept; SecretUnavailable when the kept answer cannot be opened.
    """
    taken = _fresh(asked, at)
    row, is_new = _row_of(asked, taken)
    if is_new or _is_free(row, asked, at):
        return _claimed(row, asked, taken)
    if bytes(row.fingerprint) != asked.fingerprint:
        raise KeyReused
    if not row.is_complete:
        raise KeyInUse
    return _opened(row)


def extend(held: Claim, at: datetime) -> bool:
    """The request is still being carried out. False where it has ended, or somebody else has the key by now."""
    return bool(_rows(held).filter(is_complete=False).update(leased_until=at + LEASE))


def keep(held: Claim, answer: Answer | None, at: datetime) -> None:
    """The request was carried out; its answer is given to whoever sends it again. None: it cannot be kept.

    Nothing happens when the lease was over and somebody else has begun.
    """
    packed = answer.packed() if answer is not None else b""
    sealed = _sealed(held, packed, at) if 0 < len(packed) <= LARGEST_ANSWER else None
    _rows(held).update(is_complete=True, sealed=sealed)


def release(held: Claim) -> None:
    """Nothing was carried out: whoever sends the key again begins anew."""
    _rows(held).delete()


def place_of(row_id: int) -> str:
    """What the answer of that row is sealed for."""
    return f"kept_answer.{row_id}"


def _row_of(asked: Asked, taken: Mapping[str, object]) -> tuple[KeptAnswer, bool]:
    """The row of the key, and whether it was made just now."""
    try:
        return KeptAnswer.objects.of(asked.organization).get_or_create(
            organization_id=asked.organization.pk, actor=asked.actor, key=asked.key, defaults=taken
        )
    except IntegrityError as error:
        # Somebody had the key when it was to be inserted, and was refused before it was read.
        raise KeyInUse from error


def _fresh(asked: Asked, at: datetime) -> dict[str, object]:
    return {
        "fingerprint": asked.fingerprint,
        "lease": uuid4(),
        "leased_until": at + LEASE,
        "created_at": at,
        "is_complete": False,
        "sealed": None,
    }


def _is_free(row: KeptAnswer, asked: Asked, at: datetime) -> bool:
    """Its time is over, or whoever worked on the same request has died."""
    if at - row.created_at >= KEPT:
        return True
    return not row.is_complete and at >= row.leased_until and bytes(row.fingerprint) == asked.fingerprint


def _claimed(row: KeptAnswer, asked: Asked, taken: Mapping[str, object]) -> Claim:
    """Of two who come at the same moment the lease as it was read lets one through."""
    if row.lease != taken["lease"] and not _row(asked.organization, row.pk, row.lease).update(**taken):
        raise KeyInUse
    return Claim(asked.organization, row.pk, UUID(str(taken["lease"])))


def _rows(held: Claim) -> TenantQuerySet[KeptAnswer]:
    return _row(held.organization, held.row_id, held.lease)


def _row(organization: Organization, row_id: int, lease: UUID) -> TenantQuerySet[KeptAnswer]:
    return KeptAnswer.objects.of(organization).filter(pk=row_id, lease=lease)


def _sealed(held: Claim, packed: bytes, at: datetime) -> str | None:
    """None without a key: what was carried out stays so, and nobody may take it for not carried out."""
    try:
        # One character per byte: what is sealed is a text, and bodies need not be one.
        return seal(held.organization.pk, place_of(held.row_id), packed.decode("latin-1"), at)
    except SecretUnavailable:
        return None


def _opened(row: KeptAnswer) -> Answer:
    if row.sealed is None:
        raise AnswerNotKept
    text = unseal(row.organization_id, place_of(row.pk), row.sealed)
    return Answer.unpacked(text.encode("latin-1"))
