"""What needs a person: held prunes and receivers, failing use cases, ending tokens, bare integrations, silent feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.accounts.models import ApiToken, Organization
from integrations.models import Integration, UseCase
from monitoring.held_prunes import HeldPrune
from monitoring.held_receivers import NONE_HELD, HeldReceivers
from monitoring.silence import SilentFeed
from monitoring.tallies import Tally

EXPIRES_SOON = timedelta(days=14)


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
class AwaitedDecision:
    """A held prune and the slug of its use case; empty when that is gone."""

    prune: HeldPrune
    slug: str


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything that needs a person, each list worst first; unnamed counts held prunes beyond those of held."""

    failing: tuple[FailingUseCase, ...]
    expiring: tuple[ApiToken, ...]
    bare: tuple[Integration, ...]
    silent: tuple[SilentUseCase, ...]
    held: tuple[AwaitedDecision, ...] = ()
    unnamed: int = 0
    receivers: HeldReceivers = NONE_HELD

    def __len__(self) -> int:
        listed = (self.held, self.failing, self.expiring, self.bare, self.silent)
        return self.unnamed + self.receivers.total + sum(len(one) for one in listed)


def failing_use_cases(use_cases: Iterable[UseCase], recent: Mapping[UUID | None, Tally]) -> list[FailingUseCase]:
    """Those with failures in the last hour, the most failures first."""
    found = [(use_case, recent[use_case.pk]) for use_case in use_cases if use_case.pk in recent]
    failing = [FailingUseCase(one, tally.failed, tally.attempted) for one, tally in found if tally.failed]
    return sorted(failing, key=lambda one: -one.failed)


def expiring_tokens(*, organization: Organization, at: datetime) -> list[ApiToken]:
    """Tokens that end within EXPIRES_SOON, the first to end first; those that have ended are past help."""
    tokens = ApiToken.objects.of(organization).filter(revoked_at__isnull=True)
    return list(tokens.filter(expires_at__gt=at, expires_at__lte=at + EXPIRES_SOON).order_by("expires_at", "pk"))
