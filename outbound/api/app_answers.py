"""Apps as the API shows them."""

from __future__ import annotations

from uuid import UUID

from outbound.registered_apps.queries import MappedApp

Document = dict[str, object]


def app_document(mapped: MappedApp) -> Document:
    """The app with its components; integration_id: where events go that are addressed by the component, or null."""
    app = mapped.app
    return {
        "app_id": app.app_id,
        "name": app.name,
        "description": app.description,
        "version": app.version,
        "configuration": app.configuration,
        "options": app.options,
        "grants": app.grants,
        "components": [
            component | {"integration_id": mapped.integrations.get(UUID(component["component_id"]))}
            for component in app.components
        ],
        "created_at": app.created_at,
    }
