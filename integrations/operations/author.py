"""Author: who writes, and when, and what that allows; Stale: somebody else was faster."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from hub.accounts import recording
from hub.accounts.audit import Act, Actor
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


def recorded(author: Author) -> AbstractContextManager[list[Act]]:
    """The transaction of the author's write, as in hub/accounts/recording.py."""
    return recording.recorded(organization=author.organization, actor=author.actor, at=author.at)


def check_version(version: int, expected: frozenset[int] | None) -> None:
    """Raise Stale when the caller expects another version; None expects nothing."""
    if expected is not None and version not in expected:
        raise Stale(f"It is at version {version} by now: read it again, then repeat the change.")
