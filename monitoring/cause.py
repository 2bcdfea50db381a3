"""What fails most in an integration right now: the commonest code among its latest failures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.accounts.models import Organization
from monitoring.codes import Code, Level, get_code
from monitoring.models import MonitoringEvent

SPANS_LOOKED_AT = 500
"""The newest steps of an integration: enough to see what is going wrong, few enough at any load."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A code and the use case in which it occurred most."""

    code: Code
    use_case_id: UUID | None


def find_cause(*, organization: Organization, integration_id: UUID, since: datetime) -> Cause | None:
    """The commonest failure of the latest steps, or None when none of them failed; one query."""
    spans = MonitoringEvent.objects.of(organization).filter(integration_id=integration_id, completed_at__gte=since)
    latest = spans.order_by("-completed_at", "-id").values_list("level", "code", "use_case_id")[:SPANS_LOOKED_AT]
    failures = Counter((code, use_case_id) for level, code, use_case_id in latest if level == Level.ERROR)
    if not failures:
        return None
    (code, use_case_id), _ = failures.most_common(1)[0]
    return Cause(get_code(code), use_case_id)
