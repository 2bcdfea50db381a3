"""Steps of readings: each batch with what became of it, and each reading that was not written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.web.templatetags.numbers import duration_ms, number
from inbound.ui.trace_steps import STATUS_OF, Known, Step, detail_of, first_value, mark, number_in, worst_of
from monitoring.codes import Level
from monitoring.models import MonitoringEvent

SYNC_TYPE: Final = "meter_reading"
METER: Final = "meter"


def is_of_readings(span: MonitoringEvent) -> bool:
    """Whether it is about readings; the entity it may name is their meter then."""
    return span.sync_type == SYNC_TYPE


def reading_steps(spans: Sequence[MonitoringEvent], known: Known, total: int, end: float) -> Iterator[Step]:
    """One row for all readings, one per batch and per failure; nothing when there were none."""
    if not spans:
        return
    steps = [_batch(span, known, end) if _is_batch(span) else _failed(span, end) for span in spans]
    status = worst_of(steps)
    count = sum(number_in(span, "count") if _is_batch(span) else 1 for span in spans)
    note = ngettext("%(count)s reading", "%(count)s readings", count) % {"count": number(count)}
    yield Step(_("Readings"), status, note=note, at=duration_ms(total), bar=mark(status, end))
    yield from steps


def _is_batch(span: MonitoringEvent) -> bool:
    return detail_of(span, "outcomes") is not None


def _batch(span: MonitoringEvent, known: Known, end: float) -> Step:
    status = STATUS_OF[Level(span.level)]
    title = known.titles.get(span.entity_id, "") if span.entity_id else ""
    return Step(
        name=METER,
        status=status,
        note=title,
        text=_outcomes(span),
        bar=mark(status, end),
        is_child=True,
        is_mono=True,
        entity=(METER, span.entity_id) if span.entity_id and title else None,
    )


def _outcomes(span: MonitoringEvent) -> str:
    outcomes = detail_of(span, "outcomes")
    return readings_text(number_in(span, "count"), outcomes if isinstance(outcomes, dict) else {})


def readings_text(count: int, outcomes: Mapping[str, object]) -> str:
    """How many readings, and what became of them: "3 readings: 2 created, 1 unchanged"."""
    words = {
        "created": _("created"),
        "updated": _("updated"),
        "no_op": _("unchanged"),
        "deleted": _("deleted"),
        "superseded": _("superseded"),
        "failed": _("failed"),
    }
    parts = [f"{each} {words.get(name, name)}" for name, each in outcomes.items()]
    readings = ngettext("%(count)s reading", "%(count)s readings", count) % {"count": number(count)}
    return f"{readings}: {', '.join(parts)}" if parts else readings


def _failed(span: MonitoringEvent, end: float) -> Step:
    """Meter and external id, as far as the reading had them, else which item it was; and what was wrong."""
    meter = first_value(detail_of(span, "meter"))
    named = [part for part in (meter, str(detail_of(span, "external_id") or "")) if part]
    status = STATUS_OF[Level(span.level)]
    return Step(
        name=_("reading"),
        status=status,
        note=" · ".join(named) or _("item %(number)s") % {"number": number_in(span, "item")},
        text=span.message or span.code,
        bar=mark(status, end),
        is_child=True,
        is_mono=True,
        entity=(METER, span.entity_id) if span.entity_id else None,
    )
