"""The list of variables: what is missing, what is held, what refers to it; never a secret's value."""

from __future__ import annotations

import re
from datetime import date

import pytest

from hub.environments.models import Variable
from tests.builders import make_group, make_integration, make_secret, make_use_case, make_variable, make_webhook
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER

pytestmark = pytest.mark.django_db

LIST = "/app/environments"
SECRET = "s3cr3t-value-of-the-partner"


@pytest.fixture
def owner(client_of):
    """Somebody who may do everything."""
    return client_of(OWNER)


def rows_of(answer):
    """Key → what the list shows of it."""
    return {row["variable"].key: row for group in answer.context["groups"] for row in group.rows}


def needs_of(answer):
    """Key → what the list says about its absence."""
    return {need["key"]: need for need in answer.context["needs"]}


def test_variables_stand_under_their_groups_and_those_without_one_last(owner, organization):
    make_variable(organization=organization, key="b.lonely")
    make_variable(organization=organization, key="z.host", group=make_group(organization=organization, name="Partner"))
    make_variable(organization=organization, key="a.host", group=make_group(organization=organization, name="ERP"))
    groups = owner.get(LIST).context["groups"]
    assert [(one.name, [row["variable"].key for row in one.rows]) for one in groups] == [
        ("ERP", ["a.host"]),
        ("Partner", ["z.host"]),
        ("", ["b.lonely"]),
    ]


def test_groups_that_differ_in_case_alone_stand_apart(owner, organization):
    groups = [make_group(organization=organization, name=name) for name in ("erp", "ERP")]
    for number in range(4):
        make_variable(organization=organization, key=f"key-{number}", group=groups[number % 2])
    assert [one.name for one in owner.get(LIST).context["groups"]] == ["ERP", "erp"]


@pytest.mark.parametrize(
    ("fields", "text", "word"),
    [
        ({"value": "erp.example.com"}, "erp.example.com", "Set"),
        ({"value": ""}, "", "Set"),
        ({"value": None}, "", "No value"),
        ({"value": {"a": 2**70}, "type": "JSON"}, '{"a":1180591620717411303424}', "Set"),
        ({"value": SECRET, "type": "SecretString"}, "", "Set"),
        ({"value": [SECRET], "type": "List", "item_type": "SecretString"}, "", "Set"),
        ({"sealed": "v1.1.x.y", "value": None}, "", "Cannot be decrypted"),
    ],
)
def test_what_is_held_is_told_and_shown_unless_it_is_secret(owner, organization, fields, text, word):
    make_variable(organization=organization, key="a", **fields)
    answer = owner.get(LIST)
    row = rows_of(answer)["a"]
    assert (row["text"], row["word"]) == (text, word)
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "status", "text"),
    [
        (date(2026, 1, 12), "error", "expired 3 days ago"),
        (date(2026, 1, 14), "error", "expired 1 day ago"),
        (date(2026, 1, 15), "warning", "expires today"),
        (date(2026, 1, 16), "warning", "expires in 1 day"),
        (date(2026, 2, 14), "warning", "expires in 30 days"),
        (date(2027, 1, 31), "", "expires 31 Jan 2027"),
    ],
)
def test_what_expires_says_when_and_is_marked_where_it_is_soon(owner, organization, day, status, text):
    make_secret(organization=organization, key="a")
    Variable.objects.update(expires_on=day)
    answer = owner.get(LIST)
    expiry = rows_of(answer)["a"]["expiry"]
    assert (expiry.status, expiry.text) == (status, text)
    assert text in answer.content.decode()


def test_places_that_refer_to_a_variable_are_links(owner, organization):
    make_variable(organization=organization, key="erp.host")
    integration = make_integration(
        organization=organization, name="SAP", connector_config={"base_url": "https://{{env.erp.host}}"}
    )
    use_case = make_use_case(integration=integration, slug="customer", configuration={"url": "{{env.ERP.HOST}}"})
    webhook = make_webhook(organization=organization, configuration={"url": "https://{{env.erp.host}}/hook"})
    answer = owner.get(LIST)
    row = rows_of(answer)["erp.host"]
    page = answer.content.decode()
    assert f'href="/app/integrations/{integration.pk}/environment"' in page
    assert f'href="/app/integrations/{integration.pk}/use-cases/{use_case.pk}"' in page
    assert row["more"] == 1
    assert f'href="/app/webhooks/{webhook.pk}"' in owner.get(row["url"]).content.decode()


def test_a_key_that_is_referred_to_and_does_not_exist_is_missing(owner, organization):
    integration = make_integration(organization=organization, name="SAP")
    make_use_case(integration=integration, slug="customer", configuration={"url": "https://{{env.erp.host}}"})
    need = needs_of(owner.get(LIST))["erp.host"]
    assert [use["name"] for use in need["uses"]] == ["customer of SAP"]
    assert (need["is_required"], need["is_declared"], need["reason"]) == (True, False, "does not exist")
    assert need["url"] == "/app/environments/new?key=erp.host&type=String"


def test_a_declared_key_is_missing_with_its_label_and_whether_it_is_required(owner, organization):
    declared = [
        {"key": "optional", "label": "Region", "type": "String"},
        {"key": "token", "label": "Token", "type": "SecretString", "required": True, "description": "Of the partner."},
    ]
    make_integration(organization=organization, name="SAP", environment_config=declared)
    answer = owner.get(LIST)
    needs = needs_of(answer)
    assert list(needs) == ["token", "optional"]
    assert (needs["token"]["label"], needs["token"]["description"]) == ("Token", "Of the partner.")
    assert needs["token"]["url"].endswith("?key=token&type=SecretString&description=Token")
    assert not needs["optional"]["is_required"]
    assert answer.context["required_count"] == 1


def test_a_variable_without_a_value_is_missing_where_something_refers_to_it(owner, organization):
    make_variable(organization=organization, key="erp.host", value=None)
    make_variable(organization=organization, key="unused", value=None)
    make_integration(organization=organization, connector_config={"base_url": "https://{{env.erp.host}}"})
    needs = needs_of(owner.get(LIST))
    assert list(needs) == ["erp.host"]
    assert (needs["erp.host"]["reason"], needs["erp.host"]["url"]) == (
        "has no value",
        "/app/environments/keys/erp.host",
    )


def test_what_an_expression_only_may_mean_is_not_called_missing(owner, organization):
    integration = make_integration(organization=organization)
    make_use_case(integration=integration, configuration={"mapping": '$lookup($env, $type & "host")'})
    assert needs_of(owner.get(LIST)) == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [("HOST", ["erp.host"]), ("partner", ["key"]), ("where it", ["erp.host"]), ("value", []), (SECRET, [])],
)
def test_variables_are_found_by_key_group_and_description_never_by_value(owner, organization, words, found):
    group = make_group(organization=organization, name="Partner")
    make_variable(organization=organization, key="erp.host", description="Where it stands")
    make_variable(organization=organization, key="key", group=group, value=SECRET, type="SecretString")
    answer = owner.get(LIST, {"q": words})
    assert [*rows_of(answer)] == found


def test_the_list_costs_the_same_however_long_it_is(owner, organization, count_queries):
    def queries():
        with count_queries() as counted:
            owner.get(LIST)
        return len(counted)

    def fill(number):
        group = make_group(organization=organization)
        make_variable(organization=organization, key=f"key-{number}", group=group)
        make_secret(organization=organization, key=f"secret-{number}")
        declared = [{"key": f"missing-{number}", "label": "Missing", "type": "String"}]
        integration = make_integration(organization=organization, environment_config=declared)
        make_use_case(integration=integration, configuration={"url": f"{{{{env.key-{number}}}}}"})
        make_webhook(organization=organization, configuration={"url": f"https://{{{{env.key-{number}}}}}/"})

    fill(0)
    queries()
    once = queries()
    for number in range(1, 5):
        fill(number)
    assert queries() == once


def test_a_long_list_is_divided_into_pages(owner, organization):
    for number in range(101):
        make_variable(organization=organization, key=f"key-{number:03}", value=None)
    answer = owner.get(LIST)
    assert len(rows_of(answer)) == 100
    assert [*rows_of(owner.get(LIST, {"page": 2}))] == ["key-100"]
    assert re.search(r"Page 1 of 2", answer.content.decode())


def test_an_empty_list_says_what_it_is_for(owner):
    assert "No variables yet" in owner.get(LIST).content.decode()


def test_variables_and_needs_of_a_neighbour_are_not_listed(stage, client_of):
    make_variable(organization=stage.home, key="erp.host")
    make_integration(organization=stage.home, connector_config={"base_url": "{{env.missing}}"})
    answer = client_of(NEIGHBOUR_OWNER).get(LIST)
    assert (rows_of(answer), needs_of(answer)) == ({}, {})


@pytest.mark.parametrize("looker", [VIEWER, OPERATOR], ids=str)
def test_who_may_not_see_variables_is_told_who_may(looker, client_of):
    answer = client_of(looker).get(LIST)
    assert answer.status_code == 403
    assert "see and set variables and secrets" in answer.content.decode()


def test_an_admin_sees_the_list(client_of):
    assert client_of(ADMIN).get(LIST).status_code == 200
