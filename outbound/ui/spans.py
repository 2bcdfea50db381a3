"""Spans of an event as the page of a delivery shows them: each with the use case and the mapping that it tells of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from inbound.ui.names import with_gone
from integrations.models import UseCase
from monitoring.models import MonitoringEvent
from outbound.ui.names import Names


@dataclass(frozen=True, slots=True)
class SpanRow:
    """One line. use_case: its slug, empty when nobody knows it; mappings: their names, those that are still there."""

    span: MonitoringEvent
    use_case: str
    mappings: str


def span_rows(organization: Organization, spans: Sequence[MonitoringEvent], names: Names) -> list[SpanRow]:
    """In their order; one query for mappings, and one more where use cases are gone."""
    wanted = {one.use_case_id for one in spans if one.use_case_id}
    places = with_gone(names.places, organization, wanted)
    known = _mapping_names(organization, wanted)
    return [SpanRow(one, places.use_case(one.use_case_id), _mappings(one, known)) for one in spans]


def _mapping_names(organization: Organization, use_case_ids: Collection[UUID]) -> dict[str, str]:
    if not use_case_ids:
        return {}
    rows = UseCase.objects.of(organization).filter(pk__in=use_case_ids).values_list("configuration", flat=True)
    return {
        str(mapping["id"]): str(mapping.get("name") or "")
        for configuration in rows
        for mapping in (configuration or {}).get("mappings") or ()
        if isinstance(mapping, dict) and mapping.get("id")
    }


def _mappings(span: MonitoringEvent, known: dict[str, str]) -> str:
    detail = span.detail if isinstance(span.detail, dict) else {}
    one, several = detail.get("mapping_id"), detail.get("mapping_ids")
    ids = dict.fromkeys(several if isinstance(several, list) else [one])
    return ", ".join(name for identifier in ids if (name := known.get(str(identifier), "")))
