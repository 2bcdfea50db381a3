"""EnvironmentView: what the views of variables, groups and portals share: the author of a write, and their limit."""

from __future__ import annotations

from django.conf import settings

from hub import clock
from hub.accounts.grants import Capability
from hub.api.throttling import RateLimited, count
from hub.api.views import HubAPIView
from hub.environments.operations.author import Author

EDIT = Capability.ENVIRONMENTS_EDIT
DELETE = Capability.ENVIRONMENTS_DELETE


class EnvironmentView(HubAPIView):
    """Base of those views."""

    def author(self) -> Author:
        """The caller as the operations know them, now. Raises RateLimited when the organization wrote too often."""
        at = clock.now()
        allowance = count(f"environment-writes:{self.organization.pk}", settings.HUB_ENVIRONMENT_WRITES_PER_MINUTE, at)
        if allowance is not None and allowance.is_spent:
            raise RateLimited(f"More than {allowance.limit} changes of the environment in one minute.", allowance)
        is_owner = self.may(Capability.OWNER)
        return Author(organization=self.organization, actor=self.actor, is_owner=is_owner, at=at)
