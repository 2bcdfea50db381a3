"""accept: all rows of one request in one transaction, and the outcomes of what ended at the door with them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import ModuleType
from uuid import UUID

from django.db import Error, IntegrityError, InterfaceError, OperationalError, connection, transaction

from hub import database
from hub.errors import Unavailable
from hub.ids import to_text
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.outcomes import Outcome, write_outcomes
from inbound.receive.arrivals import Arrival, Sender, duplicate_of
from inbound.receive.sql import intake_postgresql, intake_sqlite

log = logging.getLogger(__name__)


class ConfigurationMoved(Exception):
    """The organization's configuration is not the one the caller was checked against: check again and repeat."""


class NotStored(Unavailable):
    """The database was not there to take a request in, or to say that it did."""

    def __init__(self) -> None:
        super().__init__(
            "The database cannot be reached. Send the request again; a deduplication_id keeps its events from being "
            "applied twice should they have been stored."
        )


class RowsRefused(Exception):
    """The database was there and refused the rows: nobody anticipated them, and no other door does better."""


def accept(*, sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime) -> list[Arrival]:
    """The arrivals as they ended: those still unsettled are committed with their queue rows.

    Reservation of deduplication ids, events, bodies, queue rows and the outcomes of what ended at the door are one
    transaction (engine rules 2.3, 3.1): a failure leaves nothing. Raises ConfigurationMoved, with nothing stored, when
    the organization's configuration version is another one, NotStored while the database is away, and RowsRefused.
    Within a transaction of the caller, what the database says goes on as it is.
    """
    if not arrivals:
        return []
    with told_in_our_words():
        return database.retrying(_Request(sender, integration_id, list(arrivals), at).store)


@contextmanager
def told_in_our_words() -> Iterator[None]:
    """NotStored and RowsRefused instead of what the database says, unless a transaction is open around this: only who
    opened that one can repeat it, and has to see that this may help."""
    try:
        yield
    except Error as failure:
        if database.is_in_transaction():
            raise
        if not isinstance(failure, OperationalError | InterfaceError):
            raise RowsRefused from failure
        log.warning("a request was not stored: %s", failure)
        raise NotStored from failure


@dataclass(slots=True)
class _Request:
    """One request on its way into the tables, however many tries that takes."""

    sender: Sender
    integration_id: UUID
    arrivals: list[Arrival]
    at: datetime
    ended: list[Arrival] = field(init=False)
    """The arrivals as they ended in the last try that came as far as its commit."""
    is_repeated: bool = False

    def __post_init__(self) -> None:
        self.ended = self.arrivals

    def store(self) -> list[Arrival]:
        """One try. A connection lost while it commits leaves open whether it did, so the next try asks first.

        The answer may come too early, while the server is still committing for a client that is gone. Then the rows
        of this try meet those of the one before, and asking again tells.
        """
        if self.is_repeated and self._is_stored():
            return self.ended
        self.is_repeated = True
        try:
            self._insert()
        except IntegrityError:
            if connection.in_atomic_block or not self._is_stored():
                raise
        return self.ended

    def _is_stored(self) -> bool:
        """All of the request or nothing of it is stored, so any event tells."""
        return InboundEvent.objects.filter(pk=self.arrivals[0].id).exists()

    def _insert(self) -> None:
        """Nothing can end at the door in a plain request: its one statement is a transaction by itself."""
        if not any(arrival.settled or arrival.deduplication_id for arrival in self.arrivals):
            self._insert_fresh()
            return
        with transaction.atomic():
            first_of = self._insert_fresh()
            self.ended = [_settle(arrival, first_of) for arrival in self.arrivals]
            self._insert_settled([arrival for arrival in self.ended if arrival.settled is not None])

    def _insert_fresh(self) -> dict[UUID, UUID]:
        """Duplicates as event id → id of the event stored first."""
        first_of: dict[UUID, UUID] | None = _sql().store(
            sender=self.sender,
            integration_id=self.integration_id,
            arrivals=[arrival for arrival in self.arrivals if arrival.settled is None],
            at=self.at,
        )
        if first_of is None:
            raise ConfigurationMoved
        return first_of

    def _insert_settled(self, settled: Sequence[Arrival]) -> None:
        """What ended at the door with how: an event without outcome and queue row would seem to wait for ever."""
        if not settled:
            return
        _sql().store_settled(sender=self.sender, integration_id=self.integration_id, arrivals=settled, at=self.at)
        write_outcomes([_outcome(self.sender, self.integration_id, arrival, self.at) for arrival in settled])


def _sql() -> ModuleType:
    return intake_postgresql if connection.vendor == "postgresql" else intake_sqlite


def _settle(arrival: Arrival, first_of: dict[UUID, UUID]) -> Arrival:
    first = first_of.get(arrival.id)
    if first in (None, arrival.id):  # its own id was reserved by a try whose commit came to light late
        return arrival
    return replace(arrival, lane_id=None, settled=duplicate_of(first))


def _outcome(sender: Sender, integration_id: UUID, arrival: Arrival, at: datetime) -> Outcome:
    if arrival.settled is None:
        raise AssertionError("only settled arrivals have an outcome here")
    return Outcome(
        event_id=arrival.id,
        organization_id=sender.organization_id,
        integration_id=integration_id,
        use_case_id=arrival.use_case_id,
        use_case_version=None,
        status=arrival.settled.status,
        code=arrival.settled.code,
        message=arrival.settled.message,
        event_type=arrival.event.event_type or "",
        object_type=arrival.event.event_name or arrival.event.object_type or arrival.event.use_case_slug or "",
        correlation_id=arrival.correlation_id,
        received_at=at,
        finished_at=at,
        duration_ms=0,
        detail={"first_event_id": to_text(EVENT_PREFIX, arrival.settled.first)} if arrival.settled.first else None,
    )
