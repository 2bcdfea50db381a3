"""Author: who writes, and when; recorded: the transaction of a write with its lock, its trail and its wake-up call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hub.accounts.audit import Act, Actor, record
from hub.accounts.models import Organization
from hub.errors import Forbidden, HubError
from integrations.models import Integration


class IntegrationProtected(Forbidden):
    """The integration is protected against this change."""

    code = "INTEGRATION_PROTECTED"


class Stale(HubError):
    """Somebody else changed the thing after the caller read it."""

    code = "PRECONDITION_FAILED"
    status = 412


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes in which organization, and when. is_admin: may change what is protected."""

    organization: Organization
    actor: Actor
    is_admin: bool
    at: datetime

    def check_may_change(self, integration: Integration) -> None:
        """Raise IntegrationProtected for a protected integration, unless the author is an admin."""
        if integration.protected and not self.is_admin:
            raise IntegrationProtected(f"{integration.name} is protected: only an admin may change it.")


@contextmanager
def recorded(author: Author) -> Iterator[list[Act]]:
    """One transaction; the acts that are put into the list go to the audit trail before it ends.

    Writes of one organization run one after the other, so whoever is inside sees the last word on slugs and
    versions. No act, no trace: caches stay valid.
    """
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).only("pk").get(pk=author.organization.pk)
        acts: list[Act] = []
        yield acts
        if acts:
            author.organization.bump_config_version()
        for act in acts:
            record(organization=author.organization, actor=author.actor, act=act, at=author.at)


def check_version(version: int, expected: frozenset[int] | None) -> None:
    """Raise Stale when the caller expects another version; None expects nothing."""
    if expected is not None and version not in expected:
        raise Stale(f"It is at version {version} by now: read it again, then repeat the change.")
