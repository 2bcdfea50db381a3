"""targets: what issues of failed deliveries call their receivers, and the pages of those."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from hub.accounts.models import Organization
from monitoring.issues.targets import Target
from outbound.ui.names import names_of


def targets(*, organization: Organization, receiver_ids: Iterable[str]) -> dict[str, Target]:
    """The source of ISSUE_TARGET_SOURCE. A component or a use case that uploads has a name and no page here."""
    names = names_of(organization)
    return {
        one: Target(names.webhook(one), reverse("outbound:webhook", args=[one]) if one in names.webhooks else "")
        for one in receiver_ids
    }
