"""PendingSlice: a slice is mapped in children before its transaction, never inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from hub.entities.guard import guard_of
from hub.entities.store import Guard
from hub.jsonata.pool import ChildFailure, ChildPool
from hub.jsonata.pools import pool_of
from inbound.mapping.result import EventMapping, Facts, Failure, Job, decode_mapping, encode_job
from inbound.process.slices import Queued
from inbound.process.versions import PinnedVersion, versions_of
from inbound.process.wishes import Asking, Wishes

if TYPE_CHECKING:
    from inbound.outcomes import Outcome

MOST_OPERATIONS = 5_000
"""Operations of one transaction (engine rule 1.4): one event may ask for thousands, a slice of them for millions."""
MAPPING_PROGRAM = "inbound.mapping.program"
NUL = b"\\u0000"
Part = tuple[int, int, int]
"""First sequence, number and last sequence of events of one slice that follow each other."""
LOW_BITS = 2**52 - 1
"""The random part of an id that $random() is made of: the same for every attempt of one event."""


def mapping_pool() -> ChildPool:
    """The mapping children of this process."""
    return pool_of(MAPPING_PROGRAM)


class PendingSlice:
    """Events of one slice, each with its version and, once mapped, its mapping; by sequence.

    outcomes holds those that are decided without the store: a crash, or data that the database refused.
    """

    def __init__(self, organization_id: int, events: Sequence[Queued], versions: dict[int, PinnedVersion]) -> None:
        self.organization_id = organization_id
        self.events = events
        self.versions = versions
        self.mappings: dict[int, EventMapping] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.is_marked = False
        """True when the lane's row names this slice as the one at work."""
        self.traceparent = ""
        """The span within which it was mapped; empty where nobody traces."""
        self._wishes: dict[Part, Wishes] | None = None
        """What the parts that it is committed in mean for the store."""
        self._guard: Guard | None = None
        self._is_sound = True
        """True while no answer may hold the character that no database takes."""

    @property
    def is_mapped(self) -> bool:
        """True once every event has its mapping."""
        return self._wishes is not None

    def version_of(self, event: Queued) -> int:
        """The number of the use case version that the event is mapped with; 0 when the use case is gone."""
        return self.versions[event.sequence].version

    def map(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Have the children map the events, one message per use case version, and wait; at once the second time.

        meanwhile is called once they are at work.
        """
        if self.is_mapped:
            return
        groups: dict[PinnedVersion, list[Queued]] = {}
        for event in self.events:
            groups.setdefault(self.versions[event.sequence], []).append(event)
        running = [
            (group, mapping_pool().start(version.plan_key, version.plan, [_job(event) for event in group]))
            for version, group in groups.items()
            if not version.problem
        ]
        for version, group in groups.items():
            if version.problem:
                failure = EventMapping(failure=Failure(version.problem, version.message, "", None))
                self.mappings |= {event.sequence: failure for event in group}
        meanwhile()
        for group, pending in running:
            for event, answer in zip(group, pending.results(), strict=True):
                self.mappings[event.sequence] = _mapping(answer)
                self._is_sound = self._is_sound and (isinstance(answer, ChildFailure) or NUL not in answer)
        self._wishes = {_place(part): self._wished(part) for part in self.parts(self.events)}

    def parts(self, events: Sequence[Queued]) -> Iterator[Sequence[Queued]]:
        """events of this mapped slice, cut into what one transaction may do; an event above that is alone."""
        first = operations = 0
        for place, event in enumerate(events):
            mapping = self.mappings[event.sequence]
            wanted = len(mapping.updates) + len(mapping.readings)
            if place > first and operations + wanted > MOST_OPERATIONS:
                yield events[first:place]
                first, operations = place, 0
            operations += wanted
        if first < len(events):
            yield events[first:]

    def wishes(self, events: Sequence[Queued]) -> Wishes:
        """What events mean for the store; for the slice's own parts it was worked out when they were mapped."""
        known = self._wishes.get(_place(events)) if self._wishes and events else None
        return self._wished(events) if known is None else known

    def _wished(self, events: Sequence[Queued]) -> Wishes:
        asking = Asking(self._limits)
        for event in events:
            asking.add(event, self.mappings[event.sequence], self.versions[event.sequence])
        return asking.prepared(is_sound=self._is_sound)

    def _limits(self) -> Guard:
        """The organization's guard over prunes, read when the first one is met."""
        if self._guard is None:
            self._guard = guard_of(self.organization_id)
        return self._guard


def resolved(organization_id: int, events: Sequence[Queued]) -> PendingSlice:
    """The slice with the versions of its events."""
    return PendingSlice(organization_id, events, versions_of(organization_id, events))


def _place(events: Sequence[Queued]) -> Part:
    return events[0].sequence, len(events), events[-1].sequence


def _mapping(answer: bytes | ChildFailure) -> EventMapping:
    if isinstance(answer, ChildFailure):
        return EventMapping(failure=Failure("MAPPING_EXPRESSION_FAILED", answer.message))
    return decode_mapping(answer)


def _job(event: Queued) -> bytes:
    facts = Facts(
        event_type=event.event_type,
        event_name=event.event_name,
        use_case_slug=event.use_case_slug,
        timestamp=event.sent_at.isoformat() if event.sent_at else "",
        correlation_id=event.correlation_id,
        millis=int(event.received_at.timestamp() * 1000),
        random=(event.origin_id.int & LOW_BITS) / (LOW_BITS + 1),
    )
    return encode_job(Job(event.body, event.format, facts))
