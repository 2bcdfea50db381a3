"""The things that the requests of the contract are about."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from uuid import uuid4

from hub.ids import to_text
from outbound.models import DELIVERY_PREFIX
from tests.builders import make_group, make_portal, make_token, make_variable, make_webhook
from tests.cast import Stage
from tests.contract import made
from tests.contract.operations import Operation
from tests.hub.entities.conftest import Store, delete
from tests.hub.events.builders import make_core_event, make_own_event
from tests.inbound.conftest import Erp, customer
from tests.inbound.prunes.builders import held, upsert
from tests.outbound.builders import make_acknowledgement, make_app, make_delivery

BY_TOKEN = {
    "authType": "OAUTH_CLIENT_CREDENTIALS",
    "endpoint": "https://login.example.com/token",
    "clientId": "hub",
    "httpMethod": "POST",
}


@dataclass(frozen=True)
class Things:
    """What the requests are about: ids of one organization, or ids that nobody has."""

    integration_id: str
    use_case_id: str
    token_id: str
    entity_id: str
    deleted_id: str
    organization_id: str
    registered_id: str
    order_id: str
    file_id: str
    change_id: str
    event_id: str
    app_id: str
    component_id: str
    prune_id: str
    meter_id: str
    counter_id: str
    variable_key: str
    group_name: str
    portal_key: str
    hook_id: str
    token_hook_id: str
    delivery_id: str
    ack_id: str
    own_event: str
    draft: str
    core_event_id: str
    letter_id: str
    message_id: str
    lease_token: str
    automation_id: str
    run_id: str
    proxy_id: str
    pull_id: str
    pull_run_id: str
    job_id: str

    @classmethod
    def unknown(cls) -> Things:
        """Ids that were never given out, each in its own form."""
        made_up = {field.name: str(uuid4()) for field in fields(cls)}
        return replace(
            cls(**made_up),
            token_id="api_0000000000000000000000",
            event_id="evt_00000000000000000000000000",
            delivery_id="dlv_00000000000000000000000000",
            run_id="run_00000000000000000000000000",
            pull_run_id="pull_00000000000000000000000000",
        )

    @classmethod
    def of_home(cls, stage: Stage, other_system: str) -> Things:
        """One thing of every kind in the home organization; other_system is the URL that its managed call leads to."""
        erp = Erp(stage.home)
        made.make_call(erp, other_system)
        mapped = made.component_of(erp)
        store = Store(stage.home)
        entity_id, deleted_id = (store.upsert(customer_number=number).entity_id for number in ("C-1", "C-3"))
        store.write(delete(customer_number="C-3"))
        store.park(customer_number="C-1", first_name="Ute")
        [event] = erp.send(erp.event(customer("1")))
        store.upsert(customer_number="C-1", last_name="Jensen")
        webhook = make_webhook(organization=stage.home, configuration={"eventName": "event_CustomerDetailsUpdated"})
        delivery = make_delivery(organization=stage.home, webhook_id=webhook.pk)
        return cls(
            integration_id=str(erp.integration.pk),
            use_case_id=str(erp.use_case.pk),
            token_id=make_token(organization=stage.home, grants=()).id,
            entity_id=str(entity_id),
            deleted_id=str(deleted_id),
            organization_id=stage.home.public_id,
            registered_id=str(make_app(organization=stage.home, component_id=mapped.component_id).app_id),
            order_id=str(store.upsert("product_order", order_number="PO-1", status="released").entity_id),
            file_id=str(store.upsert("file", external_id="F-1", custom_download_url=made.file_address(erp)).entity_id),
            change_id=str(store.changes(entity_id)[-1].pk),
            event_id=event.event_id,
            app_id=str(mapped.app_id),
            component_id=str(mapped.component_id),
            prune_id=str(held(erp, upsert(stage.home, "C-2")).pk),
            job_id=str(made.paused_job(stage.home).pk),
            meter_id=str(store.upsert("meter", meter_number="M-1").entity_id),
            counter_id=str(store.upsert("meter_counter", external_id="MC-1").entity_id),
            variable_key=make_variable(organization=stage.home, key="erp.base_url").key,
            group_name=make_group(organization=stage.home, name="ERP").name,
            portal_key=make_portal(organization=stage.home, portal_id="portal-1").portal_id,
            hook_id=webhook.pk,
            token_hook_id=make_webhook(organization=stage.home, configuration={"auth": BY_TOKEN}).pk,
            delivery_id=to_text(DELIVERY_PREFIX, delivery.id),
            ack_id=str(make_acknowledgement(organization=stage.home, integration_id=erp.integration.pk).pk),
            own_event=make_own_event(organization=stage.home, name="ContactSeen").name,
            draft=make_own_event(organization=stage.home, name="ContactHeard", status="draft").name,
            core_event_id=make_core_event(organization=stage.home, name="ContactSeen").public_id,
            proxy_id=str(made.secure_proxy(erp).pk),
            **made.messages(erp),
            **made.automated(stage),
            **made.scheduled(erp),
        )

    def path(self, operation: Operation) -> str:
        """The operation's path with these ids."""
        names = {
            "{integrationId}": self.integration_id,
            "{useCaseId}": self._use_case_for(operation),
            "{tokenId}": self.token_id,
            "{pruneId}": self.prune_id,
            "{slug}": SLUGS.get(operation.id, "contact"),
            "{automationId}": self.automation_id,
            "{runId}": self.pull_run_id if "/schedule" in operation.path else self.run_id,
            "{meterId}": self.meter_id,
            "{counterId}": self.counter_id,
            "{key}": self.variable_key,
            "{name}": self.group_name,
            "{portalId}": self.portal_key,
            "{attribute}": "first_name",
            "{move}": "complete",
            "{appId}": self.registered_id,
            "{componentId}": self.component_id,
            "{id}": self._id_for(operation),
            "{eventName}": self.draft if operation.id in {"replaceEventDraft", "publishEvent"} else self.own_event,
            "{eventId}": self._event_for(operation),
            "{correlationId}": "c-1",
            "{entityId}": self.entity_id,
        }
        path = operation.path
        for name, value in names.items():
            path = path.replace(name, value)
        return path

    def _use_case_for(self, operation: Operation) -> str:
        if "/schedule" in operation.path:
            return self.pull_id
        return self.proxy_id if "whitelist" in operation.path else self.use_case_id

    def _event_for(self, operation: Operation) -> str:
        if "monitoring" in operation.path:
            return self.event_id
        return self.delivery_id if "webhooks" in operation.path else self.core_event_id

    def _id_for(self, operation: Operation) -> str:
        if operation.path.startswith(("/v1/webhooks/", "/v2/webhooks/")):
            return self.token_hook_id if operation.id == "testWebhookOAuth" else self.hook_id
        if operation.id == "moveProductOrder":
            return self.order_id
        if "/file/" in operation.path:
            return self.file_id
        return self.deleted_id if operation.id == "restoreEntity" else self.entity_id


SLUGS = {"callInlet": "customer", "postToInlet": "customer", "managedCallExecute": "get-customer"}
"""Operation id → the slug in its path, where that is no schema."""
