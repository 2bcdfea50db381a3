"""ConfigurationView: what the views of this app share: the author of a write, and the versions it expects."""

from __future__ import annotations

from uuid import UUID

from hub import clock
from hub.accounts.grants import Capability
from hub.api.etags import expected_versions
from hub.api.views import HubAPIView
from integrations.operations.author import Author


class ConfigurationView(HubAPIView):
    """Base of the views that read and write integrations and use cases."""

    def author(self, integration_id: UUID | None = None) -> Author:
        """The caller as the operations know them, now."""
        is_admin = self.may(Capability.ADMIN, integration_id)
        return Author(organization=self.organization, actor=self.actor, is_admin=is_admin, at=clock.now())

    def expected_versions(self) -> frozenset[int] | None:
        """The versions that If-Match names; None when the caller does not care."""
        return expected_versions(self.request)
