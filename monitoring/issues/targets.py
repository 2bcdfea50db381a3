"""Receivers of deliveries that fail: their names, and where the deliveries are listed and sent again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from hub.accounts.models import Organization
from hub.plugins import load
from monitoring.issues.fingerprint import OUTBOUND, WARNINGS_TO_ACT_ON
from monitoring.models.issues import Issue


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver. url is empty where it has no page of its own."""

    name: str
    url: str


class TargetSource(Protocol):
    """Names receivers; an app above keeps them, so it is read by name."""

    def __call__(self, *, organization: Organization, receiver_ids: Iterable[str]) -> Mapping[str, Target]:
        """By id, those that are known."""


@dataclass(frozen=True, slots=True)
class DeliveryUrls:
    """Where the failed deliveries behind an issue are listed, and where all of them are sent again."""

    listed: str
    resend: str


def targets_of(organization: Organization, issues: Iterable[Issue]) -> Mapping[str, Target]:
    """By the host of the issue; nothing is asked where no issue is about deliveries."""
    ids = {one.host for one in issues if is_of_deliveries(one)}
    if not ids:
        return {}
    source: TargetSource = load(settings.ISSUE_TARGET_SOURCE)
    return source(organization=organization, receiver_ids=ids)


def is_of_deliveries(issue: Issue) -> bool:
    """Whether the failures are attempts of deliveries to one receiver."""
    return issue.sync_type == OUTBOUND and bool(issue.host)


def delivery_urls(issue: Issue, merged: Iterable[Issue] = ()) -> DeliveryUrls | None:
    """None where the issue is not about deliveries. merged: the issues that were merged into it.

    A warning beside a delivery is no code of the delivery itself.
    """
    if not is_of_deliveries(issue):
        return None
    wanted = [("status", "failed"), ("webhook", issue.host)]
    codes = sorted({one.code for one in (issue, *merged)})
    if WARNINGS_TO_ACT_ON.isdisjoint(codes):
        wanted += [("code", code) for code in codes]
    query = urlencode([*wanted, ("window", "90d")])
    return DeliveryUrls(f"{reverse('outbound:deliveries')}?{query}", f"{reverse('outbound:resend-matching')}?{query}")
