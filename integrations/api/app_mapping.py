"""…/app-mapping: which integration the events of an app component go to (operations 21 and 22)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from integrations.api.documents import operation
from integrations.api.views import ConfigurationView
from integrations.changes.app_mapping import AppComponent, parse_overwrite
from integrations.operations.app_mappings import delete_app_mapping, set_app_mapping


class IntegrationAppMapping(ConfigurationView):
    """The mapping of one component to one integration."""

    requires: ClassVar = {"PUT": Capability.WRITE, "DELETE": Capability.WRITE}

    @operation("setIntegrationAppMapping")
    def put(self, request: Request, integration_id: UUID) -> Response:
        """Maps the component to this integration."""
        body = self.body_object()
        mapping = set_app_mapping(
            author=self.author(integration_id),
            integration_id=integration_id,
            component=AppComponent.parse(body),
            overwrite=parse_overwrite(body),
        )
        return Response({"integration_id": mapping.integration_id})

    @operation("deleteIntegrationAppMapping")
    def delete(self, request: Request, integration_id: UUID) -> Response:
        """Ends the mapping of the component, which must be to this integration."""
        component = AppComponent.parse(self.body_object())
        delete_app_mapping(author=self.author(integration_id), integration_id=integration_id, component=component)
        return Response({"message": "The mapping is deleted."})
