"""The pages of automations: who sees what, a form that works without scripts, the tester, runs."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.ids import to_text
from integrations.models import UseCaseType
from outbound.automations import running
from outbound.automations.queries import RUN_PREFIX
from outbound.models import Automation, AutomationRun, RunState
from tests.builders import make_integration, make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, VIEWER
from tests.outbound.automations.builders import called, make_automation, make_run, mapped, published, written

LIST = "/app/automations"


@pytest.fixture
def automation(organization: Organization) -> Automation:
    """One that maps."""
    return make_automation(organization)


@pytest.fixture
def admin(client_of: Any) -> Any:
    """Somebody who may change automations."""
    return client_of(ADMIN)


def form(**fields: Any) -> dict[str, Any]:
    """What the form sends, with one step that maps."""
    return {
        "name": "Follow up",
        "enabled": "on",
        "trigger_type": "core_event",
        "event_name": "CustomerDetailsUpdated",
        "operations": ["createEntity"],
        "steps": "1",
        "step-0-type": "map_data",
        "step-0-expression": '{"number": contact.customer_number}',
        "do": "save",
    } | fields


def test_the_list_is_empty_and_says_what_to_do(admin: Any) -> None:
    answer = admin.get(LIST)
    assert answer.status_code == 200
    assert "No automations yet" in answer.text
    assert f'href="{LIST}/new"' in answer.text


def test_the_list_shows_automations_and_the_triggers_of_integrations(
    admin: Any, organization: Organization, automation: Automation
) -> None:
    mapping = {"name": "ERP", "enabled": True, "delivery": {"type": "poll"}}
    configuration = {"event_catalog_event": "ProductOrderCompleted", "event_filter": "true", "mappings": [mapping]}
    integration = make_integration(organization=organization)
    make_use_case(
        integration=integration, slug="category-trigger", type=UseCaseType.OUTBOUND, configuration=configuration
    )
    text = admin.get(LIST).text
    assert "Follow up" in text
    assert "category-trigger" in text
    assert "ProductOrderCompleted" in text


def test_the_list_takes_as_many_queries_whatever_it_shows(
    admin: Any, organization: Organization, automation: Automation, count_queries: Any
) -> None:
    admin.get(LIST)
    with count_queries() as few:
        admin.get(LIST)
    for _ in range(3):
        make_run(make_automation(organization), state=RunState.FAILED)
    admin.get(LIST)
    with count_queries() as many:
        admin.get(LIST)
    assert len(many) == len(few)


def test_a_new_automation_is_stored_as_it_stands_in_the_form(admin: Any) -> None:
    answer = admin.post(f"{LIST}/new", form(condition="contact.first_name = 'Ada'", include_erp="on"))
    [stored] = Automation.objects.all()
    assert answer.headers["Location"] == f"{LIST}/{stored.pk}"
    configuration = stored.configuration
    assert configuration["trigger"] == {
        "type": "core_event",
        "event_name": "CustomerDetailsUpdated",
        "include_erp_changes": True,
    }
    assert configuration["condition"] == "contact.first_name = 'Ada'"
    assert [step["type"] for step in configuration["steps"]] == ["map_data"]


def test_what_is_wrong_stands_at_its_answer_and_nothing_is_lost(admin: Any) -> None:
    answer = admin.post(f"{LIST}/new", form(condition="contact.first_name = ", description="kept"))
    assert answer.status_code == 422
    assert Automation.objects.count() == 0
    assert 'data-error-line="1"' in answer.text
    assert 'value="kept"' in answer.text


def test_the_form_keeps_what_names_something_that_is_not_there(admin: Any, organization: Organization) -> None:
    steps = [written("{}", "nobody"), called("wh_gone"), published("Nothing")]
    automation = make_automation(organization, *steps, trigger={"type": "core_event", "event_name": "Never"})
    text = admin.get(f"{LIST}/{automation.pk}").text
    for name in ("nobody", "wh_gone", "Nothing", "Never"):
        assert f'<option value="{name}" selected>{name}, which is not there</option>' in text


@pytest.mark.parametrize(
    ("order", "kinds"),
    [
        ("add:trigger_webhook", ["map_data", "publish_event", "trigger_webhook"]),
        ("remove:0", ["publish_event"]),
        ("down:0", ["publish_event", "map_data"]),
        ("up:1", ["publish_event", "map_data"]),
        ("up:0", ["map_data", "publish_event"]),
        ("remove:9", ["map_data", "publish_event"]),
    ],
)
def test_steps_are_added_moved_and_removed_without_scripts(admin: Any, order: str, kinds: list[str]) -> None:
    answer = admin.post(f"{LIST}/new", form(do=order, steps="2", **{"step-1-type": "publish_event"}))
    assert answer.status_code == 200
    assert [step.kind for step in answer.context["draft"].steps] == kinds
    assert Automation.objects.count() == 0


def test_saving_what_somebody_else_has_changed_is_refused(admin: Any, automation: Automation) -> None:
    answer = admin.post(f"{LIST}/{automation.pk}", form(name="Mine", version="7"))
    assert answer.status_code == 412
    automation.refresh_from_db()
    assert automation.name == "Follow up"


def test_the_tester_tells_whether_the_condition_holds_on_the_sample(admin: Any) -> None:
    answer = admin.post(f"{LIST}/new", form(do="try", condition="$exists(contact)"))
    assert "Holds" in answer.text
    assert Automation.objects.count() == 0


def test_the_tester_shows_where_a_condition_does_not_compile(admin: Any) -> None:
    answer = admin.post(f"{LIST}/new", form(do="try", condition="contact.("))
    assert "line 1" in answer.text


def test_the_tester_says_what_a_step_would_write_and_writes_nothing(admin: Any) -> None:
    entity = {"step-0-schema": "ticket", "step-0-identifiers": "ticket_number"}
    expression = '{"ticket_number": "T-1"}'
    answer = admin.post(f"{LIST}/new", form(do="try", **entity, **{"step-0-expression": expression}))
    [step] = answer.context["trial"].rehearsal.steps
    assert (step.status, step.outcome) == ("ok", "created")


def test_htmx_gets_the_part_that_it_asked_for(admin: Any) -> None:
    headers = {"HX-Request": "true"}
    tester = admin.post(f"{LIST}/new", form(do="try"), headers=headers).text
    fields = admin.post(f"{LIST}/new", form(do="add:map_data"), headers=headers).text
    assert tester.lstrip().startswith('<div id="tester"')
    assert fields.lstrip().startswith('<div id="automation-fields"')


@pytest.mark.parametrize("looker", [VIEWER, OPERATOR], ids=str)
def test_others_look_and_change_nothing(client_of: Any, looker: Any, automation: Automation) -> None:
    client = client_of(looker)
    page = client.get(f"{LIST}/{automation.pk}")
    assert (page.status_code, "You can look, not change." in page.text) == (200, True)
    assert client.post(f"{LIST}/{automation.pk}", form()).status_code == 403
    assert client.get(f"{LIST}/new").status_code == 403


@pytest.mark.parametrize("address", ["", "/switch", "/delete", "/runs"])
def test_a_neighbour_finds_no_page(client_of: Any, automation: Automation, address: str) -> None:
    assert client_of(NEIGHBOUR_OWNER).get(f"{LIST}/{automation.pk}{address}").status_code == 404


def test_switching_asks_first(admin: Any, automation: Automation) -> None:
    assert "Disable Follow up?" in admin.get(f"{LIST}/{automation.pk}/switch").text
    admin.post(f"{LIST}/{automation.pk}/switch")
    automation.refresh_from_db()
    assert (automation.enabled, automation.version) == (False, 2)


def test_deleting_asks_first(admin: Any, automation: Automation) -> None:
    assert "Delete Follow up?" in admin.get(f"{LIST}/{automation.pk}/delete").text
    admin.post(f"{LIST}/{automation.pk}/delete")
    assert Automation.objects.count() == 0


def page_of(automation: Automation, run: AutomationRun) -> str:
    return f"{LIST}/{automation.pk}/runs/{to_text(RUN_PREFIX, run.id)}"


def test_a_failed_run_says_why_and_what_to_do(admin: Any, automation: Automation) -> None:
    run = make_run(automation, state=RunState.FAILED, code="WEBHOOK_DISABLED", message="The webhook ERP is disabled.")
    text = admin.get(page_of(automation, run)).text
    assert "The webhook ERP is disabled." in text
    assert "Go on where it failed" in text


def test_the_runs_leave_out_those_whose_condition_did_not_hold(admin: Any, automation: Automation) -> None:
    skipped = make_run(automation, state=RunState.SKIPPED)
    failed = make_run(automation, state=RunState.FAILED)
    usual, every = (admin.get(f"{LIST}/{automation.pk}/runs{query}").text for query in ("", "?show=all"))
    ids = [to_text(RUN_PREFIX, run.id) for run in (skipped, failed)]
    assert [one in usual for one in ids] == [False, True]
    assert [one in every for one in ids] == [True, True]


def test_an_operator_has_a_failed_run_go_on(client_of: Any, automation: Automation) -> None:
    run = make_run(automation, state=RunState.FAILED)
    answer = client_of(OPERATOR).post(f"{page_of(automation, run)}/retry")
    run.refresh_from_db()
    assert (answer.status_code, run.state) == (302, RunState.WAITING)


def test_a_viewer_has_nothing_run_again(client_of: Any, automation: Automation) -> None:
    run = make_run(automation, state=RunState.FAILED)
    assert client_of(VIEWER).post(f"{page_of(automation, run)}/retry").status_code == 403
    assert "Go on where it failed" not in client_of(VIEWER).get(page_of(automation, run)).text


def test_a_run_shows_what_each_step_got_and_gave(admin: Any, organization: Organization) -> None:
    automation = make_automation(organization, mapped(), mapped('{"again": number}'))
    run = make_run(automation, document={"contact": {"customer_number": "C-1"}})
    running.work()
    context = admin.get(page_of(automation, run)).context
    assert [row.input for row in context["steps"]] == [{"contact": {"customer_number": "C-1"}}, {"number": "C-1"}]
    assert [row.step.output for row in context["steps"]] == [{"number": "C-1"}, {"again": "C-1"}]
