"""Steps of entities: what became of each operation, and of what its relations had written elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.web.templatetags.numbers import duration_ms
from inbound.ui.trace_steps import STATUS_OF, Step, detail_of, first_value, mark
from monitoring.codes import Level
from monitoring.models import MonitoringEvent


def entity_steps(spans: Sequence[MonitoringEvent], total: int, end: float) -> Iterator[Step]:
    """One row for the transaction, one per operation; nothing when there was none."""
    if not spans:
        return
    has_failed = any(span.level == Level.ERROR for span in spans)
    count = len({span.entity_id or span.pk for span in spans})
    status = "error" if has_failed else "success"
    yield Step(
        _("Written"),
        status,
        note=ngettext("%(count)d entity", "%(count)d entities", count) % {"count": count},
        text=_("in one transaction"),
        at=duration_ms(total),
        bar=mark(status, end),
    )
    yield from (_operation(span, end) for span in spans)


def _operation(span: MonitoringEvent, end: float) -> Step:
    schema, status = str(detail_of(span, "schema") or ""), STATUS_OF[Level(span.level)]
    return Step(
        name=schema,
        status=status,
        note=first_value(detail_of(span, "identifiers")) or str(detail_of(span, "attribute") or ""),
        text=_result(span),
        bar=mark(status, end),
        is_child=True,
        is_mono=True,
        entity=(schema, span.entity_id) if span.entity_id else None,
    )


def _result(span: MonitoringEvent) -> str:
    if span.level == Level.ERROR:
        return span.code
    related = detail_of(span, "related_to")
    if related:
        words = {
            "ENTITY_CREATED": _("made for the relation of %(schema)s"),
            "ENTITY_UPDATED": _("changed for the relation of %(schema)s"),
        }
        return words.get(span.code, _("met by the relation of %(schema)s")) % {"schema": related}
    changed = detail_of(span, "changed")
    count = len(changed) if isinstance(changed, list) else 0
    words = {
        "ENTITY_CREATED": _("created"),
        "ENTITY_DELETED": _("deleted"),
        "ENTITY_NO_OP": _("unchanged"),
    }
    attributes = ngettext("updated, %(count)d attribute", "updated, %(count)d attributes", count) % {"count": count}
    return words.get(span.code) or (attributes if span.code == "ENTITY_UPDATED" else span.code)
