"""What the palette finds here: the trace of a correlation id that was used, issues by code, and codes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from hub.accounts.grants import Capability, allows
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.web.palette.closeness import closeness
from hub.web.palette.matches import MOST_FOUND, Match, find_uuid
from monitoring.codes import CODES
from monitoring.codes.addresses import address_of
from monitoring.issues.explain import title_of
from monitoring.models import MonitoringEvent
from monitoring.models.issues import Issue


def traces(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """At most one; none for an id that fits into no address."""
    url = _find_url(text)
    if not url or not allows(principal, Capability.MONITOR):
        return []
    spans = MonitoringEvent.objects.of(organization).filter(correlation_id=text)
    return [Match(text, url, "route")] if spans.exists() else []


def issues(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """Those of that very code first, then those that failed last."""
    if not allows(principal, Capability.MONITOR):
        return []
    named = Issue.objects.of(organization).filter(Q(code__istartswith=text) | Q(pk=find_uuid(text)))
    return [
        Match(title_of(one), reverse("monitoring:issue", args=(one.pk,)), "alert-octagon", note=one.get_state_display())
        for one in named.order_by(closeness(text, "code"), "-last_at", "-id")[:MOST_FOUND]
    ]


def codes(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """Those whose name begins so; they are the same for every organization."""
    if not allows(principal, Capability.MONITOR):
        return []
    named = sorted(name for name in CODES if name.startswith(text.upper()))
    return [Match(name, address_of(name), "info-circle") for name in named[:MOST_FOUND]]


def _find_url(correlation_id: str) -> str:
    try:
        return reverse("monitoring:trace", args=(correlation_id,))
    except NoReverseMatch:
        return ""
