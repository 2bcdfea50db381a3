"""API requests as their query lists them: by token, keyset, newest first (api.md 15.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from hub.accounts.models import Organization
from monitoring.models import AccessLog

Position = tuple[datetime, UUID]
"""Where a row stands: at, id."""
MOST_SCANNED: Final = 20_000
"""Requests that one page looks through for what no index finds."""


@dataclass(frozen=True, slots=True)
class RequestSearch:
    """What the list is narrowed to; empty fields narrow nothing, but without a token there is nothing to list.

    token_ids None means every request of the organization, those without a token included.
    """

    token_ids: tuple[str, ...] | None
    method: str = ""
    path: str = ""
    """A part of the path."""
    status: int | None = None
    methods: tuple[str, ...] = ()
    status_classes: tuple[int, ...] = ()
    """First digits: 4 for 400 to 499."""
    since: datetime | None = None
    until: datetime | None = None
    before: Position | None = None


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Requests, newest first, and where the next page begins; None where there are no more."""

    rows: list[AccessLog]
    next_before: Position | None


def search_requests(*, organization: Organization, wanted: RequestSearch, limit: int) -> RequestPage:
    """At most limit requests.

    A page looks through MOST_SCANNED requests at most and may be short or empty without being the last: next_before
    then says where it stopped, so that a rare path costs many quick pages rather than one that never ends.
    """
    if wanted.token_ids is not None and not wanted.token_ids:
        return RequestPage([], None)
    requests = AccessLog.objects.of(organization).filter(_window(wanted)).order_by("-at", "-pk")
    if wanted.token_ids is not None:
        requests = requests.filter(token_id__in=wanted.token_ids)
    scanned = list(requests.values_list("at", "pk")[MOST_SCANNED - 1 : MOST_SCANNED])
    last: Position | None = scanned[0] if scanned else None
    found = requests.filter(_narrowed(wanted))
    if last:
        found = found.filter(Q(at__gt=last[0]) | Q(at=last[0], pk__gte=last[1]))
    rows = list(found[: limit + 1])
    if len(rows) > limit:
        return RequestPage(rows[:limit], (rows[limit - 1].at, rows[limit - 1].pk))
    return RequestPage(rows, last)


def _window(wanted: RequestSearch) -> Q:
    window = Q()
    if wanted.since:
        window &= Q(at__gte=wanted.since)
    if wanted.until:
        window &= Q(at__lte=wanted.until)
    if wanted.before:
        at, request_id = wanted.before
        window &= Q(at__lt=at) | Q(at=at, pk__lt=request_id)
    return window


def _narrowed(wanted: RequestSearch) -> Q:
    exact = {"method": wanted.method, "status": wanted.status, "path__contains": wanted.path}
    narrowed = Q(**{name: value for name, value in exact.items() if value})
    if wanted.methods:
        narrowed &= Q(method__in=wanted.methods)
    classes = Q()
    for first in wanted.status_classes:
        classes |= Q(status__gte=first * 100, status__lt=first * 100 + 100)
    return narrowed & classes
