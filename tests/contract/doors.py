"""A good request for every operation, and the things behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from hub.ids import new_id, to_text
from integrations.models import AppMapping, UseCase, UseCaseType
from outbound.automations.queries import RUN_PREFIX
from outbound.models import DELIVERY_PREFIX, QueuedMessage, RunState
from outbound.queue.enqueueing import NewMessage, enqueue
from outbound.queue.polling import poll
from proxies.models import PullKind
from proxies.pulling.handing_on import RUN_PREFIX as PULL_PREFIX
from proxies.pulling.planning import pull_of, run_of
from proxies.pulling.schedules import schedule_of
from tests.builders import NOW, make_group, make_portal, make_token, make_use_case, make_variable, make_webhook
from tests.cast import Stage
from tests.contract.operations import Operation
from tests.hub.entities.conftest import Store, delete
from tests.hub.events.builders import definition_of, make_core_event, make_own_event
from tests.inbound.conftest import CONTACT, Erp, customer
from tests.inbound.prunes.builders import held, upsert
from tests.outbound.automations.builders import EVENT_TRIGGER, make_automation, make_run, mapped
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
        _make_call(erp, other_system)
        mapped = _mapped(erp)
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
            file_id=str(store.upsert("file", external_id="F-1", custom_download_url=_address(erp)).entity_id),
            change_id=str(store.changes(entity_id)[-1].pk),
            event_id=event.event_id,
            app_id=str(mapped.app_id),
            component_id=str(mapped.component_id),
            prune_id=str(held(erp, upsert(stage.home, "C-2")).pk),
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
            proxy_id=str(_secure_proxy(erp).pk),
            **_messages(erp),
            **_automated(stage),
            **_scheduled(erp),
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


def _mapped(erp: Erp) -> AppMapping:
    """The component of an app that leads to the integration."""
    ids = {"app_id": UUID(int=1), "component_id": UUID(int=2)}
    return AppMapping.objects.create(organization=erp.organization, integration=erp.integration, created_at=NOW, **ids)


def _make_call(erp: Erp, other_system: str) -> None:
    erp.integration.connector_config = {"base_url": other_system}
    erp.integration.save()
    configuration = {"operation": {"method": "GET", "path": "/customers/{{number}}"}}
    make_use_case(integration=erp.integration, slug="get-customer", type="managed_call", configuration=configuration)


def _secure_proxy(erp: Erp) -> UseCase:
    """Of the mode that reaches public addresses; what stands there is the business of the conftest."""
    configuration = {"vpc_mode": "static_ip", "allowed_domains": [], "allowed_ips": []}
    return make_use_case(integration=erp.integration, type=UseCaseType.SECURE_PROXY, configuration=configuration)


def _address(erp: Erp) -> str:
    """Where a file proxy of the integration would hand out a file."""
    named = f"orgId={erp.organization.public_id}&integrationId={erp.integration.pk}&useCaseSlug=documents"
    return f"{settings.HUB_BASE_URL}/download?{named}"


def _automated(stage: Stage) -> dict[str, str]:
    """An automation and a run of it that has failed."""
    automation = make_automation(stage.home)
    run = make_run(automation, state=RunState.FAILED)
    return {"automation_id": str(automation.pk), "run_id": to_text(RUN_PREFIX, run.id)}


def _scheduled(erp: Erp) -> dict[str, str]:
    """A call with a schedule, and a run of it on demand: one that is on its way and keeps no other from beginning."""
    pull = {"every_minutes": 15, "items": "customers", "cursor": {"parameter": "since", "initial": "2026-01-01"}}
    configuration = {
        "operation": {"method": "GET", "path": "/customers"},
        "inbound_use_case_slug": erp.use_case.slug,
        "pull": pull,
    }
    call = make_use_case(integration=erp.integration, slug="read", type="managed_call", configuration=configuration)
    one = schedule_of(call)
    assert one is not None
    run = run_of(pull_of(one, NOW), PullKind.ON_DEMAND, NOW)
    run.save(force_insert=True)
    return {"pull_id": str(call.pk), "pull_run_id": to_text(PULL_PREFIX, run.pk)}


def _messages(erp: Erp) -> dict[str, str]:
    """A dead letter, and a message that is leased; ids as the API shows them."""
    usual = NewMessage(
        organization_id=erp.organization.pk,
        integration_id=erp.integration.pk,
        use_case_id=erp.use_case.pk,
        mapping_id=None,
        event_id=new_id(),
        event_name="contract.created",
        occurred_at=NOW - timedelta(minutes=2),
        raw_payload=b"{}",
        mapping_failure="boom",
    )
    later = NOW - timedelta(minutes=1)
    enqueue([usual, replace(usual, event_id=new_id(), occurred_at=later, mapping_failure="")], NOW)
    lease = poll(integration=erp.integration, limit=10, at=NOW)
    [letter] = QueuedMessage.objects.dead(erp.integration.pk, NOW)
    return {
        "letter_id": to_text("msg_", letter.pk),
        "message_id": to_text("msg_", lease.messages[0].id),
        "lease_token": to_text("lt_", lease.token),
    }


def _events(things: Things) -> dict[str, Any]:
    event = {"timestamp": "2026-01-15T07:59:00Z", "event_type": "UPDATE", "object_type": "customer"}
    return {"events": [event | {"format": "json", "payload": customer("1")}]}


def _component(things: Things) -> dict[str, Any]:
    return {"app_id": things.app_id, "component_id": things.component_id}


def _stored_simulation(things: Things) -> dict[str, Any]:
    event = {"use_case_slug": "customer", "format": "json", "payload": customer("1")}
    return {"integration_id": things.integration_id, "event": event}


def _older_simulation(things: Things) -> dict[str, Any]:
    mapping = {"version": "2.0", "mapping": {"events": {"customer": CONTACT}}}
    return {
        "mapping_configuration": mapping,
        "object_type": "customer",
        "format": "json",
        "payload": customer("1"),
    }


def _direct_simulation(things: Things) -> dict[str, Any]:
    operation = {"entity_slug": "contact", "unique_ids": {"customer_number": "1"}, "attributes": {}}
    return {"event_configuration": {"direct": True}, "payload": {"version": "1", "operations": [operation]}}


def _reading(things: Things) -> dict[str, Any]:
    return {"meter_id": things.meter_id, "counter_id": things.counter_id, "value": "812.4", "source": "ECP"}


def _firing(things: Things) -> dict[str, Any]:
    return {"seed": {"entity_id": things.entity_id, "node_id": "contact"}}


def _triggering(things: Things) -> dict[str, Any]:
    flow = {"flow_id": "f", "flow_action_id": "fa", "flow_name": "Inform", "activity_id": things.change_id}
    run = {"execution_id": "e", "action_id": "a", "created_at": "2026-01-15T08:00:00Z"}
    return flow | run | {"org_id": things.organization_id, "webhook_id": things.hook_id, "entity_id": things.entity_id}


def _proxied(things: Things) -> dict[str, Any]:
    request = {"url": "http://93.184.216.34/invoices", "method": "GET"}
    return request | {"integration_id": things.integration_id, "use_case_id": things.proxy_id}


def _external(things: Things) -> dict[str, Any]:
    span = {"correlation_id": "c-1", "level": "success", "use_case_slug": "customer", "message": "sent"}
    return {"events": [span | {"occurred_at": "2026-01-15T07:59:00Z"}]}


def _no_body(things: Things) -> None:
    return None


NEW_AUTOMATION = {"name": "Follow up", "trigger": EVENT_TRIGGER, "steps": [mapped()]}
NEW_WEBHOOK = {"name": "To the ERP", "eventName": "event_ContractCreated", "url": "https://erp.example.com/hook"}
NEW_APP = {"name": "Portal", "components": [{"type": "portal_extension", "name": "Tile"}]}
NEW_USE_CASE = {"name": "Meters", "type": "inbound", "enabled": True}
BODIES: dict[str, Callable[[Things], Any]] = {
    "processErpUpdatesEvents": lambda things: _component(things) | {"meta": {}} | _events(things),
    "processErpUpdatesEventsV2": lambda things: {"integration_id": things.integration_id} | _events(things),
    "processErpUpdatesEventsV3": lambda things: {"integration_id": things.integration_id} | _events(things),
    "simulateMapping": _older_simulation,
    "simulateMappingV2": _stored_simulation,
    "simulateDirect": _direct_simulation,
    "listIntegrations": _no_body,
    "createIntegration": lambda things: {"name": "New"},
    "getIntegration": _no_body,
    "updateIntegration": lambda things: {"name": "Renamed"},
    "deleteIntegration": _no_body,
    "queryEvents": lambda things: {"event_id": things.event_id},
    "replayEvents": lambda things: {"event_ids": [things.event_id]},
    "listUseCases": _no_body,
    "createUseCase": lambda things: NEW_USE_CASE,
    "getUseCase": _no_body,
    "updateUseCase": lambda things: {"enabled": False},
    "deleteUseCase": _no_body,
    "listUseCaseHistory": _no_body,
    "setIntegrationAppMapping": lambda things: _component(things) | {"overwrite": True},
    "deleteIntegrationAppMapping": _component,
    "queryInboundMonitoringEvents": lambda things: {"use_case_id": things.use_case_id},
    "queryAccessLogs": lambda things: {"method": "POST"},
    "getMonitoringStats": lambda things: {"inbound_group_by": ["status"]},
    "getMonitoringTimeSeries": lambda things: {"from_date": "2026-01-15T00:00:00Z", "interval": "1h"},
    "queryMonitoringEvents": lambda things: {"integration_id": things.integration_id, "status": ["error"]},
    "queryMonitoringStats": lambda things: {"integration_id": things.integration_id},
    "queryMonitoringEventsV2": lambda things: {"level": "error"},
    "getAssociatedMonitoringEvents": _no_body,
    "getMonitoringStatsV2": lambda things: {"group_by": "level"},
    "getMonitoringTimeSeriesV2": lambda things: {"from_date": "2026-01-15T00:00:00Z", "interval": "1h"},
    "pushExternalMonitoringEvents": _external,
    "getMonitoringTrace": _no_body,
    "getEntitySyncStatus": _no_body,
    "getEntitySyncStatusByEntity": _no_body,
    "listHeldPrunes": _no_body,
    "getHeldPrune": _no_body,
    "approveHeldPrune": lambda things: {"reason": "checked"},
    "rejectHeldPrune": lambda things: {"reason": "checked"},
    "pollMessages": lambda things: {"limit": 5},
    "acknowledgeMessages": lambda things: {"acks": [{"id": things.message_id, "lease_token": things.lease_token}]},
    "listDeadLetters": _no_body,
    "redriveDeadLetters": lambda things: {"ids": [things.letter_id]},
    "unblockMessages": lambda things: {"reason": "checked"},
    "simulateOutboundMapping": lambda things: {"jsonata_expression": "{'number': n}", "payload": {"n": 1}},
    "listIntegrationsV2": _no_body,
    "createIntegrationV2": lambda things: {"name": "New", "use_cases": [NEW_USE_CASE]},
    "getIntegrationV2": _no_body,
    "updateIntegrationV2": lambda things: {"name": "Renamed", "use_cases": []},
    "deleteIntegrationV2": _no_body,
    "listAccessTokens": _no_body,
    "createAccessToken": lambda things: {"name": "New", "grants": []},
    "getAccessToken": _no_body,
    "renameAccessToken": lambda things: {"name": "Renamed"},
    "revokeAccessToken": _no_body,
    "listSchemas": _no_body,
    "getSchema": _no_body,
    "saveSchema": lambda things: {"attributes": [{"name": "loyalty", "type": "enum", "options": ["a", "b"]}]},
    "listSchemaVersions": _no_body,
    "getSchemaAsJSONSchema": _no_body,
    "getSchemaExample": _no_body,
    "listEntities": _no_body,
    "createEntity": lambda things: {"customer_number": "C-9", "last_name": "New"},
    "upsertEntity": lambda things: {"unique_key": ["customer_number"], "entity": {"customer_number": "C-1"}},
    "getEntity": _no_body,
    "patchEntity": lambda things: {"last_name": "Changed"},
    "replaceEntity": lambda things: {"customer_number": "C-1"},
    "deleteEntity": _no_body,
    "restoreEntity": _no_body,
    "listRelations": _no_body,
    "addRelations": lambda things: [{"attribute": "neighbours", "entity_id": things.entity_id}],
    "removeRelations": lambda things: [{"attribute": "neighbours", "entity_id": things.entity_id}],
    "listChangesets": _no_body,
    "applyChangeset": lambda things: {"reason": "checked"},
    "dismissChangeset": lambda things: {"reason": "checked"},
    "downloadFile": _no_body,
    "uploadFile": lambda things: {"a": "file"},
    "listFileVersions": _no_body,
    "addFileVersion": lambda things: {"a later": "file"},
    "moveProductOrder": lambda things: {"quantity_completed": 1},
    "getEntityActivity": _no_body,
    "revertEntityChange": lambda things: {"change_id": things.change_id},
    "exportEntities": lambda things: {"schema": "contact"},
    "importEntities": lambda things: {"schema": "contact", "rows": [{"customer_number": "C-1", "last_name": "New"}]},
    "searchEntities": lambda things: {"q": "_schema:contact"},
    "listMeterReadings": _no_body,
    "writeMeterReadings": lambda things: {"readings": [_reading(things)]},
    "listEnvironments": _no_body,
    "createEnvironment": lambda things: {"key": "erp.tenant", "type": "String", "value": "t1"},
    "getEnvironment": _no_body,
    "listEnvironmentUses": _no_body,
    "putEnvironment": lambda things: {"value": "https://erp.example"},
    "deleteEnvironment": _no_body,
    "listEnvironmentGroups": _no_body,
    "putEnvironmentGroup": lambda things: {"description": "Where the ERP is."},
    "deleteEnvironmentGroup": _no_body,
    "listConfiguredEvents": _no_body,
    "listWebhooks": _no_body,
    "createWebhook": lambda things: NEW_WEBHOOK,
    "getWebhook": _no_body,
    "replaceWebhook": lambda things: NEW_WEBHOOK | {"enabled": False},
    "deleteWebhook": _no_body,
    "rotateWebhookSecret": lambda things: {"overlapHours": 1},
    "pauseWebhook": _no_body,
    "resumeWebhook": _no_body,
    "testWebhookConnection": _no_body,
    "testWebhookOAuth": _no_body,
    "sendWebhookTest": lambda things: {},
    "triggerWebhook": lambda things: {"metadata": {"action": "reorder"}, "entity": {"number": "C-1"}},
    "getWebhookExample": lambda things: {},
    "listWebhookDeliveries": lambda things: {"limit": 5},
    "getWebhookDelivery": _no_body,
    "replayWebhookDelivery": lambda things: {"reason": "restored"},
    "replayWebhookDeliveries": lambda things: {"eventIds": [things.delivery_id]},
    "acknowledgeTracking": lambda things: {"ack_id": things.ack_id},
    "triggerErp": _triggering,
    "managedCallExecute": lambda things: {"integration_id": things.integration_id, "payload": {"number": "C-1"}},
    "listApps": _no_body,
    "registerApp": lambda things: NEW_APP,
    "getApp": _no_body,
    "deleteApp": _no_body,
    "callAppComponent": lambda things: {"execution_id": "e", "action_id": "a", "entity_id": things.entity_id},
    "getOutboundStatus": _no_body,
    "queryOutboundMonitoringEvents": lambda things: {"status": "failed"},
    "listAutomations": _no_body,
    "createAutomation": lambda things: NEW_AUTOMATION,
    "getAutomation": _no_body,
    "replaceAutomation": lambda things: NEW_AUTOMATION | {"condition": "true"},
    "deleteAutomation": _no_body,
    "testAutomation": lambda things: {"payload": {"contact": {"customer_number": "C-1"}}},
    "listAutomationRuns": _no_body,
    "getAutomationRun": _no_body,
    "retryAutomationRun": lambda things: {"from_start": True},
    "callInlet": _no_body,
    "postToInlet": lambda things: {"number": "C-1"},
    "listSecureProxies": _no_body,
    "secureProxy": _proxied,
    "getSecureProxyWhitelist": _no_body,
    "replaceSecureProxyWhitelist": lambda things: {"allowed_domains": ["erp.example.com"]},
    "listSecureProxyWhitelistHistory": _no_body,
    "listSchedules": _no_body,
    "listIntegrationSchedules": _no_body,
    "getSchedule": _no_body,
    "runSchedule": _no_body,
    "fullSyncSchedule": _no_body,
    "pauseSchedule": _no_body,
    "resumeSchedule": _no_body,
    "rewindSchedule": lambda things: {"cursor": "2026-01-10"},
    "listScheduleRuns": _no_body,
    "getScheduleRun": _no_body,
    "cancelScheduleRun": _no_body,
    "listPortals": _no_body,
    "putPortal": lambda things: {"origin": "B2B_PORTAL"},
    "deletePortal": _no_body,
    "listEvents": _no_body,
    "createEvent": lambda things: definition_of("ContactFound"),
    "getEvent": _no_body,
    "changeEvent": lambda things: {"keeps_history": True},
    "replaceEventDraft": lambda things: definition_of(things.draft),
    "deprecateEvent": _no_body,
    "publishEvent": lambda things: {"enabled": False},
    "previewEvent": _firing,
    "triggerEvent": _firing,
    "getEventJSONSchema": _no_body,
    "getEventExample": _no_body,
    "listEventVersions": _no_body,
    "listEventHistory": lambda things: {"limit": 1},
    "listEventHistoryV2": lambda things: {"fields": ["contact"]},
    "getEventOfHistory": _no_body,
}
"""Operation id → its body about these things."""
SLUGS = {"callInlet": "customer", "postToInlet": "customer", "managedCallExecute": "get-customer"}
"""Operation id → the slug in its path, where that is no schema."""
INLETS = {
    "callInlet": "?number=C-1",
    "postToInlet": "",
    "uploadFile": "?filename=a.json",
    "addFileVersion": "?filename=b.json",
}
"""Operation id → its query string, of those that take any body: a payload, a file."""


def knock(client: Client, operation: Operation, things: Things) -> Any:
    """Sends the operation's good request. Any: the answer of the test client."""
    body = BODIES[operation.id](things)
    content = b"" if body is None else json.dumps(body).encode()
    path = things.path(operation) + INLETS.get(operation.id, "")
    return whole(client.generic(operation.method, path, content, content_type="application/json"))


def whole(answer: Any) -> Any:
    """An answer that is sent while it is made, read to its end; any other as it is. Any: answers of the test client."""
    if not answer.streaming:
        return answer
    read = HttpResponse(answer.getvalue(), status=answer.status_code, headers=dict(answer.items()))
    read.json = lambda: json.loads(read.content)  # type: ignore[attr-defined]  # as the client's answers have it
    return read
