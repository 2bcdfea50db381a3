"""call_component: an automation action of an app is called with a signed POST, and recorded as a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson

from hub.accounts.audit import Actor
from hub.accounts.models import Organization
from hub.errors import Conflict, NotFound
from hub.events.nodes import entity_document
from hub.json_encoding import timestamp
from hub.json_types import ROOT, JSONObject
from outbound.actions.taking import ActionKey, Letter, Taken, draft_of, ended, find_earlier, take
from outbound.actions.triggering import entity_of
from outbound.delivering.receivers import Receiver
from outbound.hops import with_hop
from outbound.models import Delivery, DeliveryState, Endpoint, RegisteredApp
from outbound.registered_apps.components import ACTION, Component
from outbound.registered_apps.queries import get_app
from outbound.registered_apps.receivers import receiver_id_of
from outbound.registered_apps.tokens import token_for
from outbound.signing_keys import organization_signer
from outbound.webhooks.authentication import ApiKey
from outbound.webhooks.configuration import WebhookConfiguration

TOKEN_HEADER: Final = "x-hub-app-token"
HELD: Final = "WEBHOOK_HELD"


class NotCallable(Conflict):
    """The component is of a type that is stored and listed only."""

    code = "COMPONENT_NOT_CALLABLE"


@dataclass(frozen=True, slots=True)
class ComponentCall:
    """Which component is called about which entity, in which run. config: what the step of the flow sets.

    hop: see hub/hops.py.
    """

    app_id: UUID
    component_id: UUID
    key: ActionKey
    entity_id: str
    config: JSONObject = field(default_factory=dict)
    trigger_event: JSONObject = field(default_factory=dict)
    execution_status: str = ""
    hop: int = 0


def call_component(*, organization: Organization, call: ComponentCall, actor: Actor, at: datetime) -> Taken:
    """What became of it, within 30 seconds; a repeat answers the first success, as with outbound.actions.triggering.

    Must not be called within a transaction. Raises NotFound for the app or the component, NotCallable, Invalid for an
    entity that is not there, ActionInProgress, ReceiverAtItsLimit.
    """
    app = get_app(organization=organization, app_id=call.app_id)
    component = _component(app, call.component_id)
    earlier = find_earlier(organization=organization, key=call.key)
    if earlier is not None:
        return earlier
    entity = entity_document(organization, entity_of(organization, call.entity_id))
    document = _document(organization, app, call, entity, at)
    delivery = draft_of(organization, call.key, receiver_id_of(app, component), document, at)
    letter = _letter(app, component, delivery, document, actor)
    letter = replace(letter, request=with_hop(letter.request, call.hop))
    return take(organization=organization, key=call.key, letter=letter)


def _component(app: RegisteredApp, component_id: UUID) -> Component:
    found = next((one for one in map(Component.stored, app.components) if one.component_id == component_id), None)
    if found is None:
        raise NotFound("The app has no such component.", code="COMPONENT_NOT_FOUND")
    if found.type != ACTION:
        raise NotCallable(f"{found.name} is of the type {found.type}; only an {ACTION} can be called.")
    return found


def _document(
    organization: Organization, app: RegisteredApp, call: ComponentCall, entity: JSONObject, at: datetime
) -> JSONObject:
    return {
        "type": ACTION,
        "timestamp": timestamp(at),
        "data": {
            "org_id": organization.public_id,
            "app_id": str(app.app_id),
            "component_id": str(call.component_id),
            "entity": entity,
            "action_config": call.config,
            "app_config": app.configuration,
            "app_options": app.options,
            "execution_id": call.key.execution_id,
            "action_id": call.key.action_id,
            "execution_status": call.execution_status,
            "trigger_event": call.trigger_event,
        },
    }


def _letter(app: RegisteredApp, component: Component, delivery: Delivery, document: JSONObject, actor: Actor) -> Letter:
    at = delivery.created_at
    probe_at = _probe_of(delivery.webhook_id)
    if probe_at is not None and probe_at > at:
        message = f"{component.name} has failed too often: nothing was sent."
        return ended(delivery, DeliveryState.FAILED, HELD, message, None)
    credentials = {}
    if component.sends_token and app.grants:
        credentials = {"keyValue": token_for(organization=app.organization, app=app, actor=actor, at=at)}
    receiver = _receiver(delivery, component, credentials)
    request: JSONObject = {"method": "POST", "url": component.url, "headers": [], "blocks": False}
    return Letter(delivery, receiver, orjson.dumps(document), request, is_probe=probe_at is not None)


def _probe_of(receiver_id: str) -> datetime | None:
    """When the next probe of a component is due that has failed too often in a row; None for all others."""
    circuit = Endpoint.objects.filter(pk=receiver_id, circuit=Endpoint.Circuit.OPEN)
    return circuit.values_list("probe_at", flat=True).first()


def _receiver(delivery: Delivery, component: Component, credentials: Mapping[str, str]) -> Receiver:
    """Signed with the organization's key alone: whoever wrote the app knows no secret of this organization."""
    document: JSONObject = {"name": component.name, "eventName": ACTION, "url": component.url}
    configuration = WebhookConfiguration.parse(document, ROOT)
    if credentials:
        configuration = replace(configuration, authentication=ApiKey(TOKEN_HEADER))
    return Receiver(
        webhook_id=delivery.webhook_id,
        organization_id=delivery.organization_id,
        name=component.name,
        configuration=configuration,
        credentials=credentials,
        signer=organization_signer(delivery.organization_id, delivery.created_at),
    )
