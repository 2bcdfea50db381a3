"""A run goes through its steps: data mapped, an event published, a webhook triggered."""

from __future__ import annotations

import orjson

from hub.entities.models import Entity
from hub.events.models import CoreEvent
from outbound.models import RunState
from tests.outbound.automations.builders import called, make_automation, mapped, run_of, steps_of, written
from tests.outbound.world import World

TICKET = '{"ticket_number": "T-" & contact.customer_number, "subject": "Hello"}'


def test_an_event_is_mapped_into_an_entity(world: World) -> None:
    automation = make_automation(world.organization, written(TICKET))
    world.change_contact("C-1")
    world.work()
    assert run_of(automation).state == RunState.SUCCEEDED
    entity = Entity.objects.of(world.organization).get(schema="ticket")
    assert entity.attributes["ticket_number"] == "T-C-1"


def test_a_step_gets_what_the_one_before_it_made_and_the_event_beside_it(world: World) -> None:
    second = mapped('{"both": number & "/" & $event.contact.first_name}')
    automation = make_automation(world.organization, mapped(), second)
    world.change_contact("C-1")
    world.work()
    assert [step.output for step in steps_of(run_of(automation))] == [{"number": "C-1"}, {"both": "C-1/Ada"}]


def test_a_condition_that_does_not_hold_ends_the_run_without_a_step(world: World) -> None:
    automation = make_automation(world.organization, condition='contact.customer_number = "C-2"')
    world.change_contact("C-1")
    world.work()
    run = run_of(automation)
    assert (run.state, steps_of(run)) == (RunState.SKIPPED, [])


def test_a_webhook_gets_the_entity_and_the_names_of_automation_run_and_step(world: World) -> None:
    world.webhook()
    automation = make_automation(world.organization, called(), condition="$exists(contact)")
    contact = world.change_contact("C-1")
    world.work()
    [request] = world.receiver.requests
    body = orjson.loads(request.body)
    run = run_of(automation)
    assert body["entity"]["_id"] == str(contact)
    assert body["metadata"]["automation_name"] == "Follow up"
    assert body["metadata"]["execution_id"].startswith("run_")
    assert body["metadata"]["action_id"] == automation.configuration["steps"][0]["id"]
    assert run.state == RunState.SUCCEEDED
    assert CoreEvent.objects.count() == 1
