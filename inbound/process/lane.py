"""LaneRun: slice after slice of one leased lane, the next one mapped while the present one commits."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DatabaseError

from hub import clock, database
from inbound.process.lease import ALONE, Lease, begin_slice
from inbound.process.mapped import PendingSlice, start_mapping
from inbound.process.outcome import crashed_outcome, refused_outcome
from inbound.process.slices import Queued, read_slice
from inbound.process.transaction import Marks, SliceTransaction


class LaneRun:
    """Drains one lane under one lease. settled counts the events that got an outcome, a next date or were parked."""

    def __init__(self, lease: Lease, largest: int) -> None:
        self.lease = lease
        self.largest = largest
        self.settled = 0
        self.cursor = 0
        self.tries = lease.tries
        self.suspect_until = lease.suspect_until

    def drain(self, deadline: float) -> int:
        """Apply slices until nothing is due or the monotonic clock passes deadline. Raises LeaseLost."""
        pending = self._start(besides=())
        while pending is not None:
            following = None
            try:
                begin_slice(self.lease, first=pending.events[0].sequence, last=pending.events[-1].sequence)
                pending.finish()
                if clock.monotonic() < deadline:
                    following = self._start(besides=pending.events)
                self._commit(pending)
            except BaseException:
                if following is not None:
                    following.discard()
                raise
            pending = following
        return self.settled

    def _start(self, *, besides: Sequence[Queued]) -> PendingSlice | None:
        """Read the next slice and hand it to the mapping child; besides are events that are being committed now."""
        after = besides[-1].sequence if besides else 0
        most = self.lease.slice_size(largest=self.largest, after=after)
        events = read_slice(lane_id=self.lease.lane_id, besides=besides, most=most, at=clock.now())
        return start_mapping(self.lease.organization_id, events) if events else None

    def _commit(self, pending: PendingSlice) -> None:
        if self.lease.has_crashed_alone() and self.cursor == 0:
            self._give_up_first(pending)
            return
        self._apply(pending, pending.events)

    def _give_up_first(self, pending: PendingSlice) -> None:
        """The first event has ended the worker three times alone: it gets its outcome without being applied."""
        first = pending.events[0]
        pending.outcomes[first.event_id] = crashed_outcome(self.lease, first, pending.version_of(first), clock.now())
        self._transact(pending, [first])
        self._apply(pending, pending.events[1:])

    def _apply(self, pending: PendingSlice, events: Sequence[Queued]) -> None:
        """One transaction for all; when the database refuses the data, halves, down to the event that is to blame."""
        if not events:
            return
        try:
            self._transact(pending, events)
        except DatabaseError as error:
            if not database.is_data_error(error):
                raise
            self._isolate(pending, events, error)

    def _isolate(self, pending: PendingSlice, events: Sequence[Queued], error: Exception) -> None:
        if len(events) == 1:
            only = events[0]
            pending.outcomes[only.event_id] = refused_outcome(
                self.lease, only, pending.version_of(only), error, clock.now()
            )
            self._transact(pending, events)
            return
        middle = len(events) // 2
        self._apply(pending, events[:middle])
        self._apply(pending, events[middle:])

    def _transact(self, pending: PendingSlice, events: Sequence[Queued]) -> None:
        last = max(self.cursor, events[-1].sequence)
        tries, suspect_until = self._marks_after(last)
        database.retrying(SliceTransaction(self.lease, pending, events, Marks(last, tries, suspect_until)).run)
        self.cursor, self.tries, self.suspect_until = last, tries, suspect_until
        self.settled += len(events)

    def _marks_after(self, last: int) -> tuple[int, int | None]:
        """tries and suspect_until once everything up to last is settled."""
        if self.suspect_until is None or last >= self.suspect_until:
            return 0, None
        return min(self.tries, ALONE), self.suspect_until
