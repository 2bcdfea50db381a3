"""Apps of an organization with what they are mapped to; a foreign id is as unknown as any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from hub.accounts.models import Organization
from hub.errors import NotFound
from integrations.models import AppMapping
from outbound.models import RegisteredApp


class AppNotFound(NotFound):
    """No such app in this organization."""

    code = "APP_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such app.")


@dataclass(frozen=True, slots=True)
class MappedApp:
    """An app, and to which integration each of its components is mapped, if any."""

    app: RegisteredApp
    integrations: Mapping[UUID, UUID] = field(default_factory=dict)


def get_app(*, organization: Organization, app_id: UUID) -> RegisteredApp:
    """The app; raises AppNotFound."""
    app = RegisteredApp.objects.of(organization).filter(app_id=app_id).first()
    if app is None:
        raise AppNotFound
    return app


def get_mapped_app(*, organization: Organization, app_id: UUID) -> MappedApp:
    """Two queries; raises AppNotFound."""
    app = get_app(organization=organization, app_id=app_id)
    return _mapped(organization, [app])[0]


def mapped_apps(organization: Organization) -> list[MappedApp]:
    """All of them, oldest first; two queries."""
    return _mapped(organization, list(RegisteredApp.objects.of(organization).order_by("created_at", "pk")))


def _mapped(organization: Organization, apps: list[RegisteredApp]) -> list[MappedApp]:
    rows = AppMapping.objects.of(organization).filter(app_id__in=[app.app_id for app in apps])
    places: dict[UUID, dict[UUID, UUID]] = {}
    for app_id, component_id, integration_id in rows.values_list("app_id", "component_id", "integration_id"):
        places.setdefault(app_id, {})[component_id] = integration_id
    return [MappedApp(app, places.get(app.app_id, {})) for app in apps]
