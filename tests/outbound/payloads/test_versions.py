"""A receiver goes on getting the version of an event that it knows."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.accounts.audit import SYSTEM
from hub.accounts.models import AuditEntry
from hub.entities.schemas.book import book_of
from hub.errors import Invalid
from hub.events.catalogue import built_in, definition_at, json_schema_of, misfits, sample_of
from hub.events.models import CoreEvent
from hub.events.switches import switch_on
from integrations.operations.author import Author
from outbound.models import Delivery, DeliveryState, Webhook
from outbound.trials.delivery import Trial, send_test
from outbound.webhooks.changes import SentWebhook
from outbound.webhooks.operations import create_webhook, replace_webhook
from tests.builders import NOW
from tests.hub.events.builders import make_core_event
from tests.outbound.world import EVENT, World, mapping
from tests.receiver import Receiver

READING = "MeterReadingAdded"
NEW = {"name": "ERP", "url": "https://erp.example.com/hook", "eventName": f"event_{READING}"}


def reading(world: World) -> CoreEvent:
    """An event of the present version, as it is stored."""
    definition = built_in(READING)
    payload = sample_of(definition, book_of(world.organization), organization="1")
    return make_core_event(
        organization=world.organization, name=READING, version=definition.version, payload=payload
    ).row


def author(world: World) -> Author:
    return Author(organization=world.organization, actor=SYSTEM, is_admin=True, at=NOW)


def resent(world: World, **order: UUID) -> Delivery:
    """The event of the past, sent on."""
    order.setdefault("event_id", reading(world).pk)
    return send_test(organization=world.organization, order=Trial("wh_1", SYSTEM, **order), at=NOW)


def test_an_older_version_is_made_step_by_step(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=f"event_{READING}", eventVersion="1.0")
    resent(world)
    world.work()
    document = receiver.requests[0].json
    assert (document["_event_version"], document["value"]) == ("1.0", 1234.5)
    older = json_schema_of(definition_at(built_in(READING), "1.0"), book_of(world.organization))
    assert misfits(older, document) == []


def test_the_present_version_is_left_as_it_is(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=f"event_{READING}", eventVersion=built_in(READING).version)
    resent(world)
    world.work()
    assert "account" in receiver.requests[0].json


def test_an_event_of_an_older_time_is_not_made_older_than_it_is(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=f"event_{READING}", eventVersion="2.0")
    event = reading(world)
    CoreEvent.objects.filter(pk=event.pk).update(version="1.0", payload=event.payload | {"_event_version": "1.0"})
    resent(world, event_id=event.pk)
    world.work()
    assert receiver.requests[0].json["_event_version"] == "1.0"


def test_expression_and_conditions_of_the_webhook_see_its_version(world: World, receiver: Receiver) -> None:
    conditions = {"conditions": [{"field": "value", "operation": "is_not_empty"}]}
    world.webhook(
        eventName=f"event_{READING}",
        eventVersion="1.0",
        filterConditions=conditions,
        jsonataExpression='{"v": value, "readings": meter_readings}',
    )
    resent(world)
    world.work()
    assert receiver.requests[0].json == {"v": 1234.5}


@pytest.mark.parametrize(
    ("event_filter", "state"), [("meter_readings", DeliveryState.SUCCEEDED), ("value", DeliveryState.SKIPPED)]
)
def test_the_filter_of_a_use_case_sees_the_event_as_it_happened(
    world: World, receiver: Receiver, event_filter: str, state: DeliveryState
) -> None:
    world.webhook(eventName=f"event_{READING}", eventVersion="1.0")
    use_case = world.use_case(mapping(jsonata_expression="value"), event=READING, event_filter=event_filter)
    resent(world, use_case_id=use_case.pk, mapping_id=UUID(int=1))
    world.work()
    assert world.delivery().state == state


def test_the_first_delivery_fills_in_the_version(world: World, receiver: Receiver) -> None:
    webhook = world.webhook(eventName=f"event_{EVENT}")
    switch_on(organization_id=world.organization.pk, name=EVENT)
    world.organization.bump_config_version()
    world.change_contact("C-1")
    world.work()
    webhook.refresh_from_db()
    assert webhook.configuration["eventVersion"] == built_in(EVENT).version
    assert webhook.version == 2
    assert AuditEntry.objects.get(action="webhook.pin_version").object_id == webhook.pk


def test_a_test_fills_in_nothing(world: World, receiver: Receiver) -> None:
    webhook = world.webhook(eventName=f"event_{READING}")
    resent(world)
    world.work()
    webhook.refresh_from_db()
    assert "eventVersion" not in webhook.configuration


def test_an_event_of_another_name_through_the_webhook_fills_in_nothing(world: World, receiver: Receiver) -> None:
    webhook = world.webhook(eventName=f"event_{READING}")
    world.use_case()
    world.change_contact("C-1")
    world.work()
    webhook.refresh_from_db()
    assert "eventVersion" not in webhook.configuration


def replaced(world: World, **fields: object) -> Webhook:
    """A webhook with a version that is replaced by what says the same, with these fields."""
    created = create_webhook(author=author(world), sent=SentWebhook.parse_new({**NEW, "eventVersion": "2.0"}))
    sent = SentWebhook.parse({**NEW, **fields})  # type: ignore[dict-item]  # JSON
    return replace_webhook(author=author(world), webhook_id=created.webhook.pk, sent=sent)


def test_a_change_that_does_not_speak_of_the_version_keeps_it(world: World) -> None:
    assert replaced(world, name="The ERP").configuration["eventVersion"] == "2.0"


def test_null_takes_the_version_away(world: World) -> None:
    assert "eventVersion" not in replaced(world, eventVersion=None).configuration


def test_another_event_takes_the_version_away(world: World) -> None:
    assert "eventVersion" not in replaced(world, eventName=f"event_{EVENT}").configuration


def test_a_version_that_never_was_is_refused_when_it_is_saved(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        create_webhook(author=author(world), sent=SentWebhook.parse_new({**NEW, "eventVersion": "9.0"}))
    assert refused.value.details[0].path == "eventVersion"
    assert "2.0" in refused.value.details[0].message
