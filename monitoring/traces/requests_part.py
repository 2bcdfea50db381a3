"""steps_of_requests: calls on behalf of others, and what a middleware told of itself, as steps of a trace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import Organization
from hub.json_types import JSONValue
from monitoring.codes import Level
from monitoring.models import MonitoringEvent
from monitoring.record import EXTERNAL, FILE_PROXY, MANAGED_CALL, SECURE_PROXY
from monitoring.traces.parts import MOST_OF_A_KIND, Step, TracePart

STATUS_OF: Final = {
    Level.SUCCESS.value: "success",
    Level.INFO.value: "success",
    Level.WARNING.value: "warning",
    Level.ERROR.value: "error",
}
"""Level of a span → status of its step."""
NAMES: Final[Mapping[str, str | Promise]] = {
    EXTERNAL: _("Outside the hub"),
    MANAGED_CALL: _("Managed call"),
    SECURE_PROXY: _("Secure proxy"),
    FILE_PROXY: _("File"),
}


def steps_of_requests(*, organization: Organization, correlation_id: str, at: datetime) -> TracePart:
    """One query."""
    spans = MonitoringEvent.objects.of(organization).filter(correlation_id=correlation_id, sync_type__in=tuple(NAMES))
    found = list(spans.order_by("completed_at", "id")[: MOST_OF_A_KIND + 1])
    return TracePart([_step(span) for span in found[:MOST_OF_A_KIND]], len(found) > MOST_OF_A_KIND)


def _step(span: MonitoringEvent) -> Step:
    took = timedelta(milliseconds=span.duration_ms or 0)
    return Step(
        name=str(NAMES[span.sync_type]),
        status=STATUS_OF.get(span.level, "success"),
        began_at=min(span.received_at, span.completed_at - took),
        ended_at=span.completed_at,
        note=span.object_type or _slug(span.detail),
        text=span.message,
        url=_use_case(span),
        integration_id=span.integration_id,
        is_external=span.sync_type == EXTERNAL,
        code=span.code,
        detail=span.detail,
    )


def _slug(detail: JSONValue) -> str:
    slug = detail.get("use_case_slug") if isinstance(detail, dict) else None
    return slug if isinstance(slug, str) else ""


def _use_case(span: MonitoringEvent) -> str:
    if span.use_case_id is None:
        return ""
    return reverse("integrations:use-case", args=[span.integration_id, span.use_case_id])
