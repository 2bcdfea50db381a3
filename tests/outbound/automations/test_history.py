"""The history of automations: versions with author and reason, what differs, an older one made live again."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.json_types import JSONObject
from outbound.automations.changes import REASON
from outbound.automations.operations import replace_automation
from outbound.automations.versions import PAGE_SIZE, find_version
from outbound.models import Automation
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR
from tests.outbound.automations.builders import EVENT_TRIGGER, author_of, make_automation, mapped
from tests.outbound.world import EVENT

RULE: JSONObject = {"name": "Follow up", "trigger": EVENT_TRIGGER, "steps": [mapped("1")], "enabled": True}


@pytest.fixture
def automation(organization: Organization) -> Automation:
    """Two versions: the second maps something else, and has a condition."""
    automation = make_automation(organization, mapped("1"))
    return changed(automation, steps=[mapped("2")], condition="true", change_description="Clerks asked for it")


@pytest.fixture
def admin(client_of: Any) -> Any:
    """Somebody who may change automations."""
    return client_of(ADMIN)


def changed(automation: Automation, **members: Any) -> Automation:
    """Saved once more with other members. Any: JSON."""
    author = author_of(automation.organization)
    return replace_automation(author=author, automation_id=automation.pk, raw=RULE | members)[0]


def history_of(automation: Automation) -> str:
    return f"/app/automations/{automation.pk}/history"


def restored(admin: Any, automation: Automation, version: int, **fields: Any) -> Any:
    sent = {"reason": "It was better", "version": str(automation.version)} | fields
    return admin.post(f"{history_of(automation)}/{version}/restore", sent)


def test_the_history_says_who_saved_which_version_and_why(admin: Any, automation: Automation) -> None:
    lines = admin.get(history_of(automation)).context["lines"]
    assert [(line.row.version, line.is_live, line.row.change_description) for line in lines] == [
        (2, True, "Clerks asked for it"),
        (1, False, None),
    ]
    assert "Clerks asked for it" in admin.get(history_of(automation)).text


def test_the_last_two_versions_are_compared_field_by_field(admin: Any, automation: Automation) -> None:
    changes = admin.get(history_of(automation)).context["changes"]
    assert [(one.path, one.before, one.after) for one in changes] == [
        ("steps[0].expression", "1", "2"),
        ("condition", None, "true"),
    ]


def test_any_two_versions_are_compared(admin: Any, automation: Automation) -> None:
    changed(automation, name="Third", steps=[mapped("3")])
    found = admin.get(f"{history_of(automation)}?old=1&new=3").context["changes"]
    assert [one.path for one in found] == ["name", "steps[0].expression"]


def test_the_first_version_stands_alone(admin: Any, organization: Organization) -> None:
    answer = admin.get(history_of(make_automation(organization)))
    assert "This is the first version" in answer.text


@pytest.mark.parametrize("query", ["?new=9", "?old=9"])
def test_a_version_that_never_was_is_not_found(admin: Any, automation: Automation, query: str) -> None:
    assert admin.get(f"{history_of(automation)}{query}").status_code == 404


def test_a_long_history_comes_in_pages(admin: Any, automation: Automation) -> None:
    for number in range(PAGE_SIZE):
        automation = changed(automation, name=f"Name {number}")
    first = admin.get(history_of(automation)).context
    second = admin.get(f"{history_of(automation)}?below={first['older']}").context
    numbers = [line.row.version for line in [*first["lines"], *second["lines"]]]
    assert (numbers, second["older"]) == (list(range(PAGE_SIZE + 2, 0, -1)), None)


def test_the_history_takes_as_many_queries_however_long_it_is(
    admin: Any, automation: Automation, count_queries: Any
) -> None:
    admin.get(history_of(automation))
    with count_queries() as few:
        admin.get(history_of(automation))
    for number in range(5):
        automation = changed(automation, name=f"Name {number}")
    with count_queries() as many:
        admin.get(history_of(automation))
    assert len(many) == len(few)


def test_restoring_asks_and_makes_a_new_version_of_the_old_one(admin: Any, automation: Automation) -> None:
    asked = admin.get(f"{history_of(automation)}/1/restore")
    assert "Restore v1 of Follow up?" in asked.text
    answer = restored(admin, automation, 1)
    assert (answer.status_code, answer.headers["Location"]) == (302, history_of(automation))
    before, automation = find_version(automation, 1), Automation.objects.get(pk=automation.pk)
    assert before is not None
    assert (automation.version, automation.change_description) == (3, "It was better")
    assert automation.configuration == before.configuration


def test_restoring_does_not_switch_the_automation_on(admin: Any, automation: Automation) -> None:
    automation = changed(automation, enabled=False, steps=[mapped("3")])
    restored(admin, automation, 1)
    automation.refresh_from_db()
    assert (automation.version, automation.enabled) == (4, False)
    assert automation.configuration["enabled"] is False


def test_restoring_needs_a_reason(admin: Any, automation: Automation) -> None:
    assert restored(admin, automation, 1, reason=" ").status_code == 422
    automation.refresh_from_db()
    assert automation.version == 2


def test_restoring_over_a_version_nobody_has_seen_is_refused(admin: Any, automation: Automation) -> None:
    changed(automation, name="Somebody else's")
    answer = restored(admin, automation, 1)
    assert answer.status_code == 302
    assert "Somebody saved another version meanwhile" in admin.get(answer.headers["Location"]).text
    assert Automation.objects.get(pk=automation.pk).version == 3


def test_restoring_what_is_the_same_makes_no_version(admin: Any, automation: Automation) -> None:
    restored(admin, automation, 2)
    assert Automation.objects.get(pk=automation.pk).version == 2


def test_a_version_that_todays_rules_refuse_says_what_is_wrong(admin: Any, automation: Automation) -> None:
    automation.history.filter(version=1).update(configuration=RULE | {"condition": "("})
    answer = restored(admin, automation, 1)
    assert answer.status_code == 422
    assert "condition: does not compile" in answer.text


def test_operators_look_and_do_not_restore(client_of: Any, automation: Automation) -> None:
    operator = client_of(OPERATOR)
    page = operator.get(f"{history_of(automation)}?new=1")
    assert (page.status_code, page.context["can_restore"]) == (200, False)
    assert restored(operator, automation, 1).status_code == 403


def test_neighbours_find_no_history(client_of: Any, automation: Automation) -> None:
    assert client_of(NEIGHBOUR_OWNER).get(history_of(automation)).status_code == 404
    assert restored(client_of(NEIGHBOUR_OWNER), automation, 1).status_code == 404


def test_the_form_asks_for_a_reason_and_does_not_repeat_the_last_one(admin: Any, automation: Automation) -> None:
    page = admin.get(f"/app/automations/{automation.pk}")
    assert page.context["draft"].reason == ""
    assert 'name="reason"' in page.text


def test_the_reason_of_the_form_stands_in_the_version(admin: Any, automation: Automation) -> None:
    form = {
        "name": "Follow up",
        "enabled": "on",
        "trigger_type": "core_event",
        "event_name": EVENT,
        "steps": "1",
        "step-0-type": "map_data",
        "step-0-expression": "3",
        "version": "2",
        "reason": "Because",
        "do": "save",
    }
    assert admin.post(f"/app/automations/{automation.pk}", form).status_code == 302
    automation.refresh_from_db()
    assert (automation.version, automation.change_description) == (3, "Because")


def test_a_reason_does_not_become_a_part_of_the_automation(automation: Automation) -> None:
    assert REASON not in automation.configuration
    assert changed(automation, name="Next").change_description is None


def test_a_reason_alone_changes_nothing(automation: Automation) -> None:
    raw = automation.configuration | {REASON: "Only this"}
    saved, _ = replace_automation(author=author_of(automation.organization), automation_id=automation.pk, raw=raw)
    assert (saved.version, saved.change_description) == (2, "Clerks asked for it")
