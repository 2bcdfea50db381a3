"""Steps of prunes: what each removed of its scope, what was held, and what somebody decided about it later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.web.templatetags.numbers import duration_ms, number
from inbound.models import HeldPrune
from inbound.ui.trace_steps import Known, Removed, Step, detail_of, first_value, mark, number_in, worst_of
from monitoring.codes import Level
from monitoring.models import MonitoringEvent

DECISIONS: Final = frozenset({"PRUNE_APPROVED", "PRUNE_REJECTED"})
SHOWN: Final = 20
"""Removed entities that have a row of their own; the others are folded away."""


def is_prune(span: MonitoringEvent) -> bool:
    """Whether it tells what became of a prune within its event."""
    return span.code.startswith("PRUNE_") and span.code not in DECISIONS


def is_pruned(span: MonitoringEvent) -> bool:
    """Whether it is about an entity that a prune has removed."""
    return detail_of(span, "pruned") is True


def prune_steps(spans: Sequence[MonitoringEvent], known: Known, total: int, end: float) -> Iterator[Step]:
    """One row for all prunes, one per prune, and below each what it removed; nothing when there was none."""
    steps = list(_each(spans, known, end))
    if not steps:
        return
    count = sum(map(is_prune, spans))
    status = worst_of(steps)
    scopes = ngettext("%(count)d scope", "%(count)d scopes", count) % {"count": count}
    yield Step(_("Pruned"), status, note=scopes, at=duration_ms(total), bar=mark(status, end))
    yield from steps


def _each(spans: Sequence[MonitoringEvent], known: Known, end: float) -> Iterator[Step]:
    """A prune's span comes before those of the entities that it removed."""
    place = 0
    while place < len(spans):
        following = place + 1
        while following < len(spans) and is_pruned(spans[following]):
            following += 1
        if is_prune(spans[place]):
            yield _prune(spans[place], known, end)
            place += 1
        yield from _removed(spans[place:following], known, end)
        place = following


def _prune(span: MonitoringEvent, known: Known, end: float) -> Step:
    held = _held(span, known.held) if span.code == "PRUNE_HELD" else None
    status = _status(span)
    return Step(
        name=str(detail_of(span, "schema") or "meter_reading"),
        status=status,
        note=_scope(span),
        text=_result(span, held),
        bar=mark(status, end),
        is_child=True,
        is_mono=True,
        prune_id=held.pk if held else None,
    )


def _status(span: MonitoringEvent) -> str:
    if span.code == "PRUNE_HELD":
        return "held"
    return "error" if span.level == Level.ERROR else "success"


def _scope(span: MonitoringEvent) -> str:
    """The value that tells the scope."""
    return first_value(detail_of(span, "terms")) or first_value(detail_of(span, "meter"))


def _result(span: MonitoringEvent, held: HeldPrune | None) -> str:
    if span.level == Level.ERROR:
        return span.code
    words = {"count": number(number_in(span, "removed")), "scope": number(number_in(span, "in_scope"))}
    if span.code == "PRUNE_HELD":
        return f"{_('%(count)s of %(scope)s held') % words}, {_since(held)}"
    return _("%(count)s of %(scope)s removed") % words


def _since(held: HeldPrune | None) -> str:
    """What became of a held prune; one that nobody kept was overtaken at once."""
    words = {
        HeldPrune.State.WAITING.value: _("undecided"),
        HeldPrune.State.APPROVED.value: _("then approved"),
        HeldPrune.State.REJECTED.value: _("then rejected"),
    }
    return words.get(held.state if held else "", _("then superseded"))


def _held(span: MonitoringEvent, held: Sequence[HeldPrune]) -> HeldPrune | None:
    """The held prune that a span is about: the one of the same scope."""
    return next((prune for prune in held if _is_about(prune, span)), None)


def _is_about(prune: HeldPrune, span: MonitoringEvent) -> bool:
    if prune.kind == HeldPrune.Kind.READINGS:
        pairs = (("meter", "meter"), ("counter", "meter_counter"), ("source", "source"))
        return bool(detail_of(span, "meter")) and _agree(prune, span, pairs)
    return prune.schema == detail_of(span, "schema") and _agree(prune, span, (("terms", "terms"),))


def _agree(prune: HeldPrune, span: MonitoringEvent, pairs: Sequence[tuple[str, str]]) -> bool:
    return all(prune.scope.get(in_scope) == detail_of(span, in_span) for in_scope, in_span in pairs)


def _removed(spans: Sequence[MonitoringEvent], known: Known, end: float) -> Iterator[Step]:
    entities = [
        Removed(str(detail_of(span, "schema") or ""), span.entity_id, known.titles.get(span.entity_id, ""))
        for span in spans
        if span.entity_id
    ]
    yield from (_entity(one, end) for one in entities[:SHOWN])
    folded = tuple(entities[SHOWN:])
    if folded:
        text = ngettext("%(count)s more removed", "%(count)s more removed", len(folded))
        yield Step(text % {"count": number(len(folded))}, "success", is_child=True, more=folded)


def _entity(one: Removed, end: float) -> Step:
    return Step(
        name=one.schema,
        status="success",
        note=one.title,
        text=_("removed by the prune"),
        bar=mark("success", end),
        is_child=True,
        is_mono=True,
        entity=(one.schema, one.entity_id) if one.title else None,
    )


def decision_steps(spans: Sequence[MonitoringEvent], received_at: datetime) -> Iterator[Step]:
    """What somebody decided about held prunes of the event, after it had ended."""
    for span in spans:
        removed, listed = number_in(span, "removed"), number_in(span, "listed")
        words = {"count": number(removed), "listed": number(listed)}
        is_approved = span.code == "PRUNE_APPROVED"
        yield Step(
            name=_("Prune approved") if is_approved else _("Prune rejected"),
            status="success" if is_approved else "disabled",
            text=_("%(count)s of %(listed)s removed") % words if is_approved else _("everything stayed"),
            at=duration_ms((span.completed_at - received_at).total_seconds() * 1000),
            prune_id=_prune_id(detail_of(span, "prune")),
        )


def _prune_id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
