"""What became of an event: the verdict over its operations and the roll-up of their spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

import msgspec

from hub.entities import store
from hub.entities.store import OperationResult
from hub.json_types import JSONObject, JSONValue
from inbound.mapping.result import EntityUpdate, MappingWarning
from inbound.models import EventStatus
from inbound.outcomes import Outcome
from inbound.process.lease import Lease
from inbound.process.slices import Queued
from monitoring.codes import Category, Level, get_code
from monitoring.record import MESSAGE_CHARACTERS, Span

if TYPE_CHECKING:
    from inbound.process.mapped import PendingSlice

MOST_WARNINGS_SHOWN = 20
"""Warnings of one code whose text a span keeps; the count tells of all."""


class Verdict(Enum):
    """Whether an event has ended."""

    ENDED = auto()
    AGAIN = auto()
    BEHIND = auto()


def verdict_of(results: Sequence[OperationResult]) -> Verdict:
    """AGAIN after a transient failure, BEHIND when an earlier waiting event has the same identifiers."""
    waits = [result for result in results if result.outcome is store.Outcome.WAITING]
    if not waits:
        return Verdict.ENDED
    own = any(result.code != store.ResultCode.BEHIND_WAITING for result in waits)
    return Verdict.AGAIN if own else Verdict.BEHIND


def outcome_of(
    lease: Lease, pending: PendingSlice, event: Queued, results: Sequence[OperationResult], at: datetime
) -> Outcome:
    """The end of one event: its operations' spans and their roll-up (mapping.md 17.3)."""
    decided = pending.outcomes.get(event.event_id)
    if decided is not None:
        return decided
    mapping = pending.mappings[event.event_id]
    version = pending.versions[event.use_case_id].version
    facts = _Facts(lease, event, version, at)
    if mapping.failure is not None:
        failure = mapping.failure
        detail: JSONObject = {"path": failure.path, **({"detail": failure.detail} if failure.detail else {})}
        return facts.failed(failure.code, failure.message, detail)
    spans = [
        *_operation_spans(facts, mapping.updates, results),
        *_warning_spans(facts, [*mapping.warnings, *_store_warnings(mapping.updates, results)]),
    ]
    return facts.rolled_up(spans, _counts(mapping.updates, results, mapping.warnings))


def crashed_outcome(lease: Lease, event: Queued, version: int, at: datetime) -> Outcome:
    """The end of an event that killed the worker whenever it was applied alone."""
    return _Facts(lease, event, version, at).failed("WORKER_CRASHED", get_code("WORKER_CRASHED").sentence, None)


def refused_outcome(lease: Lease, event: Queued, version: int, error: Exception, at: datetime) -> Outcome:
    """The end of an event whose data the database does not take."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return _Facts(lease, event, version, at).failed("UNKNOWN_ERROR", f"The database refused the data: {reason}", None)


class _Facts(msgspec.Struct, frozen=True):
    """What every span of one event says alike."""

    lease: Lease
    event: Queued
    version: int
    at: datetime

    @property
    def object_type(self) -> str:
        return self.event.event_name or self.event.use_case_slug

    @property
    def duration_ms(self) -> int:
        return max(0, round((self.at - self.event.received_at).total_seconds() * 1000))

    def span(self, level: str, code: str, message: str = "", **more: JSONValue) -> Span:
        return Span(
            organization_id=self.lease.organization_id,
            integration_id=self.lease.integration_id,
            sync_type="entity",
            level=level,
            received_at=self.event.received_at,
            completed_at=self.at,
            code=code,
            category=get_code(code).category if level == Level.ERROR else Category.NONE,
            message=message[:MESSAGE_CHARACTERS],
            use_case_id=self.event.use_case_id,
            event_id=self.event.event_id,
            event_type=self.event.event_type,
            object_type=self.object_type,
            correlation_id=self.event.correlation_id,
            duration_ms=self.duration_ms,
            lane_id=self.lease.lane_id,
            event_order=self.event.order,
            **more,  # type: ignore[arg-type]  # entity_id, attributes and detail, by name
        )

    def failed(self, code: str, message: str, detail: JSONObject | None) -> Outcome:
        span = self.span(Level.ERROR, code, message, detail=detail)
        return self._outcome(EventStatus.ERROR, code, message, {"failed": 1}, [span])

    def rolled_up(self, spans: list[Span], counts: dict[str, int]) -> Outcome:
        loudest = next((s for level in (Level.ERROR, Level.WARNING) for s in spans if s.level == level), None)
        if loudest is None:
            code = "" if spans else "NOTHING_MAPPED"
            return self._outcome(EventStatus.SUCCESS, code, "", counts, spans or [self.span(Level.SUCCESS, code)])
        return self._outcome(EventStatus(loudest.level), loudest.code, loudest.message, counts, spans)

    def _outcome(
        self, status: EventStatus, code: str, message: str, counts: dict[str, int], spans: list[Span]
    ) -> Outcome:
        return Outcome(
            event_id=self.event.event_id,
            organization_id=self.lease.organization_id,
            integration_id=self.lease.integration_id,
            use_case_id=self.event.use_case_id,
            use_case_version=self.version,
            status=status,
            code=code,
            message=message,
            event_type=self.event.event_type,
            object_type=self.object_type,
            correlation_id=self.event.correlation_id,
            received_at=self.event.received_at,
            finished_at=self.at,
            attempts=self.event.attempts + 1,
            counts=counts,
            spans=tuple(spans),
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
    has_failed = result.outcome is store.Outcome.FAILED
    detail: JSONObject = {"schema": update.schema, "identifiers": dict(update.identifiers)}
    if result.changed:
        detail["changed"] = list(result.changed)
    return facts.span(
        Level.ERROR if has_failed else Level.SUCCESS,
        result.code,
        result.message,
        entity_id=result.entity_id,  # type: ignore[arg-type]  # a UUID, not JSON
        attributes=list(update.attributes),
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
) -> dict[str, int]:
    counts = Counter(str(result.outcome) for result in results)
    counts["failed"] += sum(1 for update in updates if update.missing)
    counts["warnings"] += len(warnings) + sum(len(result.warnings) for result in results)
    return {name: number for name, number in counts.items() if number}
