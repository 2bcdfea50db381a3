"""What a webhook asks for beside an event stands in what it gets."""

from __future__ import annotations

from typing import Any

import pytest

from hub.events.models import CoreEvent
from hub.events.switches import switch_on
from outbound.payloads.changesets import applied
from tests.outbound.world import EVENT, World
from tests.receiver import Receiver

OF_EVENTS = f"event_{EVENT}"


def delivered(world: World, receiver: Receiver, **options: bool) -> Any:
    """What arrives when a contact that a contract belongs to has got another e-mail address."""
    world.webhook(eventName=OF_EVENTS, payloadConfiguration=options)
    switch_on(organization_id=world.organization.pk, name=EVENT)
    world.organization.bump_config_version()
    world.write("account", account_number="A-1", name="Ada Ltd")
    world.write(
        customer_number="C-1",
        account={"$relation": {"_set": [{"$entity_unique_ids": {"account_number": "A-1"}, "_schema": "account"}]}},
    )
    world.write(customer_number="C-1", email=[{"email": "ada@example.com"}])
    world.work()
    [request] = receiver.requests
    return request.json


def test_without_options_the_event_stands_alone(world: World, receiver: Receiver) -> None:
    document = delivered(world, receiver)
    assert document.keys().isdisjoint({"entity", "relations", "activity", "changed_attributes"})


def test_the_whole_entity_stands_beside_the_event(world: World, receiver: Receiver) -> None:
    document = delivered(world, receiver, hydrate_entity=True)
    assert (document["entity"]["customer_number"], document["entity"]["_schema"]) == ("C-1", "contact")


def test_its_relations_stand_beside_the_event(world: World, receiver: Receiver) -> None:
    document = delivered(world, receiver, include_relations=True)
    assert [one["account_number"] for one in document["relations"]] == ["A-1"]
    assert "entity" not in document


def test_the_change_behind_the_event_is_told(world: World, receiver: Receiver) -> None:
    activity = delivered(world, receiver, include_activity=True)["activity"]
    assert (activity["type"], activity["actor"]) == ("updated", {"type": "user", "id": "7"})


def test_the_attributes_that_changed_are_told(world: World, receiver: Receiver) -> None:
    changed = delivered(world, receiver, include_changed_attributes=True)["changed_attributes"]
    assert set(changed) == {"added", "updated", "deleted"}
    assert [*changed["added"]] == ["email"]


def test_an_expression_sees_what_was_asked_for(world: World, receiver: Receiver) -> None:
    world.webhook(
        eventName=OF_EVENTS,
        payloadConfiguration={"hydrate_entity": True},
        jsonataExpression='{"number": entity.customer_number}',
    )
    switch_on(organization_id=world.organization.pk, name=EVENT)
    world.organization.bump_config_version()
    world.change_contact("C-1")
    world.work()
    assert receiver.requests[0].json == {"number": "C-1"}


def test_what_is_internal_never_leaves_the_hub(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=OF_EVENTS)
    switch_on(organization_id=world.organization.pk, name=EVENT)
    world.organization.bump_config_version()
    world.change_contact("C-1")
    event = CoreEvent.objects.get()
    CoreEvent.objects.update(payload=event.payload | {"_automation_chain": ["flow-1"], "_downgrades": ["$"]})
    world.work()
    assert receiver.requests[0].json.keys().isdisjoint({"_automation_chain", "_downgrades"})


PROPOSED = {
    "_schema": "contact",
    "last_name": "Jensen",
    "tax_id": "1",
    "_changesets": {
        "last_name": {"value": "Holm", "edit_mode": "external"},
        "tax_id": {"value": None, "edit_mode": "approval"},
    },
}


def test_proposed_values_stand_in_their_place_and_stay_visible_as_proposals() -> None:
    shown = applied({"contact": PROPOSED})["contact"]
    assert shown == {"_schema": "contact", "last_name": "Holm", "_changesets": PROPOSED["_changesets"]}


@pytest.mark.parametrize("payload", [{"contacts": [PROPOSED]}, {"order": {"_schema": "order", "buyer": PROPOSED}}])
def test_proposals_are_applied_however_deep_an_entity_stands(payload: Any) -> None:
    assert "Jensen" not in str(applied(payload))


def test_what_is_no_entity_is_left_alone() -> None:
    payload: Any = {"metadata": {"_changesets": {"a": {"value": 1}}}}
    assert applied(payload) == payload


def test_proposals_are_applied_to_what_is_delivered(world: World, receiver: Receiver) -> None:
    world.webhook(eventName=OF_EVENTS, payloadConfiguration={"apply_changesets": True})
    switch_on(organization_id=world.organization.pk, name=EVENT)
    world.organization.bump_config_version()
    world.change_contact("C-1")
    event = CoreEvent.objects.get()
    CoreEvent.objects.update(payload=event.payload | {"contact": event.payload["contact"] | PROPOSED})
    world.work()
    contact = receiver.requests[0].json["contact"]
    assert (contact["last_name"], contact["_changesets"]["last_name"]["value"]) == ("Holm", "Holm")
