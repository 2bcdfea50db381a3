"""LaneRun: slice after slice of one leased lane, the next one mapped while the present one commits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from django.db import DatabaseError

from hub import clock, database
from inbound.process import ahead, pace
from inbound.process.fence import Marks
from inbound.process.lease import ALONE, Lease, begin_slice, renew
from inbound.process.mapped import PendingSlice, resolved
from inbound.process.observed import applying, mapping, telling_events
from inbound.process.outcome import crashed_outcome, refused_outcome
from inbound.process.slices import Queued, read_slice
from inbound.process.transaction import SliceTransaction

logger: Final = logging.getLogger(__name__)


class LaneRun:
    """Drains one lane under one lease. settled counts the events that got an outcome, a next date or were parked."""

    def __init__(self, lease: Lease, largest: int) -> None:
        self.lease = lease
        self.largest = largest
        self.settled = 0
        self.cursor = 0
        self.tries = lease.tries
        self.suspect_until = lease.suspect_until
        self._following: ahead.Following[PendingSlice] | None = None
        self._read_already: PendingSlice | None = None
        """The slice after the next one, read while that was mapped."""

    def drain(self, deadline: float) -> None:
        """Apply slices until nothing is due or the monotonic clock passes deadline. Raises LeaseLost.

        Where an event may lie ahead that ends the worker, nothing is done with a slice before it is marked: the marks
        tell who is to blame (engine rule 1.7).
        """
        pending = self._read(besides=())
        while pending is not None:
            if not pending.is_marked:
                begin_slice(self.lease, first=pending.events[0].sequence, last=pending.events[-1].sequence)
            self._map(pending)
            if clock.monotonic() >= deadline:
                self._commit(pending)
                return
            works_ahead = ahead.is_on() and self.suspect_until is None
            pending = self._commit_and_map_next(pending) if works_ahead else self._commit_and_read_next(pending)

    def _map(self, pending: PendingSlice) -> None:
        """Have the slice mapped if it is not yet; the lease is kept however long that takes."""
        if pending.is_mapped:
            return
        if ahead.is_on():
            ahead.Following(lambda: self._timed(pending)).result(meanwhile=self._renew)
        else:
            self._timed(pending)

    def _timed(self, pending: PendingSlice, meanwhile: Callable[[], None] = lambda: None) -> PendingSlice:
        started = clock.monotonic()
        with mapping(pending):
            pending.map(meanwhile)
        pace.note(self.lease.lane_id, events=len(pending.events), seconds=clock.monotonic() - started)
        return pending

    def _renew(self) -> None:
        renew(self.lease)

    def _commit_and_read_next(self, pending: PendingSlice) -> PendingSlice | None:
        self._commit(pending)
        return self._read(besides=())

    def _commit_and_map_next(self, pending: PendingSlice) -> PendingSlice | None:
        """Commit, and meanwhile have the next slice read and mapped."""
        self._following = ahead.Following(lambda: self._read_and_map(pending.events))
        try:
            self._commit(pending)
        except BaseException:
            self._following.discard()
            raise
        finally:
            following, self._following = self._following, None
        return following.result(meanwhile=self._renew)

    def _read(self, *, besides: Sequence[Queued]) -> PendingSlice | None:
        """The next slice with its versions; besides are events that are being committed or mapped now."""
        most = self._most(besides)
        events = read_slice(lane_id=self.lease.lane_id, besides=besides, most=most, at=clock.now())
        return resolved(self.lease.organization_id, events) if events else None

    def _most(self, besides: Sequence[Queued]) -> int:
        after = besides[-1].sequence if besides else self.cursor
        return pace.bounded(self.lease.lane_id, self.lease.slice_size(largest=self.largest, after=after))

    def _read_and_map(self, besides: Sequence[Queued]) -> PendingSlice | None:
        """The next slice, mapped; in a long queue the one after it is read meanwhile."""
        pending, self._read_already = self._read_already, None
        if pending is None or len(pending.events) != self._most(besides):
            pending = self._read(besides=besides)
        if pending is None:
            return None
        return self._timed(pending, meanwhile=partial(self._read_on, besides, pending.events))

    def _read_on(self, besides: Sequence[Queued], mapped: Sequence[Queued]) -> None:
        """Read the slice after the one that is mapped now, if the queue seems to be long enough to fill it.

        A slice that is not full is read anew when its turn comes: by then it may have grown.
        """
        if len(mapped) == self._most(besides):
            self._read_already = self._read(besides=[*besides, *mapped])

    def _commit(self, pending: PendingSlice) -> None:
        with applying(pending):
            self._settle(pending)

    def _settle(self, pending: PendingSlice) -> None:
        if self.lease.has_crashed_alone(pending.events[0].sequence):
            self._give_up_first(pending)
            return
        self._apply(pending, pending.events)

    def _give_up_first(self, pending: PendingSlice) -> None:
        """The first event has ended the worker three times alone: it gets its outcome without being applied."""
        first = pending.events[0]
        with telling_events([first]):
            logger.error("An event has ended the worker three times and is given up.")
        version = pending.versions[first.sequence]
        pending.outcomes[first.sequence] = crashed_outcome(self.lease, first, version, clock.now())
        self._transact(pending, [first])
        self._apply(pending, pending.events[1:])

    def _apply(self, pending: PendingSlice, events: Sequence[Queued]) -> None:
        """One transaction per part; when the database refuses the data, halves, down to the event that is to blame."""
        for part in pending.parts(events):
            try:
                self._transact(pending, part)
            except DatabaseError as error:
                if not database.is_data_error(error):
                    raise
                self._isolate(pending, part, error)

    def _isolate(self, pending: PendingSlice, events: Sequence[Queued], error: Exception) -> None:
        if len(events) == 1:
            only = events[0]
            with telling_events([only]):
                logger.warning("The database refuses what an event says: %s", type(error).__name__)
            version = pending.versions[only.sequence]
            pending.outcomes[only.sequence] = refused_outcome(self.lease, only, version, error, clock.now())
            self._transact(pending, events)
            return
        middle = len(events) // 2
        self._apply(pending, events[:middle])
        self._apply(pending, events[middle:])

    def _transact(self, pending: PendingSlice, events: Sequence[Queued]) -> None:
        last = max(self.cursor, events[-1].sequence)
        rest = [event for event in pending.events if event.sequence > events[-1].sequence]
        tries, suspect_until = self._marks_after(last)
        marks = Marks(last, tries, suspect_until, lambda: rest or self._upcoming())
        database.retrying(SliceTransaction(self.lease, pending, events, marks).run)
        self.cursor, self.tries, self.suspect_until = last, tries, suspect_until
        self.settled += len(events)

    def _upcoming(self) -> Sequence[Queued]:
        """Events of the next slice if it is known by now: they are marked in this transaction instead of one more."""
        pending = self._following.peek() if self._following and not self.lease.is_changing else None
        if pending is None:
            return ()
        pending.is_marked = True
        return pending.events

    def _marks_after(self, last: int) -> tuple[int, int | None]:
        """tries and suspect_until once everything up to last is settled."""
        if self.suspect_until is None or last >= self.suspect_until:
            return 0, None
        return min(self.tries, ALONE), self.suspect_until
