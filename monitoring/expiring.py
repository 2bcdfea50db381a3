"""days_left: a gauge for every token, certificate and variable of an organization that ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from hub.accounts.models import ApiToken, Organization
from hub.display_zone import day_at
from hub.environments.models import Variable
from hub.environments.trust.changes import authorities_of
from monitoring.gauges import DAYS_LEFT, Gauge

FARTHEST: Final = timedelta(days=366)
"""What ends later concerns no rule."""
FORGOTTEN_AFTER: Final = timedelta(days=7)
"""A token that ended so long ago is missed by nobody."""


def days_left(*, organization: Organization, at: datetime) -> Iterator[Gauge]:
    """Three queries."""
    tokens = ApiToken.objects.of(organization).filter(
        revoked_at=None, expires_at__gt=at - FORGOTTEN_AFTER, expires_at__lt=at + FARTHEST
    )
    for pk, name, ends_at in tokens.order_by("pk").values_list("pk", "name", "expires_at"):
        if ends_at is not None:
            yield Gauge(DAYS_LEFT, f"token:{pk}", name, _days(ends_at, at))
    for one in authorities_of(organization):
        yield Gauge(DAYS_LEFT, f"certificate:{one.fingerprint}"[:120], one.subject, _days(one.valid_until, at))
    yield from _variables(organization, at)


def _variables(organization: Organization, at: datetime) -> Iterator[Gauge]:
    """In days of the calendar. One that has expired stays: somebody is to replace it, or to take its day away."""
    today = day_at(at)
    ending = Variable.objects.of(organization).filter(expires_on__lt=today + FARTHEST).defer("sealed")
    for one in ending.order_by("pk"):
        left = one.days_left(today)
        if left is not None:
            yield Gauge(DAYS_LEFT, f"variable:{one.pk}", one.key, left)


def _days(ends_at: datetime, at: datetime) -> float:
    return (ends_at - at) / timedelta(days=1)
