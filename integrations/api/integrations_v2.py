"""/v2/integrations: an integration together with its use cases (operations 32 to 36)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.api.etags import tagged
from hub.api.idempotency import once_per_key
from hub.json_types import ROOT, JSONObject
from integrations.api.answers import Document, declared_document, integration_with_use_cases_document
from integrations.api.documents import operation
from integrations.api.views import ConfigurationView
from integrations.changes.integration import IntegrationChanges
from integrations.changes.use_case import UseCaseItem, read_items
from integrations.findings import Findings
from integrations.models import Integration
from integrations.operations.integrations import create_integration, delete_integration, update_integration
from integrations.queries import get_integration_with_use_cases, integrations_with_use_cases, use_cases_of


class IntegrationsV2(ConfigurationView):
    """All integrations that the caller may see with their use cases, and new ones."""

    requires: ClassVar = {"GET": Capability.READ, "POST": Capability.WRITE}
    checks_each_integration = True

    @operation("listIntegrationsV2")
    def get(self, request: Request) -> Response:
        """Every integration with its use cases, both oldest first."""
        seen = [row for row in integrations_with_use_cases(self.organization) if self.may(Capability.READ, row.pk)]
        documents = [integration_with_use_cases_document(row, row.use_cases.all()) for row in seen]
        return Response({"integrations": documents})

    @operation("createIntegrationV2")
    @once_per_key
    def post(self, request: Request) -> Response:
        """A new integration with the use cases that stand in the request."""
        self.require(Capability.WRITE)
        changes, items = _parse(self.body_object())
        integration = create_integration(author=self.author(), changes=changes, items=items or ())
        return tagged(_document(integration, items, self.organization), integration.version, status=201)


class OneIntegrationV2(ConfigurationView):
    """One integration with its use cases."""

    requires: ClassVar = {"GET": Capability.READ, "PUT": Capability.WRITE, "DELETE": Capability.WRITE}

    @operation("getIntegrationV2")
    def get(self, request: Request, integration_id: UUID) -> Response:
        """The integration with its use cases."""
        integration = get_integration_with_use_cases(organization=self.organization, integration_id=integration_id)
        document = integration_with_use_cases_document(integration, integration.use_cases.all())
        return tagged(document, integration.version)

    @operation("updateIntegrationV2")
    def put(self, request: Request, integration_id: UUID) -> Response:
        """Declares the integration: with use_cases, those are all it has afterwards; without, they stay as they are."""
        changes, items = _parse(self.body_object())
        integration = update_integration(
            author=self.author(integration_id),
            integration_id=integration_id,
            changes=changes,
            items=items,
            expected=self.expected_versions(),
        )
        return tagged(_document(integration, items, self.organization), integration.version)

    @operation("deleteIntegrationV2")
    def delete(self, request: Request, integration_id: UUID) -> Response:
        """Deletes the integration with its use cases, their history and its app mappings."""
        delete_integration(
            author=self.author(integration_id), integration_id=integration_id, expected=self.expected_versions()
        )
        return Response({"message": "The integration is deleted."})


def _parse(body: JSONObject) -> tuple[IntegrationChanges, Sequence[UseCaseItem] | None]:
    """What was sent; the items are None when use_cases is not there. Raises Invalid with every finding."""
    findings = Findings()
    changes = IntegrationChanges.read(body, findings, needs_name=True)
    items = None
    if "use_cases" in body:
        items = read_items(body["use_cases"], ROOT.key("use_cases"), findings)
    findings.raise_if_any()
    return changes, items


def _document(integration: Integration, items: Sequence[UseCaseItem] | None, organization: Organization) -> Document:
    """Use cases that were not sent were not saved: nothing is said about them."""
    return declared_document(integration, use_cases_of(integration), None if items is None else organization)
