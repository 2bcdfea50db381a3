"""/v1/integrations: an integration without its use cases (operations 8 to 12)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.api.etags import tagged
from hub.api.idempotency import once_per_key
from integrations.api.answers import integration_document, saved_integration_document
from integrations.api.documents import operation
from integrations.api.views import ConfigurationView
from integrations.changes.integration import IntegrationChanges
from integrations.operations.integrations import create_integration, delete_integration, update_integration
from integrations.queries import get_integration, integrations_of


class Integrations(ConfigurationView):
    """All integrations that the caller may see, and new ones."""

    requires: ClassVar = {"GET": Capability.READ, "POST": Capability.WRITE}
    checks_each_integration = True

    @operation("listIntegrations")
    def get(self, request: Request) -> Response:
        """Every integration, oldest first."""
        seen = [row for row in integrations_of(self.organization) if self.may(Capability.READ, row.pk)]
        return Response({"integrations": [integration_document(integration) for integration in seen]})

    @operation("createIntegration")
    @once_per_key
    def post(self, request: Request) -> Response:
        """A new integration."""
        self.require(Capability.WRITE)
        changes = IntegrationChanges.parse(self.body_object(), needs_name=True)
        integration = create_integration(author=self.author(), changes=changes)
        return tagged(integration_document(integration), integration.version, status=201)


class OneIntegration(ConfigurationView):
    """One integration."""

    requires: ClassVar = {"GET": Capability.READ, "PUT": Capability.WRITE, "DELETE": Capability.WRITE}

    @operation("getIntegration")
    def get(self, request: Request, integration_id: UUID) -> Response:
        """The integration."""
        integration = get_integration(organization=self.organization, integration_id=integration_id)
        return tagged(integration_document(integration), integration.version)

    @operation("updateIntegration")
    def put(self, request: Request, integration_id: UUID) -> Response:
        """Changes the fields that are sent and no others; null clears an optional one."""
        integration = update_integration(
            author=self.author(integration_id),
            integration_id=integration_id,
            changes=IntegrationChanges.parse(self.body_object(), needs_name=False),
            expected=self.expected_versions(),
        )
        return tagged(saved_integration_document(integration), integration.version)

    @operation("deleteIntegration")
    def delete(self, request: Request, integration_id: UUID) -> Response:
        """Deletes the integration with its use cases, their history and its app mappings."""
        delete_integration(
            author=self.author(integration_id), integration_id=integration_id, expected=self.expected_versions()
        )
        return Response({"message": "The integration is deleted."})
