"""note_purged and find_purged: when and by which rule a payload was deleted, for the page of what it belonged to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from hub.retention.kinds import Batch, get_kind
from hub.retention.models import PurgedPayload

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Purged:
    """The rule is named as the storage page names it; days are those that counted at that moment."""

    at: datetime
    rule: _StrPromise
    days: int

    @property
    def how(self) -> str:
        """For answers of the API: "deleted on 2026-01-31: the rule “…” keeps it for 30 days"."""
        return f"deleted on {self.at:%Y-%m-%d}: the rule “{self.rule}” keeps it for {self.days} days"


def note_purged(row_ids: Iterable[UUID], key: str, batch: Batch) -> None:
    """Note that the payloads of these rows go with this batch of that kind; their own transaction deletes them."""
    PurgedPayload.objects.bulk_create(
        [PurgedPayload(row_id=one, kind=key, days=batch.days, purged_at=batch.at) for one in row_ids],
        ignore_conflicts=True,
    )


def find_purged(row_id: UUID) -> Purged | None:
    """None where nothing is known: the payload is still there, or it went together with its row."""
    return purged_among([row_id]).get(row_id)


def purged_among(row_ids: Collection[UUID]) -> dict[UUID, Purged]:
    """What find_purged knows of each of which it knows something; one query, none for no ids."""
    rows = PurgedPayload.objects.filter(pk__in=row_ids) if row_ids else ()
    return {row.row_id: Purged(row.purged_at, get_kind(row.kind).label, row.days) for row in rows}
