"""The steps of an event as far as they were recorded: receipt, then what was mapped and written, and when."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub import clock
from hub.json_types import JSONValue
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import duration_ms, size
from inbound.query import EventRow
from monitoring.codes import Level
from monitoring.models import MonitoringEvent

MOST_STEPS = 200
"""Operations whose steps are drawn; an event may have thousands."""
QUARTERS = 4
MARK = 0.8
"""Width in percent of the bar of something of which only the moment is known."""
ROOM = 1.7
"""The axis is at least this much longer than the event took, so that labels have their place."""
ROUND = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8)
"""Lengths of an axis, times a power of ten, whose quarters read well."""
GAP = 0.8
STATUS_OF = {Level.SUCCESS: "success", Level.INFO: "skipped", Level.WARNING: "warning", Level.ERROR: "error"}
BARS = {"warning": "ih-fill-warning", "error": "ih-fill-error", "skipped": "ih-fill-skipped"}


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a step lies on the axis, in percent."""

    start: float = 0.0
    length: float = 0.0
    css_class: str = "ih-fill-bar"

    @property
    def x(self) -> str:
        """The left end, as an SVG attribute."""
        return f"{self.start:.2f}%"

    @property
    def width(self) -> str:
        """The length, as an SVG attribute."""
        return f"{self.length:.2f}%"

    @property
    def text_x(self) -> str:
        """Where the label begins."""
        return f"{self.start + self.length + GAP:.2f}%"


NO_BAR = Bar()


@dataclass(frozen=True, slots=True)
class Step:
    """One row: name and note at the left, a bar with its text, and the offset from receipt in words."""

    name: str
    status: str
    note: str = ""
    text: str = ""
    at: str = ""
    bar: Bar = NO_BAR
    is_child: bool = False
    is_mono: bool = False
    entity: tuple[str, UUID] | None = None
    """Schema and id, where the row is about an entity."""


@dataclass(frozen=True, slots=True)
class Trace:
    """steps from receipt to the end; ticks label the quarters of the axis; left_out counts what is not drawn."""

    steps: tuple[Step, ...]
    ticks: tuple[str, ...]
    left_out: int = 0
    warnings: int = 0


def trace_of(row: EventRow, spans: Sequence[MonitoringEvent]) -> Trace:
    """The trace of an event from its spans, which are in the order they were written."""
    total = row.outcome.duration_ms if row.outcome else 0
    shown = spans[:MOST_STEPS]
    axis = _axis(total)
    steps = (_received(row), *(_waiting(row) if row.outcome is None else _ended(row, shown, axis)))
    ticks = tuple(duration_ms(axis * place / QUARTERS) for place in range(QUARTERS)) if total else ()
    loud = sum(1 for span in spans if span.level in (Level.WARNING, Level.ERROR))
    return Trace(steps, ticks, len(spans) - len(shown), loud)


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


def _ended(row: EventRow, spans: Sequence[MonitoringEvent], axis: float) -> Iterator[Step]:
    total = row.outcome.duration_ms if row.outcome else 0
    operations = [span for span in spans if span.entity_id or _detail(span, "schema")]
    others = [span for span in spans if span not in operations]
    if row.outcome is None or not row.outcome.use_case_version:
        yield from (_closing(span, total) for span in others)
        return
    end = 100 * total / axis
    yield _mapped(row, others, end)
    yield from (_finding(span) for span in others)
    if operations:
        yield _written(operations, total, end)
        yield from (_operation(span, end) for span in operations)


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
        bar=Bar(0, max(end, MARK), BARS.get(worst, "ih-fill-bar")),
    )


def _written(operations: Sequence[MonitoringEvent], total: int, end: float) -> Step:
    has_failed = any(span.level == Level.ERROR for span in operations)
    entities = ngettext("%(count)d entity", "%(count)d entities", len(operations)) % {"count": len(operations)}
    return Step(
        _("Written"),
        "error" if has_failed else "success",
        note=entities,
        text=_("in one transaction"),
        at=duration_ms(total),
        bar=Bar(end, MARK, BARS["error"] if has_failed else "ih-fill-bar"),
    )


def _operation(span: MonitoringEvent, end: float) -> Step:
    schema = str(_detail(span, "schema") or "")
    identifiers = _detail(span, "identifiers")
    key = str(next(iter(identifiers.values()), "")) if isinstance(identifiers, dict) else ""
    return Step(
        name=schema,
        status=STATUS_OF[Level(span.level)],
        note=key,
        text=_result(span),
        bar=Bar(end, MARK, BARS.get(STATUS_OF[Level(span.level)], "ih-fill-bar")),
        is_child=True,
        is_mono=True,
        entity=(schema, span.entity_id) if span.entity_id else None,
    )


def _result(span: MonitoringEvent) -> str:
    if span.level == Level.ERROR:
        return span.code
    changed = _detail(span, "changed")
    count = len(changed) if isinstance(changed, list) else 0
    words = {
        "ENTITY_CREATED": _("created"),
        "ENTITY_DELETED": _("deleted"),
        "ENTITY_NO_OP": _("unchanged"),
    }
    attributes = ngettext("updated, %(count)d attribute", "updated, %(count)d attributes", count) % {"count": count}
    return words.get(span.code) or (attributes if span.code == "ENTITY_UPDATED" else span.code)


def _finding(span: MonitoringEvent) -> Step:
    status = STATUS_OF[Level(span.level)]
    return Step(span.code or _("Nothing mapped"), status, text=span.message[:80], is_child=True, is_mono=True)


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


def _detail(span: MonitoringEvent, name: str) -> JSONValue:
    detail: JSONValue = span.detail
    return detail.get(name) if isinstance(detail, dict) else None
