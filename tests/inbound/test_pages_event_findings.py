"""What the page of an event and the monitoring API tell of its warnings, each with its field, and of failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from inbound.ui.problems import Problem
from tests.cast import VIEWER
from tests.inbound.conftest import CONTACT, Erp, customer
from tests.inbound.test_process_language import READINGS, meter, reading

pytestmark = pytest.mark.django_db

NOTHING = {"title": "TITEL", "email": "MAIL", "phone": "TEL", "salutation": "ANREDE"}
"""Attribute → an expression that finds nothing."""


@pytest.fixture
def viewer(client_of: Callable[..., Client]) -> Client:
    """Somebody who may look."""
    return client_of(VIEWER)


def send(erp: Erp, expressions: dict[str, str], payload: Any, **entry: Any) -> str:
    """The id of an event that is mapped with some more fields."""
    [contact] = CONTACT["entities"]
    more = [{"attribute": name, "jsonataExpression": text} for name, text in expressions.items()]
    configuration = {"entities": [contact | {"fields": [*contact["fields"], *more]} | entry]}
    erp.add_use_case("telling", configuration)
    return erp.sync(payload, use_case_slug="telling").event_id


def problem_of(client: Client, event_id: str) -> Problem:
    [problem] = client.get(f"/app/events/{event_id}").context["problems"]
    assert isinstance(problem, Problem)
    return problem


def row_of(machine: Client, erp: Erp, event_id: str, **wanted: str) -> Any:
    path = f"/v1/integrations/{erp.integration.pk}/monitoring/inbound-events"
    answer = machine.post(path, wanted | {"event_id": event_id}, content_type="application/json")
    [row] = answer.json()["data"]
    return row


# --- warnings ----------------------------------------------------------------------------------------------


def test_every_warning_of_a_code_is_listed_with_its_field(erp: Erp, viewer: Client) -> None:
    problem = problem_of(viewer, send(erp, NOTHING, customer("C-1")))
    told = [(one.schema, one.field, one.message) for one in problem.findings]
    assert told == [("contact", name, f"{text} found nothing") for name, text in NOTHING.items()]
    assert problem.text.startswith("4 times.")


def test_the_same_warning_of_many_items_is_one_line_with_its_count(erp: Erp, viewer: Client) -> None:
    payload = {"all": [customer(f"C-{number}") for number in range(30)]}
    problem = problem_of(viewer, send(erp, NOTHING, payload, jsonataExpression="all"))
    assert [(one.field, one.count) for one in problem.findings] == [(name, 30) for name in NOTHING]
    assert problem.more == 0


def test_beyond_twenty_lines_the_others_are_counted(erp: Erp, viewer: Client) -> None:
    event_id = send(erp, {f"custom_{number}": f"X{number}" for number in range(23)}, customer("C-1"))
    problem = problem_of(viewer, event_id)
    assert (len(problem.findings), problem.more) == (20, 3)
    assert "and 3 more" in viewer.get(f"/app/events/{event_id}").content.decode()


def test_the_trace_counts_every_warning(erp: Erp, viewer: Client) -> None:
    event_id = send(erp, NOTHING, customer("C-1"))
    assert viewer.get(f"/app/events/{event_id}").context["trace"].warnings == 4


def test_the_monitoring_api_tells_every_warning(erp: Erp, machine: Client) -> None:
    row = row_of(machine, erp, send(erp, NOTHING, customer("C-1")), status="warning")
    assert row["error_message"] == "TITEL found nothing"
    assert row["warning_count"] == 4
    assert row["warnings"][1] == {
        "entity_schema": "contact",
        "field": "email",
        "message": "MAIL found nothing",
        "count": 1,
    }


def test_a_row_without_warnings_has_the_documented_members_alone(erp: Erp, machine: Client) -> None:
    row = row_of(machine, erp, erp.sync(customer("C-1")).event_id)
    assert not {"warnings", "warning_count", "error_detail"} & row.keys()


# --- failures ----------------------------------------------------------------------------------------------


def test_a_failed_expression_is_told_with_field_and_input(erp: Erp, viewer: Client) -> None:
    event_id = send(erp, {"title": "$substring(KUNNR, 0, 2)"}, customer(4711))
    problem = problem_of(viewer, event_id)
    assert "title" in problem.place.split(" · ")
    assert '"KUNNR":4711' in problem.given
    text = viewer.get(f"/app/events/{event_id}").content.decode()
    assert text.count('data-behaviour="copy" data-copy-text="{&quot;KUNNR') == 1


def test_the_monitoring_api_tells_where_an_expression_failed(erp: Erp, machine: Client) -> None:
    row = row_of(machine, erp, send(erp, {"title": "KUNNR &"}, customer(4711)))
    assert row["error_detail"] == {
        "path": "entities[0].fields[3].jsonataExpression",
        "line": 1,
        "column": 8,
        "field": "title",
    }


def test_the_monitoring_api_tells_what_an_expression_was_given(erp: Erp, machine: Client) -> None:
    detail = row_of(machine, erp, send(erp, {"title": "$substring(KUNNR, 0, 2)"}, customer(4711)))["error_detail"]
    assert detail["field"] == "title"
    assert detail["input"].startswith('{"KUNNR":4711')


def test_invalid_readings_are_told_by_what_is_wrong_with_them(erp: Erp, viewer: Client) -> None:
    wrong = [reading("1", wert="812,4"), reading("2", am="15.01.2025"), reading("3", wert="812,4")]
    meter(erp)
    erp.add_use_case("readings", READINGS)
    event_id = erp.sync({"staende": wrong}, use_case_slug="readings").event_id
    number, date = problem_of(viewer, event_id).findings
    assert (number.message[-8:], number.count, date.message[-13:], date.count) == ('"812,4".', 2, '"15.01.2025".', 1)
    steps = viewer.get(f"/app/events/{event_id}").context["trace"].steps
    assert [step.text for step in steps if step.name == "reading"] == [number.message, date.message, number.message]


def test_failures_of_one_code_are_listed_by_message(erp: Erp, viewer: Client) -> None:
    [contact] = CONTACT["entities"]
    account = {
        "entity_schema": "account",
        "unique_ids": ["external_id"],
        "fields": [{"attribute": "external_id", "field": "A"}],
    }
    entries = [one | {"jsonataExpression": "all"} for one in (contact, account)]
    erp.add_use_case("two", {"entities": entries})
    problem = problem_of(viewer, erp.sync({"all": [customer(" ")] * 3}, use_case_slug="two").event_id)
    told = [(one.message, one.count) for one in problem.findings]
    assert told == [
        ("contact: the identifier customer_number is empty", 3),
        ("account: the identifier external_id is empty", 3),
    ]
