"""World: an organization with a webhook, an outbound use case, and a worker that a test runs by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from hub.accounts.models import Organization
from hub.entities.store import EntityOperation, Source, write
from hub.events import projecting
from hub.json_types import JSONObject
from integrations.models import Integration, UseCase, UseCaseType
from monitoring.models import MonitoringEvent
from outbound import preparing
from outbound.automations import running
from outbound.cascade import on_use_case_saved
from outbound.delivering import turn
from outbound.models import Delivery, Webhook
from outbound.signing import new_secret
from outbound.signing_keys import seal_signing_secret
from tests.builders import NOW, make_integration, make_use_case
from tests.receiver import Receiver

EVENT = "CustomerDetailsUpdated"
BODY = '{"_ack_id": _ack_id, "number": contact.customer_number}'


class World:
    """A webhook at the receiver, whose events come from contacts that change."""

    def __init__(self, organization: Organization, receiver: Receiver) -> None:
        self.organization = organization
        self.receiver = receiver
        self.integration: Integration = make_integration(organization=organization)

    def webhook(self, webhook_id: str = "wh_1", **configuration: Any) -> Webhook:
        """A webhook at the receiver; retries after 5 s, 5 min and 30 min."""
        whole = {
            "name": "ERP",
            "eventName": "erp",
            "url": f"{self.receiver.url}/events",
            "httpMethod": "POST",
            "enabled": True,
            "retryPolicy": {"enabled": True, "maxAttempts": 3},
        } | configuration
        row = Webhook(
            id=webhook_id,
            organization=self.organization,
            name=whole["name"],
            event_name=whole["eventName"],
            enabled=whole["enabled"],
            configuration=whole,
            created_at=NOW,
            updated_at=NOW,
        )
        row.sealed_signing_secret = seal_signing_secret(row, new_secret(), NOW)
        row.save(force_insert=True)
        self.organization.bump_config_version()
        return row

    def use_case(self, *mappings: JSONObject, event: str = EVENT, **configuration: Any) -> UseCase:
        """An enabled outbound use case; without mappings one that posts BODY to wh_1."""
        listed = mappings or (mapping(),)
        row = make_use_case(
            integration=self.integration,
            type=UseCaseType.OUTBOUND,
            configuration={"event_catalog_event": event, "mappings": [*listed], **configuration},
        )
        on_use_case_saved(use_case=row)
        self.organization.bump_config_version()
        return row

    def write(self, schema: str = "contact", source: Source | None = None, **attributes: Any) -> UUID:
        """Upsert an entity by its first attribute, as a person does."""
        first = next(iter(attributes))
        operation = EntityOperation(
            position=0, schema=schema, identifiers={first: str(attributes[first])}, attributes=attributes
        )
        with transaction.atomic():
            [result] = write(
                organization_id=self.organization.pk,
                operations=[operation],
                at=NOW,
                source=source or Source("user", "7"),
            )
        assert result.entity_id is not None
        return result.entity_id

    def change_contact(self, number: str = "C-1", **attributes: Any) -> UUID:
        """A contact that was there gets another e-mail address, or what a test says."""
        self.write(customer_number=number, first_name="Ada")
        return self.write(customer_number=number, **(attributes or {"email": [{"email": "ada@example.com"}]}))

    def work(self) -> None:
        """All that a worker does until nothing is due."""
        while projecting.work() + preparing.work() + running.work() + turn.work():
            pass

    def deliveries(self) -> list[Delivery]:
        """All of them, in order."""
        return list(Delivery.objects.of(self.organization).order_by("sequence"))

    def spans(self, code: str) -> list[MonitoringEvent]:
        """What was told, oldest first."""
        return list(MonitoringEvent.objects.of(self.organization).filter(code=code).order_by("id"))

    def delivery(self) -> Delivery:
        """The only one."""
        [delivery] = self.deliveries()
        return delivery


def mapping(webhook_id: str = "wh_1", *, number: int = 1, **fields: Any) -> JSONObject:
    """A mapping that posts BODY to a webhook."""
    asked = fields.pop("delivery", {})
    delivery = asked if asked.get("type") == "poll" else {"type": "webhook", "webhook_id": webhook_id} | asked
    whole: JSONObject = {
        "id": str(UUID(int=number)),
        "name": f"Mapping {number}",
        "enabled": True,
        "jsonata_expression": BODY,
        "delivery": delivery,
    }
    return whole | fields


@pytest.fixture
def world(transactional_db: None, settings: Any, receiver: Receiver) -> World:
    """Home with an ERP that listens on loopback, which the operator has allowed."""
    from tests.builders import make_organization

    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    return World(make_organization(slug="home", name="Home"), receiver)
