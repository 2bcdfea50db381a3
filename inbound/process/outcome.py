"""What became of an event: the verdict over its operations and the roll-up of their spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Final
from uuid import UUID

from hub.entities import store
from hub.entities.store import OperationResult
from hub.json_types import JSONObject, JSONValue
from inbound.mapping.result import EntityUpdate, MappingWarning
from inbound.models import EventStatus
from inbound.outcomes import Outcome, elapsed_ms
from inbound.process.lease import Lease
from inbound.process.slices import Queued
from monitoring.codes import Level, get_code
from monitoring.record import MESSAGE_CHARACTERS, Span

if TYPE_CHECKING:
    from inbound.process.mapped import PendingSlice

# Members of an enumeration cost a search each time they are named; these are named once per event.
_SUCCESS: Final = Level.SUCCESS
_WARNING: Final = Level.WARNING
_ERROR: Final = Level.ERROR
_EVENT_SUCCESS: Final = EventStatus.SUCCESS
_FAILED: Final = store.Outcome.FAILED
_WAITING: Final = store.Outcome.WAITING
_ALONE: Final = {outcome: {str(outcome): 1} for outcome in store.Outcome}
"""The counts of an event with one operation and nothing to say about it."""

MOST_WARNINGS_SHOWN = 20
"""Warnings of one code whose text a span keeps; the count tells of all."""


class Verdict(Enum):
    """Whether an event has ended."""

    ENDED = auto()
    AGAIN = auto()
    BEHIND = auto()


def verdict_of(results: Sequence[OperationResult]) -> Verdict:
    """AGAIN after a transient failure, BEHIND when an earlier waiting event has the same identifiers."""
    waits = [result for result in results if result.outcome is _WAITING]
    if not waits:
        return _ENDED
    own = any(result.code != store.ResultCode.BEHIND_WAITING for result in waits)
    return Verdict.AGAIN if own else Verdict.BEHIND


_ENDED: Final = Verdict.ENDED


def outcome_of(
    lease: Lease, pending: PendingSlice, event: Queued, results: Sequence[OperationResult], at: datetime
) -> Outcome:
    """The end of one event: its operations' spans and their roll-up (mapping.md 17.3)."""
    decided = pending.outcomes.get(event.sequence)
    if decided is not None:
        return decided
    mapping = pending.mappings[event.sequence]
    version = pending.version_of(event)
    facts = _Facts(lease, event, version, at)
    if mapping.failure is not None:
        failure = mapping.failure
        detail: JSONObject = {"path": failure.path, **({"detail": failure.detail} if failure.detail else {})}
        return facts.failed(failure.code, failure.message, detail)
    spans = list(_operation_spans(facts, mapping.updates, results))
    if mapping.warnings or any(result.warnings for result in results):
        spans += _warning_spans(facts, [*mapping.warnings, *_store_warnings(mapping.updates, results)])
    return facts.rolled_up(spans, _counts(mapping.updates, results, mapping.warnings))


def crashed_outcome(lease: Lease, event: Queued, version: int, at: datetime) -> Outcome:
    """The end of an event that killed the worker whenever it was applied alone."""
    return _Facts(lease, event, version, at).failed("WORKER_CRASHED", get_code("WORKER_CRASHED").sentence, None)


def refused_outcome(lease: Lease, event: Queued, version: int, error: Exception, at: datetime) -> Outcome:
    """The end of an event whose data the database does not take."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return _Facts(lease, event, version, at).failed("UNKNOWN_ERROR", f"The database refused the data: {reason}", None)


class _Facts:
    """What every span of one event says alike."""

    __slots__ = ("at", "duration_ms", "event", "lease", "object_type", "version")

    def __init__(self, lease: Lease, event: Queued, version: int, at: datetime) -> None:
        self.lease = lease
        self.event = event
        self.version = version
        self.at = at
        self.object_type = event.event_name or event.use_case_slug
        self.duration_ms = elapsed_ms(event.received_at, at)

    def span(
        self,
        level: Level,
        code: str,
        message: str = "",
        *,
        entity_id: UUID | None = None,
        attributes: Sequence[str] | None = None,
        detail: JSONValue = None,
    ) -> Span:
        event = self.event
        return Span(
            self.lease.organization_id,
            self.lease.integration_id,
            "entity",
            level,
            event.received_at,
            self.at,
            code,
            get_code(code).category if level is _ERROR else "",
            message[:MESSAGE_CHARACTERS],
            event.use_case_id,
            event.event_id,
            event.event_type,
            self.object_type,
            event.correlation_id,
            self.duration_ms,
            self.lease.lane_id,
            event.order,
            entity_id,
            attributes,
            detail,
        )

    def failed(self, code: str, message: str, detail: JSONObject | None) -> Outcome:
        span = self.span(_ERROR, code, message, detail=detail)
        return self._outcome(EventStatus.ERROR, code, message, {"failed": 1}, [span])

    def rolled_up(self, spans: list[Span], counts: Mapping[str, int]) -> Outcome:
        loudest = next((one for level in (_ERROR, _WARNING) for one in spans if one.level is level), None)
        if loudest is None:
            code = "" if spans else "NOTHING_MAPPED"
            return self._outcome(_EVENT_SUCCESS, code, "", counts, spans or [self.span(_SUCCESS, code)])
        return self._outcome(EventStatus(loudest.level), loudest.code, loudest.message, counts, spans)

    def _outcome(
        self, status: EventStatus, code: str, message: str, counts: Mapping[str, int], spans: Sequence[Span]
    ) -> Outcome:
        event = self.event
        return Outcome(
            event.event_id,
            self.lease.organization_id,
            self.lease.integration_id,
            event.use_case_id,
            self.version,
            status,
            code,
            message,
            event.event_type,
            self.object_type,
            event.correlation_id,
            event.received_at,
            self.at,
            self.duration_ms,
            event.attempts + 1,
            counts,
            spans,
        )


def _operation_spans(
    facts: _Facts, updates: Sequence[EntityUpdate], results: Sequence[OperationResult]
) -> Iterable[Span]:
    written = iter(results)
    for update in updates:
        yield _missing_span(facts, update) if update.missing else _result_span(facts, update, next(written))


def _missing_span(facts: _Facts, update: EntityUpdate) -> Span:
    names = ", ".join(update.missing)
    message = f"{update.schema}: the identifier {names} is empty"
    return facts.span(
        Level.ERROR,
        "MISSING_UNIQUE_IDENTIFIERS",
        message,
        detail={"schema": update.schema, "missing": list(update.missing)},
    )


def _result_span(facts: _Facts, update: EntityUpdate, result: OperationResult) -> Span:
    detail: JSONObject = {"schema": update.schema, "identifiers": update.identifiers}  # type: ignore[dict-item]  # texts
    if result.changed:
        detail["changed"] = list(result.changed)
    return facts.span(
        _ERROR if result.outcome is _FAILED else _SUCCESS,
        result.code,
        result.message,
        entity_id=result.entity_id,
        attributes=None if update.mode == "delete" else list(update.attributes),
        detail=detail,
    )


def _store_warnings(updates: Sequence[EntityUpdate], results: Sequence[OperationResult]) -> Iterable[MappingWarning]:
    written = (update for update in updates if not update.missing)
    for update, result in zip(written, results, strict=True):
        for code in result.warnings:
            yield MappingWarning(entity_schema=update.schema, field="", message=get_code(code).sentence, code=code)


def _warning_spans(facts: _Facts, warnings: Sequence[MappingWarning]) -> Iterable[Span]:
    """One span per code, with how often and where."""
    by_code: dict[str, list[MappingWarning]] = {}
    for warning in warnings:
        by_code.setdefault(warning.code, []).append(warning)
    for code, same in by_code.items():
        shown: list[JSONValue] = [
            {"schema": one.entity_schema, "field": one.field, "message": one.message}
            for one in same[:MOST_WARNINGS_SHOWN]
        ]
        yield facts.span(Level.WARNING, code, same[0].message, detail={"count": len(same), "warnings": shown})


def _counts(
    updates: Sequence[EntityUpdate], results: Sequence[OperationResult], warnings: Sequence[MappingWarning]
) -> Mapping[str, int]:
    if len(results) == 1 and len(updates) == 1 and not warnings and not results[0].warnings:
        return _ALONE[results[0].outcome]
    counts = Counter(str(result.outcome) for result in results)
    counts["failed"] += sum(1 for update in updates if update.missing)
    counts["warnings"] += len(warnings) + sum(len(result.warnings) for result in results)
    return {name: number for name, number in counts.items() if number}
