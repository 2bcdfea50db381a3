"""What starts an automation, and what does not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from hub.entities.store import EntityOperation, Source, write
from hub.events.models import CoreEvent
from hub.events.triggering import Firing, Seed, trigger
from hub.json_types import JSONObject
from outbound.automations.starting import LOOP, MOST_ROUNDS
from outbound.models import AutomationRun, RunState
from tests.builders import NOW, make_organization
from tests.outbound.automations.builders import CHANGE_TRIGGER, make_automation, mapped, run_of, runs_of, written
from tests.outbound.world import World

BY_ERP = Source("use_case", "1", UUID(int=1), 1)


def changed(**fields: Any) -> JSONObject:
    """A trigger by changes of contacts."""
    return CHANGE_TRIGGER | fields


def test_a_change_of_an_entity_starts_a_run_with_what_became_different(world: World) -> None:
    automation = make_automation(world.organization, mapped('{"is": entity.first_name}'), trigger=changed())
    contact = world.write(customer_number="C-1", first_name="Ada")
    [run] = runs_of(automation)
    assert (run.event_name, run.entity_id) == ("createEntity", contact)
    assert run.document["changed_attributes"]["added"] == {"customer_number": "C-1", "first_name": "Ada"}
    world.write(customer_number="C-1", first_name="Eva")
    run = runs_of(automation)[-1]
    assert run.document["previous"]["first_name"] == "Ada"
    assert run.document["changed_attributes"]["updated"] == {"first_name": "Eva"}


@pytest.mark.parametrize(
    ("trigger", "runs"),
    [
        (changed(), 2),
        (changed(operations=["createEntity"]), 1),
        (changed(attributes=["last_name"]), 0),
        (changed(attributes=["first_name"], operations=["updateEntity"]), 1),
        (changed(schema="ticket"), 0),
    ],
)
def test_only_the_changes_that_are_wanted_count(world: World, trigger: JSONObject, runs: int) -> None:
    automation = make_automation(world.organization, mapped("{}"), trigger=trigger)
    world.write(customer_number="C-1", first_name="Ada")
    world.write(customer_number="C-1", first_name="Eva")
    world.write(customer_number="C-1", first_name="Eva")
    assert len(runs_of(automation)) == runs


@pytest.mark.parametrize(("includes_erp", "runs"), [(False, 0), (True, 1)])
def test_what_an_erp_sends_counts_on_demand(world: World, includes_erp: bool, runs: int) -> None:
    trigger = changed(include_erp_changes=includes_erp)
    automation = make_automation(world.organization, mapped("{}"), trigger=trigger)
    world.write(customer_number="C-1", source=BY_ERP)
    assert len(runs_of(automation)) == runs


def test_a_disabled_automation_does_not_start(world: World) -> None:
    automation = make_automation(world.organization, trigger=changed(), enabled=False)
    world.write(customer_number="C-1")
    assert runs_of(automation) == []


def test_a_change_that_is_undone_starts_nothing(world: World) -> None:
    automation = make_automation(world.organization, trigger=changed())
    with transaction.atomic():
        world.write(customer_number="C-1")
        transaction.set_rollback(True)
    assert runs_of(automation) == []


def test_changes_of_a_neighbour_start_nothing(world: World) -> None:
    automation = make_automation(world.organization, trigger=changed())
    neighbour = World(make_organization(), world.receiver)
    neighbour.write(customer_number="C-1")
    assert runs_of(automation) == []


def test_many_changes_plan_their_runs_with_one_statement(world: World, count_queries: Any) -> None:
    make_automation(world.organization, trigger=changed())

    def write_some(first: int, count: int) -> int:
        operations = [
            EntityOperation(
                position=n,
                schema="contact",
                identifiers={"customer_number": str(n)},
                attributes={"customer_number": str(n)},
            )
            for n in range(first, first + count)
        ]
        with count_queries() as counted, transaction.atomic():
            write(organization_id=world.organization.pk, operations=operations, at=NOW, source=Source("user", "7"))
        return len(counted)

    write_some(0, 1)
    assert write_some(10, 2) == write_some(20, 40)
    assert AutomationRun.objects.count() == 43


def test_an_automation_that_changes_what_starts_it_is_stopped_for_everybody_to_see(world: World) -> None:
    expression = '{"customer_number": entity.customer_number, "first_name": entity.first_name & "x"}'
    automation = make_automation(
        world.organization, written(expression, "contact", "customer_number"), trigger=changed()
    )
    world.write(customer_number="C-1", first_name="A")
    world.work()
    runs = runs_of(automation)
    assert [run.state for run in runs] == [RunState.SUCCEEDED] * MOST_ROUNDS + [RunState.FAILED]
    assert runs[-1].code == LOOP


def test_an_automation_whose_write_changes_nothing_comes_to_rest(world: World) -> None:
    expression = '{"customer_number": entity.customer_number, "first_name": "Ada"}'
    automation = make_automation(
        world.organization, written(expression, "contact", "customer_number"), trigger=changed()
    )
    world.write(customer_number="C-1", first_name="A")
    world.work()
    assert [run.state for run in runs_of(automation)] == [RunState.SUCCEEDED] * 2


def test_a_test_event_starts_nothing(world: World) -> None:
    automation = make_automation(world.organization)
    contact = world.write(customer_number="C-1")
    firing = Firing(name="CustomerDetailsUpdated", seed=Seed(contact, "contact"), source_type="test", is_test=True)
    trigger(organization=world.organization, firing=firing, at=NOW)
    assert runs_of(automation) == []


def test_an_event_that_does_not_fit_its_schema_ends_its_run(world: World) -> None:
    automation = make_automation(world.organization)
    world.change_contact("C-1")
    CoreEvent.objects.update(state=CoreEvent.State.MALFORMED, problem="contact: is required")
    world.work()
    run = run_of(automation)
    assert (run.state, run.code, run.message) == (RunState.FAILED, "MALFORMED_PAYLOAD", "contact: is required")
