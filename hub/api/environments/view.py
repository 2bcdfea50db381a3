"""EnvironmentView: what the views of variables, groups and portals share: the author of a write, and their limit."""

from __future__ import annotations

from hub import clock
from hub.accounts.grants import Capability
from hub.api.throttling import count_environment_write
from hub.api.views import HubAPIView
from hub.environments.operations.author import Author

EDIT = Capability.ENVIRONMENTS_EDIT
DELETE = Capability.ENVIRONMENTS_DELETE


class EnvironmentView(HubAPIView):
    """Base of those views."""

    def author(self) -> Author:
        """The caller as the operations know them, now. Raises RateLimited when the organization wrote too often."""
        at = clock.now()
        count_environment_write(self.organization.pk, at)
        is_owner = self.may(Capability.OWNER)
        return Author(organization=self.organization, actor=self.actor, is_owner=is_owner, at=at)
