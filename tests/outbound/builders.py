"""Deliveries and acknowledgements as they lie in the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from hub.accounts.models import Organization
from hub.ids import new_id
from outbound.models import Acknowledgement, Delivery, DeliveryBody, DeliveryState, RegisteredApp
from tests.builders import NOW


def make_delivery(*, organization: Organization, body: bytes = b'{"number":"C-1"}', **fields: Any) -> Delivery:
    """One that has failed and whose body was made; webhook_id is free."""
    delivery_id = new_id()
    stored = {
        "id": delivery_id,
        "message_id": delivery_id,
        "organization_id": organization.pk,
        "webhook_id": "wh_1",
        "event_name": "CustomerDetailsUpdated",
        "correlation_id": "corr-1",
        "state": DeliveryState.FAILED,
        "code": "EXTERNAL_API_ERROR",
        "attempts": 4,
        "created_at": NOW,
        "finished_at": NOW,
    }
    row = Delivery.objects.create(**stored | fields)
    if body:
        request = {"method": "POST", "url": "https://erp.example.com/hook", "headers": [], "blocks": False}
        DeliveryBody.objects.create(delivery_id=row.id, body=body, request=request)
    return row


def make_acknowledgement(
    *, organization: Organization, integration_id: UUID | None, use_case_id: UUID | None = None, **fields: Any
) -> Acknowledgement:
    """One that waits, with the delivery by which a use case of the integration tracks it."""
    ack_id = uuid4()
    event_id = new_id()
    make_delivery(
        organization=organization,
        integration_id=integration_id,
        use_case_id=use_case_id or uuid4(),
        core_event_id=event_id,
        ack_id=ack_id,
        state=DeliveryState.SUCCEEDED,
        code="",
    )
    stored = {
        "ack_id": ack_id,
        "organization_id": organization.pk,
        "core_event_id": event_id,
        "event_name": "CustomerDetailsUpdated",
        "correlation_id": "corr-1",
        "created_at": NOW,
        "delivered_at": NOW,
    }
    return Acknowledgement.objects.create(**stored | fields)


def make_app(*, organization: Organization, component_id: UUID | None = None, **fields: Any) -> RegisteredApp:
    """One with an automation action; configuration of it may be given as ``action``."""
    action = fields.pop("action", {"url": "https://app.example.com/act"})
    component = {
        "component_id": str(component_id or uuid4()),
        "type": "automation_action",
        "name": "Book",
        "configuration": action,
    }
    stored = {"app_id": uuid4(), "name": "Booking", "components": [component], "created_at": NOW}
    return RegisteredApp.objects.create(organization=organization, **stored | fields)
