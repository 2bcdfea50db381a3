"""SliceTransaction: fence, hold back, write entities, take the events out of the queue, record what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from hub import clock, database
from hub.entities import store
from inbound.outcomes import Outcome, write_outcomes
from inbound.process import prunes, waiting
from inbound.process.applying import apply_wishes
from inbound.process.fence import Marks, enter, leave
from inbound.process.lease import Lease, LeaseLost
from inbound.process.operations import keys_of
from inbound.process.outcome import cause_to_wait, outcome_of
from inbound.process.results import Cause, Results
from inbound.process.slices import Queued, take_out
from inbound.process.waiting import Key, Waiting

if TYPE_CHECKING:
    from inbound.process.mapped import PendingSlice


class SliceTransaction:
    """Everything that a slice does to the database; run() may be called again after a rollback."""

    def __init__(self, lease: Lease, pending: PendingSlice, events: Sequence[Queued], marks: Marks) -> None:
        self.lease = lease
        self.pending = pending
        self.events = events
        self.marks = marks

    def run(self) -> None:
        """One transaction, all or nothing. Raises LeaseLost when the lane or its events are somebody else's by now.

        While the database writes entities, the outcomes are worked out here.
        """
        with transaction.atomic():
            has_waiting = enter(self.lease)
            parked = self._held_back() if has_waiting else {}
            with database.pipelined():
                results = self._write([event for event in self.events if self._is_applied(event, parked)])
                outcomes = self._settle(results, parked)
                ended = [event.sequence for event, _ in outcomes]
                taken_out = take_out(ended) if ended else None
                if has_waiting:
                    waiting.free_keys(self.lease.lane_id, ended, clock.now())
                write_outcomes([outcome for _, outcome in outcomes])
                leave(self.lease, self.marks)
            if taken_out is not None and taken_out.touched != len(ended):
                raise LeaseLost

    def _is_applied(self, event: Queued, parked: Mapping[int, object]) -> bool:
        return event.sequence not in parked and event.sequence not in self.pending.outcomes

    def _held_back(self) -> dict[int, frozenset[Key]]:
        """Events that carry an identifier value of an earlier waiting event, and what waits behind those in turn."""
        keys_by_event = {event.sequence: keys_of(self.pending.mappings[event.sequence]) for event in self.events}
        holders = waiting.parked_keys(self.lease.lane_id, set().union(*keys_by_event.values()))
        parked: dict[int, frozenset[Key]] = {}
        for sequence, keys in keys_by_event.items():
            if any(holders.get(key, sequence) < sequence for key in keys):
                parked[sequence] = keys
                for key in keys:
                    holders.setdefault(key, sequence)
        return parked

    def _write(self, events: Sequence[Queued]) -> dict[int, Results]:
        """What became of each event's wishes, by sequence; an event that is not applied has none."""
        results = {event.sequence: Results() for event in self.events}
        apply_wishes(self.lease, self.pending.wishes(events), results, clock.now())
        return results

    def _settle(self, results: dict[int, Results], parked: dict[int, frozenset[Key]]) -> list[tuple[Queued, Outcome]]:
        """Put back and park what waits; the outcomes of the others, in order."""
        outcomes: list[tuple[Queued, Outcome]] = []
        put_back: list[Waiting] = []
        at = clock.now()
        for event in self.events:
            if event.sequence in parked:
                continue
            became = results[event.sequence]
            cause = self._cause_to_wait(event, became)
            if cause is None:
                outcomes.append((event, outcome_of(self.lease, self.pending, event, became, at)))
                continue
            keys = keys_of(self.pending.mappings[event.sequence])
            if cause[0] == store.ResultCode.BEHIND_WAITING:
                parked[event.sequence] = keys
            else:
                put_back.append(waiting.again(event, self.pending.version_of(event), cause, keys, at))
        waiting.put_back(self.lease.lane_id, put_back)
        waiting.park(self.lease.lane_id, sorted(parked.items()))
        prunes.hold_those(self.lease, self.pending, [(event, results[event.sequence]) for event, _ in outcomes], at)
        return outcomes

    def _cause_to_wait(self, event: Queued, became: Results) -> Cause | None:
        if event.sequence in self.pending.outcomes:
            return None
        return cause_to_wait(event, self.pending.mappings[event.sequence], became)
