"""Readings: what counters and gauges say of an organization now, read for all of its rules at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum

from hub.accounts.models import Organization
from integrations.models import Integration, UseCase, UseCaseType
from monitoring.alerts.kinds import LEVELS, LONGEST_SILENCE_MINUTES
from monitoring.counters import EVENTS, window_of
from monitoring.models import Bucket, BucketDelta, MonitoringGauge, SpanBucket, SpanDelta

Scope = tuple[UUID, UUID | None]
"""An integration, and a use case of it or None for all of it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Events of one scope that ended with a status. starts_at: of their bucket, None where all of a window are one."""

    status: str
    number: int
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spanned:
    """Spans of one scope, likewise."""

    level: str
    code: str
    number: int
    starts_at: datetime | None = None


EndedByScope = Mapping[Scope, Sequence[Ended]]
SpannedByScope = Mapping[Scope, Sequence[Spanned]]


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything of one organization. names: of integrations and use cases; integrations: which there are; outgoing:
    the use cases that send, and the integrations all of whose use cases do.

    ended and spanned are there by the minutes of the windows that were asked for; of each scope its integration as a
    whole is there as well.
    gauges are there by their name; gauged_at is when they were written, None for never.
    """

    at: datetime
    ended: Mapping[int, EndedByScope] = field(default_factory=dict)
    spanned: Mapping[int, SpannedByScope] = field(default_factory=dict)
    last_at: Mapping[Scope, datetime] = field(default_factory=dict)
    gauges: Mapping[str, Sequence[MonitoringGauge]] = field(default_factory=dict)
    gauged_at: datetime | None = None
    names: Mapping[UUID, str] = field(default_factory=dict)
    integrations: Sequence[UUID] = ()
    outgoing: Collection[UUID] = ()

    def label_of(self, scope: Scope) -> str:
        """As people call it."""
        integration_id, use_case_id = scope
        name = self.names.get(integration_id, "")
        return f"{name}: {self.names.get(use_case_id, '')}" if use_case_id else name


NO_USE_CASE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rules look at: minutes of the windows in which events and spans are counted, codes of spans that count
    whatever their level, and whether silence matters."""

    ended: frozenset[int] = frozenset()
    spanned: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    moments: bool = False


def read(organization: Organization, at: datetime, wanted: Wanted, *, gauged_at: datetime | None) -> Readings:
    """One query for each window, of which there are few, and four more. The database adds up: what comes back does
    not grow with the windows."""
    integrations = dict(Integration.objects.of(organization).order_by("created_at", "id").values_list("pk", "name"))
    use_cases = list(UseCase.objects.of(organization).only("pk", "integration_id", "name", "type"))
    keys = list(integrations)
    return Readings(
        at=at,
        ended={one: ended_since(organization, keys, since_of(at, one)) for one in wanted.ended},
        spanned={one: spanned_since(organization, keys, since_of(at, one), wanted.codes) for one in wanted.spanned},
        last_at=_last_moments(organization, at) if wanted.moments else {},
        gauges=_gauges(organization),
        gauged_at=gauged_at,
        names=integrations | {one.pk: one.name for one in use_cases},
        integrations=keys,
        outgoing=_outgoing(use_cases),
    )


def _outgoing(use_cases: Collection[UseCase]) -> frozenset[UUID]:
    sends = {one.pk: one.integration_id for one in use_cases if one.type == UseCaseType.OUTBOUND}
    others = {one.integration_id for one in use_cases if one.pk not in sends}
    return frozenset(sends) | (frozenset(sends.values()) - others)


def _gauges(organization: Organization) -> Mapping[str, Sequence[MonitoringGauge]]:
    found: dict[str, list[MonitoringGauge]] = defaultdict(list)
    for gauge in MonitoringGauge.objects.of(organization).order_by("name", "subject"):
        found[gauge.name].append(gauge)
    return found


def since_of(at: datetime, minutes: int) -> datetime:
    """Where the windows begin that hold the last minutes. The first of them is taken whole, so a little more counts."""
    return window_of(at - timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely numbers are read: width of the buckets in minutes, by use case or by integration alone, and whether
    each bucket stands for itself."""

    width: int = 5
    by_use_case: bool = True
    by_moment: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """Columns that say where."""
        return ("integration_id", "use_case_id") if self.by_use_case else ("integration_id",)

    @property
    def moments(self) -> tuple[str, ...]:
        """Columns that say when."""
        return ("starts_at",) if self.by_moment else ()


SUMS: Final = Grain()


def ended_since(
    organization: Organization, integration_ids: Sequence[UUID], since: datetime, grain: Grain = SUMS
) -> EndedByScope:
    """Events that ended, by scope. One statement, so that a fold meanwhile changes nothing."""
    found: dict[Scope, list[Ended]] = defaultdict(list)
    folded = Bucket.objects.of(organization).filter(width_minutes=grain.width)
    tables = [rows.filter(direction__in=EVENTS) for rows in (folded, BucketDelta.objects.of(organization))]
    for place, (status, *moment), number in _both(tables, integration_ids, since, ("status",), "events", grain):
        for scope in _scopes(*place):
            found[scope].append(Ended(status, number, *moment))
    return found


def spanned_since(
    organization: Organization,
    integration_ids: Sequence[UUID],
    since: datetime,
    codes: Collection[str] = (),
    grain: Grain = SUMS,
) -> SpannedByScope:
    """Warnings and errors by scope, and of these codes also what is neither, likewise."""
    found: dict[Scope, list[Spanned]] = defaultdict(list)
    folded = SpanBucket.objects.of(organization).filter(width_minutes=grain.width)
    counts = Q(level__in=LEVELS) | Q(code__in=codes)
    tables = [rows.filter(counts) for rows in (folded, SpanDelta.objects.of(organization))]
    for place, (level, code, *moment), number in _both(
        tables, integration_ids, since, ("level", "code"), "number", grain
    ):
        for scope in _scopes(*place):
            found[scope].append(Spanned(level, code, number, *moment))
    return found


def _both(  # Any: rows of two tables that have the same columns
    tables: Sequence[QuerySet[Any]],
    integration_ids: Sequence[UUID],
    since: datetime,
    what: tuple[str, ...],
    number: str,
    grain: Grain,
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], int]]:
    """Place, what with its moment, and how many; a place may come twice, folded and not."""
    columns = (*grain.places, *what, *grain.moments)
    first, second = (
        rows.filter(integration_id__in=integration_ids, starts_at__gte=since)
        .order_by()
        .values_list(*columns)
        .annotate(total=Sum(number))
        for rows in tables
    )
    width = len(grain.places)
    for *values, total in first.union(second, all=True):
        yield tuple(values[:width]), tuple(values[width:]), total


def _scopes(integration_id: UUID, use_case_id: UUID | None = None) -> Iterator[Scope]:
    yield integration_id, None
    if use_case_id is not None and use_case_id != NO_USE_CASE:
        yield integration_id, use_case_id


def _last_moments(organization: Organization, at: datetime) -> dict[Scope, datetime]:
    """The last event of each scope, as far back as a silence may be long."""
    since = at - timedelta(minutes=LONGEST_SILENCE_MINUTES, hours=1)
    hourly = Bucket.objects.of(organization).filter(width_minutes=60)
    first, second = (
        rows.filter(starts_at__gte=since, direction__in=EVENTS)
        .order_by()
        .values_list("integration_id", "use_case_id")
        .annotate(moment=Max("last_at"))
        for rows in (hourly, BucketDelta.objects.of(organization))
    )
    found: dict[Scope, datetime] = {}
    for integration_id, use_case_id, moment in first.union(second, all=True):
        for scope in _scopes(integration_id, use_case_id):
            found[scope] = max(moment, found.get(scope, moment))
    return found
