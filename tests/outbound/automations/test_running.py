"""A run goes through its steps: data mapped, an event published, a webhook triggered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest

from hub.accounts.audit import SYSTEM
from hub.entities.editor import Editor
from hub.entities.models import Entity
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from hub.events import projecting
from hub.events.models import CoreEvent
from hub.ids import first_id_at, to_text
from hub.jsonata.pool import Busy
from hub.retention import running as retention
from outbound.automations import running
from outbound.automations.claiming import claim
from outbound.automations.jobs import Job, context_of, jobs_of
from outbound.automations.operations import delete_automation, replace_automation, set_enabled
from outbound.automations.queries import RUN_PREFIX
from outbound.automations.recording import LeaseLost, take_down
from outbound.automations.retrying import AutomationChanged, Retry, retry_run
from outbound.automations.stepping import take
from outbound.models import AutomationRun, RunState
from tests.builders import NOW
from tests.hub.events.builders import make_own_event
from tests.outbound.automations.builders import (
    author_of,
    called,
    make_automation,
    make_run,
    mapped,
    published,
    run_of,
    runs_of,
    steps_of,
    written,
)
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


def test_an_event_is_published_with_the_automation_as_its_source(world: World) -> None:
    make_own_event(organization=world.organization, name="ContactSeen")
    world.organization.refresh_from_db()
    automation = make_automation(world.organization, published("ContactSeen"))
    contact = world.change_contact("C-1")
    world.work()
    run = run_of(automation)
    assert (run.state, run.message) == (RunState.SUCCEEDED, "")
    event = CoreEvent.objects.get(name="ContactSeen")
    assert (event.source, event.entity_id, event.chain) == ("automation", contact, [str(automation.pk)])
    step = automation.configuration["steps"][0]["id"]
    assert event.payload["_trigger_source"] == f"{to_text(RUN_PREFIX, run.id)}/{step}"
    assert event.correlation_id == run.correlation_id


def test_a_condition_that_fails_ends_the_run_with_its_place(world: World) -> None:
    automation = make_automation(world.organization, condition='$number("x") > 1')
    world.change_contact("C-1")
    world.work()
    run = run_of(automation)
    assert (run.state, run.code) == (RunState.FAILED, "MAPPING_EXPRESSION_FAILED")
    assert run.message.startswith("condition: ")


def test_a_step_that_fails_ends_the_run_and_keeps_what_was_done(world: World) -> None:
    automation = make_automation(world.organization, written(TICKET), called("wh_gone"))
    world.change_contact("C-1")
    world.work()
    run = run_of(automation)
    assert (run.state, run.code, run.next_step) == (RunState.FAILED, "WEBHOOK_NOT_FOUND", 1)
    assert [(step.is_done, step.code) for step in steps_of(run)] == [(True, ""), (False, "WEBHOOK_NOT_FOUND")]
    assert Entity.objects.of(world.organization).filter(schema="ticket").count() == 1


def test_a_failed_run_goes_on_where_it_failed_with_the_automation_as_it_is_now(world: World) -> None:
    automation = make_automation(world.organization, written(TICKET), called("wh_gone"))
    world.change_contact("C-1")
    world.work()
    world.webhook()
    steps = automation.configuration["steps"]
    raw = automation.configuration | {"steps": [steps[0], steps[1] | {"webhook_id": "wh_1"}]}
    replace_automation(author=author_of(world.organization), automation_id=automation.pk, raw=raw)
    retry_run(author=author_of(world.organization), order=Retry(automation.pk, run_of(automation).id))
    world.work()
    run = run_of(automation)
    assert (run.state, run.automation_version, len(world.receiver.requests)) == (RunState.SUCCEEDED, 2, 1)
    assert [step.number for step in steps_of(run) if step.is_done] == [0, 1]


def test_a_run_whose_done_steps_were_changed_does_not_go_on(world: World) -> None:
    automation = make_automation(world.organization, mapped(), called("wh_gone"))
    world.change_contact("C-1")
    world.work()
    raw = automation.configuration | {"steps": [written(TICKET) | {"id": str(UUID(int=9))}]}
    replace_automation(author=author_of(world.organization), automation_id=automation.pk, raw=raw)
    with pytest.raises(AutomationChanged):
        retry_run(author=author_of(world.organization), order=Retry(automation.pk, run_of(automation).id))


def test_a_run_that_is_done_again_is_a_run_of_its_own(world: World) -> None:
    automation = make_automation(world.organization)
    world.change_contact("C-1")
    world.work()
    [first] = runs_of(automation)
    again = retry_run(author=author_of(world.organization), order=Retry(automation.pk, first.id, is_whole=True))
    world.work()
    again.refresh_from_db()
    assert (again.retry_of, again.state) == (first.id, RunState.SUCCEEDED)


def test_a_failure_that_may_pass_is_tried_again_later(world: World, clock: Any, monkeypatch: Any) -> None:
    automation = make_automation(world.organization, written(TICKET))
    world.change_contact("C-1")
    projecting.work()
    with monkeypatch.context() as patched:
        patched.setattr("outbound.automations.taking.shape", _busy)
        running.work()
    run = run_of(automation)
    assert (run.state, run.code, run.attempts) == (RunState.WAITING, "BUSY", 1)
    assert running.work() == 0
    clock.move(seconds=6)
    running.work()
    assert run_of(automation).state == RunState.SUCCEEDED


def _busy(*_arguments: Any, **_more: Any) -> Any:
    raise Busy("Every child is occupied.")


def test_a_worker_that_dies_leaves_its_run_to_the_next_one(world: World, clock: Any) -> None:
    automation = make_automation(world.organization, written(TICKET))
    world.change_contact("C-1")
    projecting.work()
    assert len(claim()) == 1
    assert running.work() == 0
    clock.move(seconds=61)
    running.work()
    assert run_of(automation).state == RunState.SUCCEEDED


def test_a_run_that_nobody_comes_to_an_end_with_is_given_up(world: World, clock: Any) -> None:
    automation = make_automation(world.organization)
    world.change_contact("C-1")
    projecting.work()
    for _ in range(6):
        assert len(claim()) == 1
        clock.move(seconds=61)
    running.work()
    run = run_of(automation)
    assert (run.state, run.code) == (RunState.FAILED, "WORKER_CRASHED")


def test_a_worker_that_was_too_slow_writes_nothing(world: World, clock: Any) -> None:
    automation = make_automation(world.organization, written(TICKET))
    world.change_contact("C-1")
    projecting.work()
    [slow] = jobs_of(claim())
    assert isinstance(slow, Job)
    clock.move(seconds=61)
    running.work()
    context = context_of(slow, world.organization, clock.now())
    with pytest.raises(LeaseLost):
        take_down(slow, 0, take(slow.configuration.steps[0], context), context)
    assert len(steps_of(run_of(automation))) == 1


def test_runs_about_one_entity_go_one_after_the_other(world: World) -> None:
    trigger = {"type": "entity_change", "schema": "contact"}
    automation = make_automation(world.organization, mapped("{}"), trigger=trigger)
    world.write(customer_number="C-1", first_name="Ada")
    world.write(customer_number="C-1", first_name="Eva")
    world.write(customer_number="C-2", first_name="Ida")
    claimed = {run.sequence for run in claim()}
    assert claimed == {run.sequence for run in runs_of(automation)[::2]}


def test_what_was_planned_goes_on_with_its_version(world: World) -> None:
    automation = make_automation(world.organization, mapped('{"version": 1}'))
    world.change_contact("C-1")
    raw = automation.configuration | {"steps": [mapped('{"version": 2}')]}
    replace_automation(author=author_of(world.organization), automation_id=automation.pk, raw=raw)
    world.work()
    assert [step.output for step in steps_of(run_of(automation))] == [{"version": 1}]


@pytest.mark.parametrize(("act", "code"), [("disable", "AUTOMATION_DISABLED"), ("delete", "AUTOMATION_NOT_FOUND")])
def test_what_was_planned_ends_with_its_automation(world: World, act: str, code: str) -> None:
    automation = make_automation(world.organization)
    world.change_contact("C-1")
    author = author_of(world.organization)
    if act == "disable":
        set_enabled(author=author, automation_id=automation.pk, enabled=False)
    else:
        delete_automation(author=author, automation_id=automation.pk)
    world.work()
    [run] = AutomationRun.objects.all()
    assert (run.state, run.code) == (RunState.FAILED, code)


def test_values_that_need_a_confirmation_are_parked(world: World) -> None:
    order = SchemaOrder.parse({"attributes": [{"name": "first_name", "edit_mode": "external"}]})
    save_schema(editor=Editor(world.organization, SYSTEM, NOW), slug="contact", order=order)
    world.organization.refresh_from_db()
    expression = '{"customer_number": contact.customer_number, "first_name": "Eva"}'
    make_automation(world.organization, written(expression, "contact", "customer_number"))
    contact = world.change_contact("C-1")
    world.work()
    entity = Entity.objects.get(pk=contact)
    assert entity.attributes["first_name"] == "Ada"
    assert entity.attributes["_changesets"]["first_name"]["value"] == "Eva"


def test_old_runs_go_and_those_on_their_way_stay(world: World, clock: Any) -> None:
    automation = make_automation(world.organization)
    make_run(automation, state=RunState.SUCCEEDED, id=first_id_at(clock.now()), finished_at=clock.now())
    make_run(automation)
    clock.move(days=27)
    retention.apply()
    assert len(runs_of(automation)) == 2
    clock.move(days=2)
    retention.apply()
    assert [run.state for run in runs_of(automation)] == [RunState.PLANNED]
