"""overview: apps with where their components are mapped to and how calling them has gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from hub.accounts.models import Organization
from integrations.models import Integration
from outbound.models import Delivery, Endpoint, RegisteredApp
from outbound.registered_apps.components import ACTION, Component
from outbound.registered_apps.queries import MappedApp
from outbound.registered_apps.receivers import receiver_id_of


@dataclass(frozen=True, slots=True)
class SeenComponent:
    """A component. integration: what it is mapped to; last: its last call; endpoint: None if that never failed.

    receiver_id: under which its calls stand among the deliveries; empty for what is not called.
    """

    component: Component
    receiver_id: str
    integration: Integration | None
    last: Delivery | None
    endpoint: Endpoint | None

    @property
    def is_action(self) -> bool:
        """Whether the hub calls it."""
        return self.component.type == ACTION

    @property
    def is_failing(self) -> bool:
        """Whether it has failed so often that it is called only now and then."""
        return self.endpoint is not None and self.endpoint.circuit == Endpoint.Circuit.OPEN


@dataclass(frozen=True, slots=True)
class SeenApp:
    """An app with its components, in their order."""

    app: RegisteredApp
    components: Sequence[SeenComponent]

    @property
    def integrations(self) -> list[Integration]:
        """What its components are mapped to, each once."""
        found = {one.integration.pk: one.integration for one in self.components if one.integration}
        return sorted(found.values(), key=lambda one: (one.name, str(one.pk)))

    @property
    def last(self) -> Delivery | None:
        """The last call of any component."""
        calls = [one.last for one in self.components if one.last]
        return max(calls, key=lambda one: (one.created_at, one.sequence), default=None)

    @property
    def is_failing(self) -> bool:
        """Whether any component is."""
        return any(one.is_failing for one in self.components)

    @property
    def sends_token(self) -> bool:
        """Whether a call of any component carries a token."""
        return bool(self.app.grants) and any(one.component.sends_token for one in self.components)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for all components at once."""

    last: Mapping[str, Delivery]
    endpoints: Mapping[str, Endpoint]
    integrations: Mapping[UUID | None, Integration]

    def seen(self, mapped: MappedApp, component: Component) -> SeenComponent:
        """One component with what belongs to it."""
        receiver_id = receiver_id_of(mapped.app, component) if component.type == ACTION else ""
        integration = self.integrations.get(mapped.integrations.get(component.component_id))
        return SeenComponent(
            component, receiver_id, integration, self.last.get(receiver_id), self.endpoints.get(receiver_id)
        )


def overview(organization: Organization, mapped: Sequence[MappedApp]) -> list[SeenApp]:
    """Four queries, whatever the number of apps."""
    components = [[Component.stored(document) for document in one.app.components] for one in mapped]
    pairs = [(one.app, part) for one, parts in zip(mapped, components, strict=True) for part in parts]
    receivers = [receiver_id_of(app, part) for app, part in pairs if part.type == ACTION]
    endpoints = {row.pk: row for row in Endpoint.objects.of(organization).filter(pk__in=receivers)}
    known = _Known(_last_calls(organization, receivers), endpoints, _integrations(organization, mapped))
    return [
        SeenApp(one.app, [known.seen(one, part) for part in parts])
        for one, parts in zip(mapped, components, strict=True)
    ]


def _last_calls(organization: Organization, receiver_ids: Iterable[str]) -> dict[str, Delivery]:
    """The newest delivery of each receiver; two queries, of which the index of a receiver's deliveries answers both."""
    deliveries = Delivery.objects.of(organization).filter(webhook_id__in=list(receiver_ids))
    newest = dict(deliveries.values_list("webhook_id").annotate(at=Max("created_at")))
    rows = deliveries.filter(created_at__in=set(newest.values())).order_by("sequence")
    return {row.webhook_id: row for row in rows if row.created_at == newest[row.webhook_id]}


def _integrations(organization: Organization, mapped: Iterable[MappedApp]) -> Mapping[UUID | None, Integration]:
    ids = {integration_id for one in mapped for integration_id in one.integrations.values()}
    return {row.pk: row for row in Integration.objects.of(organization).filter(pk__in=ids)}
