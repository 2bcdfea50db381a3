"""receiver_id_of: what stands in deliveries for a component, where others have the id of a webhook."""

from __future__ import annotations

import hashlib
from typing import Final

from hub.accounts.models import Organization
from outbound.models import RegisteredApp
from outbound.registered_apps.components import ACTION, Component

RECEIVER_PREFIX: Final = "cmp_"
RECEIVER_DIGITS: Final = 28


def receiver_id_of(app: RegisteredApp, component: Component) -> str:
    """The same for every call of the component, and for no other organization's."""
    place = f"{app.organization_id}/{app.app_id}/{component.component_id}"
    return RECEIVER_PREFIX + hashlib.sha256(place.encode()).hexdigest()[:RECEIVER_DIGITS]


def called_components(organization: Organization) -> dict[str, str]:
    """Receiver id → name of the component, of every component that is called; one query."""
    apps = RegisteredApp.objects.of(organization).only("organization_id", "app_id", "components")
    pairs = [(app, Component.stored(document)) for app in apps for document in app.components]
    return {receiver_id_of(app, one): one.name for app, one in pairs if one.type == ACTION}
