"""Set and delete app mappings (api.md section 10)."""

from __future__ import annotations

from uuid import UUID

from hub.accounts.audit import Act
from hub.errors import Conflict, NotFound
from hub.json_types import JSONObject
from integrations.changes.app_mapping import AppComponent
from integrations.models import AppMapping, Integration
from integrations.operations.author import Author, recorded
from integrations.queries import get_integration


class AppMappingExists(Conflict):
    """The component is mapped already."""

    code = "APP_MAPPING_EXISTS"


def set_app_mapping(*, author: Author, integration_id: UUID, component: AppComponent, overwrite: bool) -> AppMapping:
    """Map the component to the integration.

    Raises AppMappingExists when it is mapped, wherever to, and overwrite is False; IntegrationNotFound;
    IntegrationProtected for either of the two integrations that are concerned.
    """
    with recorded(author) as acts:
        integration = get_integration(organization=author.organization, integration_id=integration_id)
        author.check_may_change(integration)
        mapping = _find(author, component)
        if mapping is None:
            mapping = AppMapping(
                organization=author.organization, app_id=component.app_id, component_id=component.component_id
            )
        elif not overwrite:
            raise AppMappingExists("The component is mapped already: send overwrite to map it anew.")
        else:
            author.check_may_change(mapping.integration)
        before = mapping.integration_id
        mapping.integration, mapping.created_at = integration, author.at
        mapping.save()
        acts.append(_act("app_mapping.set", component, before, integration.pk))
    return mapping


def delete_app_mapping(*, author: Author, integration_id: UUID, component: AppComponent) -> None:
    """End the mapping. Raises NotFound when the component is not mapped to this integration."""
    with recorded(author) as acts:
        integration: Integration = get_integration(organization=author.organization, integration_id=integration_id)
        author.check_may_change(integration)
        mapping = _find(author, component)
        if mapping is None or mapping.integration_id != integration.pk:
            raise NotFound("The component is not mapped to this integration.", code="APP_MAPPING_NOT_FOUND")
        mapping.delete()
        acts.append(_act("app_mapping.delete", component, integration.pk, None))


def _find(author: Author, component: AppComponent) -> AppMapping | None:
    mappings = AppMapping.objects.of(author.organization).select_related("integration")
    return mappings.filter(app_id=component.app_id, component_id=component.component_id).first()


def _act(action: str, component: AppComponent, before: UUID | None, after: UUID | None) -> Act:
    facts: JSONObject = {
        "app_id": str(component.app_id),
        "component_id": str(component.component_id),
        "integration_id": [str(one) if one else None for one in (before, after)],
    }
    return Act(action, "integration", str(after or before), facts)
