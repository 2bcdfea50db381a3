"""The steps of an event as far as they were recorded: receipt, then what was mapped and written, and when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub import clock
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import duration_ms, number, size
from inbound.query import EventRow
from inbound.ui.trace_entities import entity_steps
from inbound.ui.trace_prunes import DECISIONS, decision_steps, is_prune, is_pruned, prune_steps
from inbound.ui.trace_readings import is_of_readings, reading_steps
from inbound.ui.trace_steps import MARK, NOTHING_KNOWN, STATUS_OF, Known, Step, detail_of
from monitoring.codes import Level
from monitoring.findings import warning_count
from monitoring.models import MonitoringEvent
from monitoring.traces.bars import Bar, fill_of

MOST_STEPS = 200
"""Rows that are drawn; an event may have thousands of operations."""
QUARTERS = 4
ROOM = 1.7
"""The axis is at least this much longer than the event took, so that labels have their place."""
ROUND = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8)
"""Lengths of an axis, times a power of ten, whose quarters read well."""


@dataclass(frozen=True, slots=True)
class Trace:
    """steps from receipt to the end; ticks label the quarters of the axis; left_out counts what is not drawn."""

    steps: tuple[Step, ...]
    ticks: tuple[str, ...]
    left_out: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class SortedOut:
    """The spans by what they are about, in their order; findings are those of the event as a whole."""

    findings: list[MonitoringEvent] = field(default_factory=list)
    entities: list[MonitoringEvent] = field(default_factory=list)
    prunes: list[MonitoringEvent] = field(default_factory=list)
    readings: list[MonitoringEvent] = field(default_factory=list)


def trace_of(row: EventRow, spans: Sequence[MonitoringEvent], known: Known = NOTHING_KNOWN) -> Trace:
    """The trace of an event from its spans, which are in the order they were written."""
    total = row.outcome.duration_ms if row.outcome else 0
    axis = _axis(total)
    later = list(decision_steps([span for span in spans if span.code in DECISIONS], row.event.received_at))
    rest = list(_waiting(row) if row.outcome is None else _ended(row, spans, known, axis))
    ticks = tuple(duration_ms(axis * place / QUARTERS) for place in range(QUARTERS)) if total else ()
    loud = sum(warning_count(span.detail) or 1 for span in spans if span.level in (Level.WARNING, Level.ERROR))
    shown = rest[:MOST_STEPS]
    return Trace((_received(row), *shown, *later), ticks, len(rest) - len(shown), loud)


def _axis(total: int) -> float:
    """Milliseconds that the whole axis stands for."""
    least = max(total, 1) * ROOM
    power = 10.0 ** math.floor(math.log10(least))
    return next(one * power for one in (*ROUND, 10) if one * power >= least)


def _received(row: EventRow) -> Step:
    event = row.event
    note = f"{size(event.body_bytes)} {event.format.upper()}"
    return Step(_("Received"), "success", note=note, at=duration_ms(0), bar=Bar(0, MARK))


def _waiting(row: EventRow) -> Iterator[Step]:
    waiting = row.waiting
    if waiting is None:
        yield Step(_("Being applied"), "running", text=_("the worker has it"))
    elif waiting.parked:
        yield Step(_("In line"), "waiting", text=_("behind an earlier event of the same identifiers"))
    elif waiting.attempts and waiting.next_attempt_at:
        when = relative_time(waiting.next_attempt_at, clock.now())
        yield Step(_("Waiting to retry"), "waiting", note=_attempts(waiting.attempts), text=when)
    else:
        yield Step(_("In line"), "waiting", text=_("for its turn in the lane"))


def _ended(row: EventRow, spans: Sequence[MonitoringEvent], known: Known, axis: float) -> Iterator[Step]:
    total = row.outcome.duration_ms if row.outcome else 0
    sorted_out = _sorted_out(spans)
    if row.outcome is None or not row.outcome.use_case_version:
        yield from (_closing(span, total) for span in sorted_out.findings)
        return
    end = 100 * total / axis
    yield _mapped(row, sorted_out.findings, end)
    yield from (_finding(span) for span in sorted_out.findings)
    yield from entity_steps(sorted_out.entities, total, end)
    yield from reading_steps(sorted_out.readings, known, total, end)
    yield from prune_steps(sorted_out.prunes, known, total, end)


def _sorted_out(spans: Sequence[MonitoringEvent]) -> SortedOut:
    found = SortedOut()
    for span in spans:
        if span.code not in DECISIONS:
            _group_of(found, span).append(span)
    return found


def _group_of(found: SortedOut, span: MonitoringEvent) -> list[MonitoringEvent]:
    if is_prune(span) or is_pruned(span):
        return found.prunes
    if is_of_readings(span):
        return found.readings
    return found.entities if span.entity_id or detail_of(span, "schema") else found.findings


def _mapped(row: EventRow, findings: Sequence[MonitoringEvent], end: float) -> Step:
    """Waiting and mapping are one bar: only the end of both was recorded."""
    order = list(STATUS_OF.values())
    worst = max((STATUS_OF[Level(span.level)] for span in findings), key=order.index, default="success")
    attempts, total = (row.outcome.attempts, row.outcome.duration_ms) if row.outcome else (1, 0)
    return Step(
        _("In line and mapped"),
        worst,
        text=_attempts(attempts) if attempts > 1 else _("waited, then mapped"),
        at=duration_ms(total),
        bar=Bar(0, max(end, MARK), fill_of(worst)),
    )


def _finding(span: MonitoringEvent) -> Step:
    status = STATUS_OF[Level(span.level)]
    others = warning_count(span.detail) - 1
    note = ngettext("+%(count)s more", "+%(count)s more", others) % {"count": number(others)} if others > 0 else ""
    name = span.code or _("Nothing mapped")
    return Step(name, status, note=note, text=span.message[:80], is_child=True, is_mono=True)


def _closing(span: MonitoringEvent, total: int) -> Step:
    """The one step of an event that ended at the door."""
    status = STATUS_OF[Level(span.level)]
    names = {
        "DUPLICATE_EVENT": _("Deduplicated"),
        "EVENT_NOT_CONFIGURED": _("Routed"),
        "MALFORMED_PAYLOAD": _("Read"),
        "PAYLOAD_TOO_LARGE": _("Read"),
    }
    name = names.get(span.code, _("Ended"))
    return Step(name, status, text=span.message[:80] or span.code, at=duration_ms(total))


def _attempts(count: int) -> str:
    return ngettext("%(count)d attempt", "%(count)d attempts", count) % {"count": count}
