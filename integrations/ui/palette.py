"""What the palette finds here: integrations and use cases by name, slug or id."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from hub.accounts.grants import Capability, allows
from hub.accounts.models import Organization
from hub.accounts.principals import Principal
from hub.web.palette.closeness import closeness
from hub.web.palette.matches import MOST_FOUND, Match, find_uuid
from integrations.models import Integration, UseCase


def integrations(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """The name itself first, then those that begin so, by name."""
    if not allows(principal, Capability.READ):
        return []
    named = Q(name__icontains=text) | Q(pk=find_uuid(text))
    found = (
        Integration.objects.of(organization).filter(named).order_by(closeness(text, "name"), "name", "id")[:MOST_FOUND]
    )
    return [Match(one.name, reverse("integrations:detail", args=(one.pk,)), "plug-connected") for one in found]


def use_cases(*, organization: Organization, principal: Principal, text: str) -> Sequence[Match]:
    """The name or slug itself first, then those that begin so, by name, with the integration that each belongs to."""
    if not allows(principal, Capability.READ):
        return []
    named = Q(name__icontains=text) | Q(slug__icontains=text) | Q(pk=find_uuid(text))
    cases = (
        UseCase.objects.of(organization)
        .filter(named)
        .select_related("integration")
        .order_by(closeness(text, "name", "slug"), "name", "id")
    )
    return [
        Match(
            one.name,
            reverse("integrations:use-case", args=(one.integration_id, one.pk)),
            "route",
            note=f"{one.slug} · {one.integration.name}",
        )
        for one in cases[:MOST_FOUND]
    ]
