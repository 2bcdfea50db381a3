"""read_overview: everything the first page shows; its number of queries does not depend on how much there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Prefetch

from hub.accounts.models import Organization
from hub.web.templatetags.moments import largest_unit
from integrations.models import Integration, Tombstone, UseCase, UseCaseType
from integrations.queries import integrations_of
from monitoring.attention import (
    Attention,
    SilentUseCase,
    count_proposals,
    expiring_tokens,
    failing_use_cases,
)
from monitoring.cause import Cause, find_causes
from monitoring.concerns import read_concerns
from monitoring.departing import NONE_DEPARTING, Departing, read_departing
from monitoring.health import ORDER, Health, health_of
from monitoring.issues.query import open_by_integration
from monitoring.matrix import Counted, Group, groups_of
from monitoring.silence import silent_feeds
from monitoring.tallies import Counter, Tally, read_bars, read_counters, tally_by
from monitoring.time_ranges import RANGES, TimeRange
from monitoring.waiting import Backlog, Waiting, read_backlog

MOST_CAUSES: Final = 4
"""As many as fit into a row of the page."""


@dataclass(frozen=True, slots=True)
class Card:
    """One integration; cause only for the MOST_CAUSES worst ones, and only when something fails."""

    integration: Integration
    health: Health
    tally: Tally
    bars: Sequence[dict[str, int]]
    waiting: Waiting
    """What the ERP has sent and nobody has processed yet."""
    departing: Departing
    """What has yet to reach the ERP."""
    oldest_age: str = ""
    """How long the oldest event has been waiting, in its largest unit."""
    cause: Cause | None = None
    cause_slug: str = ""
    issues: int = 0
    """How many are open."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The page. cards and groups hold every integration, worst first."""

    cards: tuple[Card, ...]
    groups: tuple[Group, ...]
    attention: Attention
    total: Tally

    @property
    def failing(self) -> int:
        """How many integrations are failing right now."""
        return sum(card.health is Health.FAILING for card in self.cards)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read."""

    organization: Organization
    integrations: list[Integration]
    rows: list[Counter]
    recent: list[Counter]
    backlog: Backlog
    departing: Mapping[UUID, Departing]
    issues: Mapping[UUID, int]
    time_range: TimeRange
    at: datetime

    @property
    def use_cases(self) -> list[UseCase]:
        return [use_case for integration in self.integrations for use_case in integration.use_cases.all()]


def read_overview(*, organization: Organization, time_range: TimeRange, at: datetime) -> Overview:
    """The overview of the range that ends at that moment."""
    hour = RANGES["1h"]
    rows = read_counters(organization=organization, time_range=time_range, at=at)
    is_hour = time_range is hour
    facts = _Facts(
        organization=organization,
        integrations=_integrations(organization),
        rows=rows,
        recent=rows if is_hour else read_counters(organization=organization, time_range=hour, at=at),
        backlog=read_backlog(organization),
        departing=read_departing(organization, at),
        issues=open_by_integration(organization),
        time_range=time_range,
        at=at,
    )
    cards = _cards(facts)
    ordered = [card.integration for card in cards]
    total = Tally()
    known = {integration.pk for integration in ordered}
    for row in facts.rows:
        if row.integration_id in known:
            total.add(row.status, row.sum)
    groups = (
        replace(group, issues=facts.issues.get(group.integration.pk, 0))
        for group in groups_of(ordered, _counted(facts))
    )
    return Overview(tuple(cards), tuple(groups), _attention(facts), total)


def _integrations(organization: Organization) -> list[Integration]:
    use_cases = UseCase.objects.of(organization).order_by("created_at", "id").defer("configuration")
    return list(integrations_of(organization).prefetch_related(Prefetch("use_cases", use_cases)))


def _cards(facts: _Facts) -> list[Card]:
    tallies, recent = tally_by(facts.rows, "integration_id"), tally_by(facts.recent, "integration_id")
    bars = read_bars(organization=facts.organization, time_range=facts.time_range, at=facts.at)
    cards = []
    for integration in facts.integrations:
        tally, waiting = tallies.get(integration.pk, Tally()), facts.backlog.of_integration(integration.pk)
        health = health_of(
            recent=recent.get(integration.pk, Tally()),
            whole=tally,
            waiting=waiting,
            use_cases=len(integration.use_cases.all()),
            at=facts.at,
        )
        age = largest_unit((facts.at - waiting.oldest_at).total_seconds()) if waiting.oldest_at else ""
        departing = facts.departing.get(integration.pk, NONE_DEPARTING)
        card = Card(integration, health, tally, bars.get(integration.pk, []), waiting, departing, age)
        cards.append(replace(card, issues=facts.issues.get(integration.pk, 0)))
    cards.sort(key=lambda card: (ORDER.index(card.health), -card.tally.failed, -card.tally.total))
    return [*_with_causes(facts, cards[:MOST_CAUSES]), *cards[MOST_CAUSES:]]


def _with_causes(facts: _Facts, cards: Sequence[Card]) -> list[Card]:
    wrong = [one.integration.pk for one in cards if one.health in (Health.FAILING, Health.TROUBLED)]
    since = RANGES["1h"].since(facts.at)
    causes = find_causes(organization=facts.organization, integration_ids=wrong, since=since)
    slugs = {use_case.pk: use_case.slug for use_case in facts.use_cases}
    return [
        replace(card, cause=cause, cause_slug=slugs.get(cause.use_case_id, "") if cause.use_case_id else "")
        if (cause := causes.get(card.integration.pk))
        else card
        for card in cards
    ]


def _counted(facts: _Facts) -> Counted:
    use_cases = tally_by(facts.rows, "use_case_id")
    return Counted(
        use_cases=use_cases,
        unassigned=tally_by((row for row in facts.rows if row.use_case_id is None), "integration_id"),
        backlog=facts.backlog,
        gone=_gone(facts, {key for key in use_cases if key is not None}),
        window=facts.time_range.name,
    )


def _gone(facts: _Facts, counted: set[UUID]) -> dict[UUID, tuple[UUID, str]]:
    missing = counted - {use_case.pk for use_case in facts.use_cases}
    tombstones = Tombstone.objects.of(facts.organization).filter(pk__in=missing, object_type="use_case")
    return {one.pk: (one.integration_id, one.slug) for one in tombstones.order_by("slug")}


def _attention(facts: _Facts) -> Attention:
    feeding = {row.use_case_id for row in facts.recent}
    listening = {
        one.pk: one
        for one in facts.use_cases
        if one.enabled and one.type == UseCaseType.INBOUND and one.pk not in feeding
    }
    feeds = silent_feeds(organization=facts.organization, use_case_ids=listening, at=facts.at)
    return Attention(
        failing=tuple(failing_use_cases(facts.use_cases, tally_by(facts.recent, "use_case_id"))),
        expiring=tuple(expiring_tokens(organization=facts.organization, at=facts.at)),
        bare=tuple(one for one in facts.integrations if not one.use_cases.all()),
        silent=tuple(SilentUseCase(listening[feed.use_case_id], feed) for feed in feeds),
        concerns=read_concerns(facts.organization, facts.at),
        proposals=count_proposals(facts.organization),
    )
