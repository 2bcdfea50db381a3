"""What needs a person: concerns of apps above, proposals, failures, ending tokens, bare integrations, silent feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from hub.accounts.models import ApiToken, Organization
from hub.entities.changesets import EditMode
from hub.entities.waiting.listing import Wanted, count_at_least
from integrations.models import Integration, UseCase
from monitoring.concerns import NO_CONCERNS, Concerns
from monitoring.silence import SilentFeed
from monitoring.tallies import Tally

EXPIRES_SOON = timedelta(days=14)
FLEETING = timedelta(hours=1)
"""A token that was issued for no longer has been handed to a program for one act; nobody replaces it."""
MOST_PROPOSALS = 1000
"""Values that wait for approval are counted no further."""


@dataclass(frozen=True, slots=True)
class FailingUseCase:
    """Events of the last hour that failed, of all that were attempted."""

    use_case: UseCase
    failed: int
    attempted: int


@dataclass(frozen=True, slots=True)
class SilentUseCase:
    """A use case whose feed fell silent."""

    use_case: UseCase
    feed: SilentFeed


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything that needs a person, each list worst first.

    concerns: what apps above know; proposals: values that wait for approval, all of them one thing.
    """

    failing: tuple[FailingUseCase, ...]
    expiring: tuple[ApiToken, ...]
    bare: tuple[Integration, ...]
    silent: tuple[SilentUseCase, ...]
    concerns: Concerns = NO_CONCERNS
    proposals: int = 0

    def __len__(self) -> int:
        listed = (self.failing, self.expiring, self.bare, self.silent)
        counted = self.concerns.total + bool(self.proposals)
        return counted + sum(len(one) for one in listed)

    @property
    def has_more_proposals(self) -> bool:
        """Whether proposals were counted no further."""
        return self.proposals >= MOST_PROPOSALS


def failing_use_cases(use_cases: Iterable[UseCase], recent: Mapping[UUID | None, Tally]) -> list[FailingUseCase]:
    """Those with failures in the last hour, the most failures first."""
    found = [(use_case, recent[use_case.pk]) for use_case in use_cases if use_case.pk in recent]
    failing = [FailingUseCase(one, tally.failed, tally.attempted) for one, tally in found if tally.failed]
    return sorted(failing, key=lambda one: -one.failed)


def count_proposals(organization: Organization) -> int:
    """Values that wait for approval, counted up to MOST_PROPOSALS; one query."""
    return count_at_least(organization=organization, wanted=Wanted(mode=EditMode.APPROVAL), most=MOST_PROPOSALS)


def expiring_tokens(*, organization: Organization, at: datetime) -> list[ApiToken]:
    """Tokens that end within EXPIRES_SOON, the first to end first.

    Those that have ended are past help, and those that were issued for no longer than FLEETING need none.
    """
    tokens = ApiToken.objects.of(organization).filter(revoked_at__isnull=True)
    tokens = tokens.filter(expires_at__gt=F("created_at") + FLEETING)
    return list(tokens.filter(expires_at__gt=at, expires_at__lte=at + EXPIRES_SOON).order_by("expires_at", "pk"))
