"""issue_facts: the issues that an event's failures belong to, as lines of the list of facts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hub.accounts.models import Organization
from monitoring.issues.explain import title_of
from monitoring.issues.query import issues_named
from monitoring.models import MonitoringEvent

MOST_NAMED = 5
"""Issues that an event names; one with more is of no use as their example."""

Inputs = dict[str, Any]  # Any: named inputs of a component


def issue_facts(organization: Organization, spans: Sequence[MonitoringEvent]) -> list[Inputs]:
    """The last to fail first; one query, none for an event without failures. An issue that is new has its line some
    seconds after its first failure."""
    named = {span.issue_id for span in spans if span.issue_id}
    issues = issues_named(organization=organization, issue_ids=named)[:MOST_NAMED]
    return [
        {"label": _("Issue"), "value": title_of(one), "url": reverse("monitoring:issue", args=[one.pk])}
        for one in issues
    ]
