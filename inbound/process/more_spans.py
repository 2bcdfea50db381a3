"""The spans of prunes and readings, and what they add to an event's counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hub.entities.readings.writing import PruneResult as ReadingPruneResult
from hub.entities.readings.writing import ReadingBatch, ReadingCode
from hub.entities.store import Member, Outcome, PruneResult, ResultCode
from hub.json_types import JSONObject, JSONValue
from inbound.mapping.result import EventMapping, PruneScope, ReadingPrune, ReadingUpdate
from inbound.process.results import FailedReading, More
from inbound.process.spans import EventFacts
from inbound.process.wishes import is_unclear
from inbound.staleness import brought_reading
from monitoring.codes import Level, get_code
from monitoring.record import Span

MOST_NAMED = 100
"""External ids that a span of readings lists: those of one batch."""


def prune_spans(facts: EventFacts, mapping: EventMapping, more: More) -> Iterator[Span]:
    """One per prune, and one per entity that it removed."""
    for scope in mapping.prunes:
        if is_unclear(scope):
            yield _unclear(facts, _scope(scope), _why_unclear(scope))
    for scope, pruned in more.prunes:
        yield _prune_span(facts, scope, pruned)
        if pruned.outcome is Outcome.DELETED:
            for member in pruned.members:
                yield _member(facts, scope, member)


def _member(facts: EventFacts, scope: PruneScope, member: Member) -> Span:
    """An entity that a prune has removed."""
    identifiers: JSONObject = dict(member.identifiers)
    detail: JSONObject = {
        "schema": scope.schema,
        "identifiers": identifiers,
        "mode": scope.deletion,
        "pruned": True,
    }
    return facts.span(Level.SUCCESS, ResultCode.DELETED, entity_id=member.entity_id, detail=detail)


def _prune_span(facts: EventFacts, scope: PruneScope, pruned: PruneResult) -> Span:
    numbers: JSONObject = {"removed": len(pruned.members), "in_scope": pruned.scope}
    level = Level.ERROR if pruned.outcome is Outcome.FAILED else get_code(pruned.code).level
    return facts.span(level, pruned.code, pruned.message, detail=_scope(scope) | numbers)


def _scope(scope: PruneScope) -> JSONObject:
    terms: JSONObject = dict(scope.terms)
    return {"schema": scope.schema, "anchor_schema": scope.anchor_schema, "terms": terms, "deletion": scope.deletion}


def _why_unclear(prune: PruneScope | ReadingPrune) -> str:
    if prune.missing:
        return f"{', '.join(prune.missing)} of the scope is empty, so nothing was removed."
    return "An item lacks its identifier, so nobody can say what is to be kept; nothing was removed."


def _unclear(facts: EventFacts, detail: JSONObject, why: str) -> Span:
    return facts.span(Level.ERROR, ResultCode.PRUNE_UNRESOLVED, why, detail=detail)


def reading_spans(facts: EventFacts, mapping: EventMapping, more: More) -> Iterator[Span]:
    """One per batch of readings, per reading that was not written, and per prune; facts are those of readings."""
    for update in mapping.readings:
        if update.missing:
            yield _missing(facts, update)
    for batch in more.batches:
        yield _batch(facts, batch)
    for failed in more.failed_readings:
        yield _failed(facts, failed)
    for prune in mapping.reading_prunes:
        if is_unclear(prune):
            yield _unclear(facts, _devices(prune), _why_unclear(prune))
    for prune, pruned in more.reading_prunes:
        yield _reading_prune(facts, prune, pruned)


def _missing(facts: EventFacts, update: ReadingUpdate) -> Span:
    names = ", ".join(update.missing)
    message = f"The reading names no meter: {names} is empty"
    detail: JSONObject = {"missing": list(update.missing), "item": update.item}
    return facts.span(Level.ERROR, "MISSING_UNIQUE_IDENTIFIERS", message, detail=detail)


def _batch(facts: EventFacts, batch: ReadingBatch) -> Span:
    outcomes: JSONObject = dict(batch.outcomes)
    detail: JSONObject = {
        "count": len(batch.positions),
        "external_ids": list(batch.external_ids[:MOST_NAMED]),
        "meter_counter": str(batch.counter_id) if batch.counter_id else None,
        "outcomes": outcomes,
    }
    brought = [brought_reading(one) for one in batch.external_ids]
    return facts.span(Level.SUCCESS, batch.code, entity_id=batch.meter_id, attributes=brought, detail=detail)


def _failed(facts: EventFacts, failed: FailedReading) -> Span:
    external_id = failed.update.attributes.get("external_id")
    meter: JSONObject = dict(failed.update.meter)
    detail: JSONObject = {"external_id": _text(external_id), "meter": meter, "item": failed.update.item}
    return facts.span(
        Level.ERROR,
        failed.code,
        failed.message,
        entity_id=failed.meter_id,
        attributes=[] if external_id is None else [brought_reading(_text(external_id))],
        detail=detail,
    )


def _text(value: JSONValue) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _devices(prune: ReadingPrune) -> JSONObject:
    meter: JSONObject = dict(prune.meter)
    counter: JSONObject | None = None if prune.counter is None else dict(prune.counter)
    return {"meter": meter, "meter_counter": counter, "source": prune.source}


def _reading_prune(facts: EventFacts, prune: ReadingPrune, pruned: ReadingPruneResult) -> Span:
    numbers: JSONObject = {"removed": len(pruned.reading_ids), "in_scope": pruned.scope_size}
    level = get_code(pruned.code).level
    return facts.span(level, pruned.code, pruned.message, detail=_devices(prune) | numbers)


def counted(counts: Mapping[str, int], mapping: EventMapping, more: More) -> Mapping[str, int]:
    """counts with what prunes and readings add."""
    total = Counter(counts)
    for batch in more.batches:
        total.update(batch.outcomes)
    total["failed"] += len(more.failed_readings) + sum(bool(one.missing) for one in mapping.readings)
    total["failed"] += sum(map(is_unclear, mapping.prunes)) + sum(map(is_unclear, mapping.reading_prunes))
    total["warnings"] += len(more.warnings)
    for _, pruned in more.prunes:
        total["deleted"] += len(pruned.members) if pruned.outcome is Outcome.DELETED else 0
        total["failed"] += pruned.outcome is Outcome.FAILED
        total["held"] += pruned.code == ResultCode.PRUNE_HELD
    _count_reading_prunes(total, [pruned for _, pruned in more.reading_prunes])
    return {name: number for name, number in total.items() if number}


def _count_reading_prunes(total: Counter[str], pruned: Sequence[ReadingPruneResult]) -> None:
    for one in pruned:
        total["deleted"] += len(one.reading_ids) if one.code == ReadingCode.PRUNED else 0
        total["failed"] += one.code == ReadingCode.UNRESOLVED
        total["held"] += one.code == ReadingCode.HELD
