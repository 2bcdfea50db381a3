"""The schedule of a managed call in a form: what it starts with, what it saves, what it refuses and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.json_types import JSONObject
from integrations.models import UseCase
from proxies.ui.schedule_document import values_of, with_values
from tests.builders import make_integration, make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, VIEWER
from tests.proxies.pulling.conftest import PULL, Works

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    """Somebody who may change use cases."""
    return client_of(ADMIN)


def address(use_case: UseCase) -> str:
    return f"/app/integrations/{use_case.integration_id}/use-cases/{use_case.pk}/schedule/edit"


def answers(use_case: UseCase, **changed: Any) -> dict[str, Any]:
    """What a browser sends where only these fields were changed; texts as browsers write their lines."""
    values = values_of(use_case.configuration or {}) | {"version": use_case.version} | changed
    sent = {name: value for name, value in values.items() if value is not False}
    return {name: value.replace("\n", "\r\n") if isinstance(value, str) else value for name, value in sent.items()}


def save(admin: Client, use_case: UseCase, **changed: Any) -> JSONObject:
    """The pull block that comes of it."""
    answer = admin.post(address(use_case), answers(use_case, **changed))
    assert answer.status_code == 302, answer.content.decode()
    stored = UseCase.objects.get(pk=use_case.pk)
    pull = (stored.configuration or {}).get("pull")
    assert isinstance(pull, dict)
    return pull


def refused(admin: Client, use_case: UseCase, **changed: Any) -> dict[str, list[str]]:
    """Field → what is said there; "__all__" for what stands above the form."""
    answer = admin.post(address(use_case), answers(use_case, **changed))
    assert answer.status_code == 422
    assert UseCase.objects.get(pk=use_case.pk).version == use_case.version
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()}


@pytest.mark.parametrize(
    "pull",
    [
        {},
        {"cursor": None},
        {"every_minutes": None, "next_page": None},
        {"cursor": {"parameter": "since", "initial": 12, "next": "n"}},
        {"cursor": {"parameter": "since", "overlap_seconds": 60}},
        {"next_page": '$count(customers) > 0 ? {"page": $page + 1}', "most_pages": 7},
        {"next_page": '$boolean(links.next) ? {"token": links.next}'},
        {"next_page": "next[\n0]"},
        {"on_demand": {"events": ["OnDemandSyncCustomerRequested"], "payload": '{"number": external_id}'}},
        {"note": "kept", "cursor": {"parameter": "since", "unit": "s"}},
    ],
)
def test_saved_as_it_was_nothing_is_different(works: Works, admin: Client, pull: dict[str, Any]) -> None:
    without_nothing = {name: value for name, value in (PULL | pull).items() if value is not None}
    use_case = works.schedule(**pull)
    use_case.configuration = (use_case.configuration or {}) | {"pull": without_nothing}
    use_case.save()
    assert save(admin, use_case) == without_nothing
    assert UseCase.objects.get(pk=use_case.pk).version == use_case.version


def test_members_that_the_form_does_not_know_stay(works: Works, admin: Client) -> None:
    cursor = {"parameter": "since", "unit": "s"}
    use_case = works.schedule(note="kept", cursor=cursor)
    pull = save(admin, use_case, every_minutes="30", cursor_parameter="from")
    assert (pull["note"], pull["cursor"], pull["every_minutes"]) == ("kept", {"parameter": "from", "unit": "s"}, 30)


def test_a_call_gets_its_first_schedule(works: Works, admin: Client) -> None:
    operation = {"method": "GET", "path": "/customers"}
    call = make_use_case(
        integration=works.integration, type="managed_call", slug="plain", configuration={"operation": operation}
    )
    assert "Set up a schedule" in admin.get(address(call).removesuffix("/edit")).content.decode()
    pull = save(admin, call, target="customers", records="customers", paging="counted", page_parameter="page")
    assert pull == {
        "every_minutes": 15,
        "items": "customers",
        "next_page": '$count(customers) > 0 ? {"page": $page + 1}',
    }
    stored = UseCase.objects.get(pk=call.pk).configuration
    assert stored is not None
    assert (stored["operation"], stored["inbound_use_case_slug"]) == (operation, "customers")


def test_a_schedule_of_counted_pages_reads_them_all(works: Works, admin: Client) -> None:
    works.source.add("C-1", "C-2", "C-3")
    use_case = works.schedule()
    save(admin, use_case, paging="counted", page_parameter="page")
    works.organization.refresh_from_db()
    works.work()
    assert [one["page"] for one in works.source.asked] == ["1", "2", "3"]
    assert works.taken() == ["C-1", "C-2", "C-3"]


def test_a_schedule_whose_pages_name_the_next_one_ends_with_the_last(works: Works, admin: Client) -> None:
    works.source.add("C-1", "C-2", "C-3")
    use_case = works.schedule()
    save(admin, use_case, paging="token", token_path="next", token_parameter="page")
    works.organization.refresh_from_db()
    works.work()
    assert [one["page"] for one in works.source.asked] == ["1", "2"]


def test_what_a_choice_hides_is_not_saved(works: Works, admin: Client) -> None:
    use_case = works.schedule(most_pages=5)
    pull = save(admin, use_case, rhythm="hand", cursor_kind="none", paging="single")
    assert set(pull) == {"payload", "items"}


def test_a_schedule_is_taken_away_whatever_stands_in_hidden_fields(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    answer = admin.post(address(use_case), answers(use_case, rhythm="off", payload="{"))
    assert answer.status_code == 302
    stored = UseCase.objects.get(pk=use_case.pk).configuration
    assert stored is not None
    assert ("pull" in stored, stored["inbound_use_case_slug"]) == (False, "customers")


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"every_minutes": ""}, "every_minutes", "Say how many minutes"),
        ({"every_minutes": "0"}, "every_minutes", "whole number from 1 to 10080"),
        ({"every_minutes": "often"}, "every_minutes", "whole number from 1 to 10080"),
        ({"target": ""}, "target", "required"),
        ({"target": "nowhere"}, "target", "valid choice"),
        ({"records": ""}, "records", "must be"),
        ({"records": "customers["}, "records", "does not compile"),
        ({"payload": "[1]"}, "payload", "must be a JSON object"),
        ({"payload": '{"a": }'}, "payload", "The payload"),
        ({"cursor_parameter": ""}, "cursor_parameter", "must be"),
        ({"cursor_next": ""}, "cursor_next", "Say where the answer has the value"),
        ({"cursor_next": "$("}, "cursor_next", "does not compile"),
        ({"cursor_counts": "on"}, "cursor_initial", "Must be a number"),
        ({"cursor_kind": "moment", "overlap_seconds": "-1"}, "overlap_seconds", "whole number from 0"),
        ({"paging": "counted"}, "page_parameter", "Say by which name"),
        ({"paging": "token", "token_path": "next"}, "token_parameter", "Say by which name"),
        ({"paging": "token", "token_path": "next[", "token_parameter": "a"}, "token_path", "does not compile"),
        ({"next_page": "1 +"}, "next_page", "does not compile"),
        ({"most_pages": "100001"}, "most_pages", "whole number from 1 to 100000"),
        ({"on_demand_events": ["OnDemandSyncCustomerRequested"]}, "on_demand_payload", "must be"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    works: Works, admin: Client, changed: dict[str, Any], field: str, said: str
) -> None:
    errors = refused(admin, works.schedule(), **changed)
    assert list(errors) == [field]
    assert said.lower() in errors[field][0].lower()


def test_what_no_field_asks_for_stands_above_the_form(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    use_case.configuration = (use_case.configuration or {}) | {"timeout_ms": 5}
    use_case.save()
    assert "timeout_ms" in refused(admin, use_case, every_minutes="30")["__all__"][0]


def test_only_inbound_use_cases_of_the_integration_are_offered(works: Works, admin: Client) -> None:
    other = make_integration(organization=works.organization, name="Another")
    make_use_case(integration=other, slug="elsewhere")
    make_use_case(integration=works.integration, slug="meters", enabled=False)
    use_case = works.schedule()
    choices = dict(admin.get(address(use_case)).context["form"].fields["target"].choices)
    assert set(choices) == {"", "customers", "meters"}
    assert choices["meters"] == "meters · disabled"


def test_a_target_that_is_gone_is_offered_as_that(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    UseCase.objects.filter(slug="customers").delete()
    assert "customers · there is no such inbound use case" in admin.get(address(use_case)).content.decode()


def test_what_somebody_else_has_saved_is_not_overwritten(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    seen = answers(use_case, every_minutes="30")
    save(admin, use_case, every_minutes="45")
    answer = admin.post(address(use_case), seen)
    assert answer.status_code == 412
    assert "was saved while you were editing" in answer.content.decode()


def test_who_may_only_look_or_is_somebody_else_edits_nothing(works: Works, client_of: Callable[..., Client]) -> None:
    use_case = works.schedule()
    assert client_of(VIEWER).get(address(use_case)).status_code == 403
    assert client_of(NEIGHBOUR_OWNER).get(address(use_case)).status_code == 404


def test_another_type_of_use_case_has_no_such_form(works: Works, admin: Client) -> None:
    assert admin.get(address(make_use_case(integration=works.integration, slug="other"))).status_code == 404


def test_a_generated_expression_quotes_its_name() -> None:
    chosen = values_of({"pull": {"items": "a"}}) | {
        "payload": {},
        "paging": "counted",
        "page_parameter": 'p"age',
        "target": "t",
    }
    changed = with_values({}, chosen)
    assert values_of(changed)["page_parameter"] == 'p"age'
