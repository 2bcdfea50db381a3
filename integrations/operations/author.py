"""Author: who writes, and when, and what that allows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from hub.accounts import recording
from hub.accounts.audit import Act, Actor
from hub.accounts.models import Organization
from hub.errors import Forbidden
from integrations.models import Integration


class IntegrationProtected(Forbidden):
    """The integration is protected against this change."""

    code = "INTEGRATION_PROTECTED"


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
