"""Names: what webhooks, components of apps, integrations and use cases of an organization are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from hub.ids import find_id
from inbound.ui.names import Names as Places
from inbound.ui.names import names_of as places_of
from integrations.models import UseCase
from outbound.registered_apps.receivers import called_components
from outbound.uploads.receivers import PREFIX, is_upload
from outbound.webhooks.queries import KnownWebhook, known_webhooks


@dataclass(frozen=True, slots=True)
class Names:
    """Webhooks by id, in the order of their names; places: integrations and use cases.

    components: those that are called, by the id under which their calls stand among the deliveries.
    """

    webhooks: Mapping[str, KnownWebhook]
    places: Places
    components: Mapping[str, str]

    @property
    def use_cases(self) -> Mapping[UUID, UseCase]:
        """By their ids, oldest first."""
        return self.places.use_cases

    def webhook(self, identifier: str) -> str:
        """Its name, or that of the component or of the use case that stands in its place; its id once it is gone."""
        known = self.webhooks.get(identifier)
        if known is None and is_upload(identifier):
            use_case = self.use_cases.get(find_id(PREFIX, identifier) or UUID(int=0))
            return use_case.name if use_case else identifier
        return known.name if known else self.components.get(identifier, identifier)

    def most_attempts(self, identifier: str) -> int | None:
        """How often a delivery to it is tried; None once it is gone."""
        known = self.webhooks.get(identifier)
        return known.most_attempts if known else None


def names_of(organization: Organization) -> Names:
    """Four queries."""
    return Names(known_webhooks(organization), places_of(organization), called_components(organization))
