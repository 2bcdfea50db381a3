"""What goes into the statements about readings and what comes out of them, the same for both databases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class IdProbe(NamedTuple):
    """Which readings of a meter have this external id? counter_id None: under whatever counter."""

    meter_id: UUID
    counter_id: UUID | None
    external_id: str


class RangeProbe(NamedTuple):
    """Which readings of exactly this meter and counter lie between two moments, both included?"""

    meter_id: UUID
    counter_id: UUID | None
    first: datetime
    last: datetime


class ScopeProbe(NamedTuple):
    """What is in the scope of a prune, and what of it has no external id that is kept? Empty source: any."""

    number: int
    meter_id: UUID
    counter_id: UUID | None
    source: str
    keep: Collection[str]


class StoredReading(NamedTuple):
    """A reading as read under the lock of its meter; value is its plain text, the last but one are JSON texts."""

    id: UUID
    meter_id: UUID
    counter_id: UUID | None
    external_id: str
    timestamp: datetime
    timestamp_text: str
    value: str
    unit: str
    direction: str
    source: str
    reason: str
    status: str
    read_by: str
    remark: str
    note: str
    metadata: str
    attributes: str
    origin_id: UUID | None


class Candidate(NamedTuple):
    """A reading that a prune would delete, as far as the database knows."""

    number: int
    id: UUID
    meter_id: UUID
    counter_id: UUID | None
    external_id: str
    source: str


class Scopes(NamedTuple):
    """What scope probes are answered with: number of a probe → readings in scope; what could go of them."""

    sizes: dict[int, int]
    candidates: list[Candidate]


class ReadingRow(NamedTuple):
    """A reading as it is to be; value is its plain text, metadata and attributes are JSON in UTF-8."""

    id: UUID
    is_new: bool
    meter_id: UUID
    counter_id: UUID | None
    external_id: str
    timestamp: datetime
    timestamp_text: str
    value: str
    unit: str
    direction: str
    source: str
    reason: str
    status: str
    read_by: str
    remark: str
    note: str
    metadata: bytes
    attributes: bytes
    actor_type: str
    actor_id: str
    event_id: UUID | None
    origin_id: UUID | None


class Statements(Protocol):
    """What postgresql.py and sqlite.py both offer."""

    def find(
        self, organization_id: int, by_id: Sequence[IdProbe], by_range: Sequence[RangeProbe]
    ) -> list[StoredReading]:
        """Readings that answer the probes; one that answers several may come several times."""

    def find_scopes(self, organization_id: int, probes: Sequence[ScopeProbe]) -> Scopes:
        """Sizes and candidates of the scopes of prunes."""

    def directions(self, organization_id: int, counter_ids: Collection[UUID]) -> dict[UUID, str]:
        """Counter → its direction; one without is left out."""

    def write(self, organization_id: int, at: datetime, rows: Sequence[ReadingRow], gone: Sequence[UUID]) -> None:
        """Insert, update and delete; rows and gone come sorted by id."""

    def meters_of(self, organization_id: int, ids: Collection[UUID]) -> list[UUID]:
        """The meters of these readings, each once."""

    def counters_of(self, organization_id: int, meter_id: UUID, most: int) -> list[UUID]:
        """The counters that readings of the meter name."""

    def delete_unchanged(self, organization_id: int, ids: Collection[UUID], since: datetime) -> list[UUID]:
        """Delete those whose last change is older than since, and say which they were."""
