"""The slice in the mapping child: started before the transaction, finished before it, never inside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from hub.database import no_transaction_is_open
from hub.jsonata.pool import ChildFailure, ChildPool, Pending
from inbound.mapping.result import EventMapping, Facts, Failure, Job, decode_mapping, encode_job
from inbound.process.slices import Queued
from inbound.process.versions import PinnedVersion, versions_of

if TYPE_CHECKING:
    from inbound.outcomes import Outcome

MAPPING_PROGRAM = "inbound.mapping.program"
LOW_BITS = 2**52 - 1
"""The random part of an id that $random() is made of: the same for every attempt of one event."""

_pools: dict[str, ChildPool] = {}


def mapping_pool() -> ChildPool:
    """The mapping children of this process, started on first use."""
    if MAPPING_PROGRAM not in _pools:
        _pools[MAPPING_PROGRAM] = ChildPool(
            size=settings.HUB_JSONATA_CHILDREN,
            program=MAPPING_PROGRAM,
            engine=settings.HUB_JSONATA_ENGINE,
            forbid_in_transaction=no_transaction_is_open,
        )
    return _pools[MAPPING_PROGRAM]


class PendingSlice:
    """Events of one slice, each with its version and, once finished, its mapping.

    outcomes holds those that are decided without the store: a crash, or data that the database refused.
    """

    def __init__(self, events: Sequence[Queued], versions: dict[UUID, PinnedVersion]) -> None:
        self.events = events
        self.versions = versions
        self.mappings: dict[UUID, EventMapping] = {}
        self.outcomes: dict[UUID, Outcome] = {}
        self._running: list[tuple[list[Queued], Pending]] = []

    def version_of(self, event: Queued) -> int:
        """The number of the use case version that the event is mapped with; 0 when the use case is gone."""
        return self.versions[event.event_id].version

    def start(self) -> None:
        """Send one message per use case version to the children."""
        groups: dict[str, list[Queued]] = {}
        for event in self.events:
            groups.setdefault(self.versions[event.event_id].plan_key, []).append(event)
        for group in groups.values():
            version = self.versions[group[0].event_id]
            if version.problem:
                failure = EventMapping(
                    updates=[], warnings=[], failure=Failure(version.problem, version.message, "", None)
                )
                self.mappings |= {event.event_id: failure for event in group}
            else:
                jobs = [_job(event) for event in group]
                self._running.append((group, mapping_pool().start(version.plan_key, version.plan, jobs)))

    def finish(self) -> None:
        """Wait for the children; every event has a mapping afterwards."""
        for group, pending in self._running:
            for event, answer in zip(group, pending.results(), strict=True):
                self.mappings[event.event_id] = _mapping(answer)
        self._running = []

    def discard(self) -> None:
        """Wait for the children and forget what they say, so that they are free again."""
        for _, pending in self._running:
            pending.results()
        self._running = []


def start_mapping(organization_id: int, events: Sequence[Queued]) -> PendingSlice:
    """Resolve the versions of a slice and hand it to the mapping children."""
    pending = PendingSlice(events, versions_of(organization_id, events))
    pending.start()
    return pending


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
