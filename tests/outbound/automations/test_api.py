"""/v1/automations: what each operation answers and what it leaves behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.accounts.models import AuditEntry, Organization
from hub.events.models import EventSwitch
from hub.ids import to_text
from outbound.automations.queries import RUN_PREFIX
from outbound.models import Automation, AutomationRun, RunState
from tests.builders import make_token
from tests.integrations.conftest import api, api_of
from tests.outbound.automations.builders import EVENT_TRIGGER, called, make_automation, make_run, mapped, written

__all__ = ["api", "api_of"]

ALL = "/v1/automations"
NEW: dict[str, Any] = {"name": "Follow up", "trigger": EVENT_TRIGGER, "steps": [mapped()]}


def path_of(automation: Automation, more: str = "") -> str:
    return f"{ALL}/{automation.pk}{more}"


def test_a_new_automation_is_answered_whole_and_its_events_are_enabled(api: Any) -> None:
    answer = api.post(ALL, NEW)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["name"], body["enabled"], body["version"], len(body["steps"])) == ("Follow up", True, 1, 1)
    assert body["steps"][0]["id"]
    assert EventSwitch.objects.get(name="CustomerDetailsUpdated").enabled
    assert AuditEntry.objects.order_by("-sequence").first().action == "automation.create"


def test_sending_back_what_was_answered_changes_nothing(api: Any) -> None:
    body = api.post(ALL, NEW).json()
    again = api.put(f"{ALL}/{body['id']}", body)
    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_a_step_keeps_its_id_while_it_stays_in_its_place(api: Any) -> None:
    body = api.post(ALL, NEW).json()
    changed = api.put(f"{ALL}/{body['id']}", NEW | {"steps": [mapped('{"other": 1}'), mapped()]}).json()
    assert changed["version"] == 2
    assert changed["steps"][0]["id"] == body["steps"][0]["id"] != changed["steps"][1]["id"]


def test_a_change_of_what_somebody_else_has_changed_is_refused(api: Any, organization: Organization) -> None:
    automation = make_automation(organization)
    answer = api.put(path_of(automation), NEW | {"name": "Mine"}, **{"If-Match": '"7"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "PRECONDITION_FAILED")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": " "}, "name"),
        ({"surprise": 1}, "surprise"),
        ({"trigger": None}, "trigger"),
        ({"trigger": {"type": "clock"}}, "trigger.type"),
        ({"trigger": {"type": "core_event"}}, "trigger.event_name"),
        (
            {"trigger": {"type": "entity_change", "schema": "contact", "operations": ["readEntity"]}},
            "trigger.operations[0]",
        ),
        ({"condition": "contact.("}, "condition"),
        ({"condition": "x" * 15_001}, "condition"),
        ({"steps": []}, "steps"),
        ({"steps": [{"type": "sleep"}]}, "steps[0].type"),
        ({"steps": [mapped("(")]}, "steps[0].expression"),
        ({"steps": [mapped("{'a': $inputt.b}")]}, "steps[0].expression"),
        ({"condition": "$lower(a) = 'b'"}, "condition"),
        ({"steps": [mapped(entity={"schema": "ticket"})]}, "steps[0].entity.unique_identifiers"),
        ({"steps": [{"type": "publish_event", "event_name": "X", "seed": 1}]}, "steps[0].seed"),
        ({"steps": [{"type": "trigger_webhook"}]}, "steps[0].webhook_id"),
        ({"steps": [mapped()] * 21}, "steps"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(api: Any, change: dict[str, Any], path: str) -> None:
    answer = api.post(ALL, NEW | change)
    assert (answer.status_code, Automation.objects.count()) == (400, 0)
    assert path in [detail["path"] for detail in answer.json()["details"]]


def test_what_is_not_there_yet_is_stored_and_told(api: Any) -> None:
    steps = [written("{}", "nobody"), called("wh_gone"), {"type": "publish_event", "event_name": "Nothing"}]
    answer = api.post(ALL, NEW | {"steps": steps, "trigger": {"type": "core_event", "event_name": "Never"}})
    assert [one["path"] for one in answer.json()["warnings"]] == [
        "trigger.event_name",
        "steps[0].entity.schema",
        "steps[1].webhook_id",
        "steps[2].event_name",
    ]


def test_a_rehearsal_tells_everything_and_writes_nothing(api: Any, organization: Organization) -> None:
    automation = make_automation(organization, written('{"ticket_number": "T-1"}'), called("wh_gone"), mapped())
    answer = api.post(path_of(automation, ":test"), {"payload": {"contact": {"customer_number": "C-1"}}}).json()
    assert (answer["origin"], answer["condition"]) == ("payload", {"holds": True})
    assert [step["status"] for step in answer["steps"]] == ["ok", "failed", "not_tried"]
    assert answer["steps"][0]["outcome"] == "created"
    assert answer["steps"][1]["error"]["code"] == "WEBHOOK_NOT_FOUND"
    assert AutomationRun.objects.count() == 0


def test_a_rehearsal_without_a_subject_takes_the_sample(api: Any, organization: Organization) -> None:
    automation = make_automation(organization, condition="$exists(contact)")
    answer = api.post(path_of(automation, ":test"), {}).json()
    assert (answer["origin"], answer["condition"]) == ("sample", {"holds": True})


def test_a_rehearsal_of_what_is_not_stored_yet_tells_where_it_fails(api: Any, organization: Organization) -> None:
    automation = make_automation(organization)
    body = {"configuration": NEW | {"condition": '$number("x")'}, "payload": {"a": 1}}
    answer = api.post(path_of(automation, ":test"), body).json()
    assert answer["condition"]["holds"] is False
    assert answer["condition"]["error"]["code"] == "MAPPING_EXPRESSION_FAILED"


@pytest.mark.parametrize(
    "body", [{"event_id": "x"}, {"entity_id": "x"}, {"payload": 1}, {"payload": {}, "event_id": "x"}]
)
def test_a_rehearsal_on_nothing_is_refused(api: Any, organization: Organization, body: dict[str, Any]) -> None:
    assert api.post(path_of(make_automation(organization), ":test"), body).status_code in {400, 404}


def test_runs_come_in_pages_newest_first(api: Any, organization: Organization) -> None:
    automation = make_automation(organization)
    ids = [to_text(RUN_PREFIX, make_run(automation, state=RunState.FAILED, code="BUSY").id) for _ in range(3)]
    first = api.get(path_of(automation, "/runs?limit=2")).json()
    rest = api.get(path_of(automation, f"/runs?limit=2&cursor={first['next_cursor']}")).json()
    assert [run["id"] for run in first["runs"] + rest["runs"]] == ids[::-1]
    assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)
    assert api.get(path_of(automation, "/runs?status=succeeded")).json()["runs"] == []


def test_a_run_on_its_way_needs_no_retry(api: Any, organization: Organization) -> None:
    automation = make_automation(organization)
    run = make_run(automation)
    answer = api.post(path_of(automation, f"/runs/{to_text(RUN_PREFIX, run.id)}:retry"), {})
    assert (answer.status_code, answer.json()["code"]) == (409, "AUTOMATION_RUN_NOT_ENDED")


def test_what_has_not_failed_is_only_repeated_whole(api: Any, organization: Organization) -> None:
    automation = make_automation(organization)
    address = path_of(
        automation, f"/runs/{to_text(RUN_PREFIX, make_run(automation, state=RunState.SUCCEEDED).id)}:retry"
    )
    assert api.post(address, {}).json()["code"] == "AUTOMATION_RUN_NOT_FAILED"
    again = api.post(address, {"from_start": True})
    assert (again.status_code, again.json()["status"]) == (202, "planned")


def test_a_deleted_automation_is_gone_and_its_runs_with_it(api: Any, organization: Organization) -> None:
    automation = make_automation(organization)
    make_run(automation)
    assert api.delete(path_of(automation)).status_code == 204
    assert [api.get(path_of(automation, more)).status_code for more in ("", "/runs")] == [404, 404]


POWERFUL: dict[str, dict[str, Any]] = {
    "entity:edit": mapped(entity={"schema": "ticket", "unique_identifiers": ["ticket_number"]}),
    "event_catalog:manage": {"type": "publish_event", "name": "Tell", "event_name": "CustomerDetailsUpdated"},
    "webhook:edit": {"type": "trigger_webhook", "name": "Call", "webhook_id": "wh_1"},
}


@pytest.mark.parametrize("grant", POWERFUL)
def test_an_automation_does_nothing_that_its_author_may_not_do(
    organization: Organization, client_of: Any, grant: str
) -> None:
    body = NEW | {"steps": [POWERFUL[grant]]}
    answers = [
        client_of(make_token(organization=organization, grants=grants)).post(
            ALL, json.dumps(body), content_type="application/json"
        )
        for grants in (("automation:*",), ("automation:*", grant))
    ]
    assert [answer.status_code for answer in answers] == [403, 201]
    assert answers[0].json()["details"][0]["path"] == "steps[0]"


def test_an_automation_cannot_be_given_more_by_a_change(organization: Organization, client_of: Any) -> None:
    automation = make_automation(organization)
    client = client_of(make_token(organization=organization, grants=("automation:*",)))
    body = NEW | {"steps": [POWERFUL["entity:edit"]]}
    answer = client.put(path_of(automation), json.dumps(body), content_type="application/json")
    assert answer.status_code == 403
