"""What became of an event: the verdict over its operations and the roll-up of their spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from hub.entities import store
from hub.entities.store import OperationResult
from hub.json_types import JSONObject
from inbound.mapping.result import EntityUpdate, EventMapping, MappingWarning
from inbound.models import EventStatus
from inbound.outcomes import Outcome
from inbound.process.lease import Lease
from inbound.process.more_spans import counted, prune_spans, reading_spans
from inbound.process.results import Cause, More, Results
from inbound.process.slices import Queued
from inbound.process.spans import EventFacts, operation_spans, store_warnings, warning_spans
from inbound.process.versions import PinnedVersion
from inbound.process.waiting import may_wait
from monitoring.codes import Level, get_code
from monitoring.record import Span

if TYPE_CHECKING:
    from inbound.process.mapped import PendingSlice

# Members of an enumeration cost a search each time they are named; these are named once per event.
_SUCCESS: Final = Level.SUCCESS
_WARNING: Final = Level.WARNING
_ERROR: Final = Level.ERROR
_EVENT_SUCCESS: Final = EventStatus.SUCCESS
_ALONE: Final = {outcome: {str(outcome): 1} for outcome in store.Outcome}
"""The counts of an event with one operation and nothing to say about it."""


def cause_to_wait(event: Queued, mapping: EventMapping, results: Results) -> Cause | None:
    """Why the event is to be tried again, None when it has ended.

    Its own transient failure comes before that of an earlier event with the same identifiers.
    """
    failure = mapping.failure
    if failure is not None and may_wait(failure.code, event.attempts + 1):
        return failure.code, failure.message
    behind: Cause | None = None
    for cause in results.causes_to_wait():
        if cause[0] != store.ResultCode.BEHIND_WAITING:
            return cause
        behind = cause
    return behind


def outcome_of(lease: Lease, pending: PendingSlice, event: Queued, became: Results, at: datetime) -> Outcome:
    """The end of one event: its operations' spans and their roll-up (mapping.md 17.3)."""
    decided = pending.outcomes.get(event.sequence)
    if decided is not None:
        return decided
    mapping = pending.mappings[event.sequence]
    facts = EventFacts(lease, event, pending.versions[event.sequence], at)
    if mapping.failure is not None:
        failure = mapping.failure
        detail: JSONObject = {"path": failure.path, **({"detail": failure.detail} if failure.detail else {})}
        return _failed(facts, failure.code, failure.message, detail, failure.category)
    results = became.operations
    spans = list(operation_spans(facts, mapping.updates, results))
    if mapping.warnings or any(result.warnings for result in results):
        spans += warning_spans(facts, [*mapping.warnings, *store_warnings(mapping.updates, results)])
    counts = _counts(mapping.updates, results, mapping.warnings)
    if became.more is None and not mapping.prunes and not mapping.readings and not mapping.reading_prunes:
        return _rolled_up(facts, spans, counts)
    more = became.more or More()
    spans += warning_spans(facts, list(more.warnings))
    spans += [*prune_spans(facts, mapping, more), *reading_spans(facts.of_readings(), mapping, more)]
    return _rolled_up(facts, spans, counted(counts, mapping, more))


def crashed_outcome(lease: Lease, event: Queued, version: PinnedVersion, at: datetime) -> Outcome:
    """The end of an event that killed the worker whenever it was applied alone."""
    return _failed(EventFacts(lease, event, version, at), "WORKER_CRASHED", get_code("WORKER_CRASHED").sentence, None)


def refused_outcome(lease: Lease, event: Queued, version: PinnedVersion, error: Exception, at: datetime) -> Outcome:
    """The end of an event whose data the database does not take."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return _failed(
        EventFacts(lease, event, version, at), "UNKNOWN_ERROR", f"The database refused the data: {reason}", None
    )


def _failed(facts: EventFacts, code: str, message: str, detail: JSONObject | None, category: str = "") -> Outcome:
    """An event that ends with one failure; category where it is not the one of the code."""
    span = facts.span(_ERROR, code, message, detail=detail)
    span = replace(span, category=category) if category else span
    return _outcome(facts, EventStatus.ERROR, code, message, {"failed": 1}, [span])


def _rolled_up(facts: EventFacts, spans: list[Span], counts: Mapping[str, int]) -> Outcome:
    loudest = next((one for level in (_ERROR, _WARNING) for one in spans if one.level is level), None)
    if loudest is None:
        code = "" if spans else "NOTHING_MAPPED"
        return _outcome(facts, _EVENT_SUCCESS, code, "", counts, spans or [facts.span(_SUCCESS, code)])
    return _outcome(facts, EventStatus(loudest.level), loudest.code, loudest.message, counts, spans)


def _outcome(
    facts: EventFacts, status: EventStatus, code: str, message: str, counts: Mapping[str, int], spans: Sequence[Span]
) -> Outcome:
    event = facts.event
    return Outcome(
        event.event_id,
        facts.lease.organization_id,
        facts.lease.integration_id,
        facts.version.use_case_id,
        facts.version.version,
        status,
        code,
        message,
        event.event_type,
        facts.object_type,
        event.correlation_id,
        event.received_at,
        facts.at,
        facts.duration_ms,
        event.attempts + 1,
        counts,
        spans,
    )


def _counts(
    updates: Sequence[EntityUpdate], results: Sequence[OperationResult], warnings: Sequence[MappingWarning]
) -> Mapping[str, int]:
    if len(results) == 1 and len(updates) == 1 and not warnings and _is_plain(results[0]):
        return _ALONE[results[0].outcome]
    counts = Counter(str(result.outcome) for result in results)
    counts.update(str(one.outcome) for result in results for one in result.related)
    counts["failed"] += sum(len(result.notes) for result in results)
    counts["failed"] += sum(1 for update in updates if update.missing)
    counts["warnings"] += len(warnings) + sum(len(result.warnings) for result in results)
    return {name: number for name, number in counts.items() if number}


def _is_plain(result: OperationResult) -> bool:
    return not (result.warnings or result.notes or result.related)
