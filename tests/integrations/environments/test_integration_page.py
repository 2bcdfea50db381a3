"""What an integration needs of the environment, on its own page, and the short way to set it."""

from __future__ import annotations

from datetime import date

import pytest

from hub.environments.models import Variable
from hub.environments.resolve import lookup, values_of
from tests.builders import make_group, make_integration, make_use_case, make_variable
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OWNER, VIEWER

pytestmark = pytest.mark.django_db

SECRET = "s3cr3t-value-of-the-partner"
DECLARED = [
    {"key": "partner.region", "label": "Region", "type": "String", "order": 2},
    {
        "key": "partner.token",
        "label": "Token",
        "type": "SecretString",
        "description": "From the partner's portal.",
        "required": True,
        "order": 1,
    },
]


@pytest.fixture
def integration(organization):
    """One that declares two variables and refers to a third in a use case."""
    integration = make_integration(organization=organization, name="Partner", environment_config=DECLARED)
    make_use_case(integration=integration, slug="orders", configuration={"url": "https://{{env.partner.host}}/x"})
    return integration


@pytest.fixture
def owner(client_of):
    """Somebody who may do everything."""
    return client_of(OWNER)


def page_of(integration):
    return f"/app/integrations/{integration.pk}/environment"


def test_declared_keys_stand_in_their_order_with_what_is_set_of_them(owner, integration, organization):
    group = make_group(organization=organization, name="Partner")
    make_variable(organization=organization, key="partner.region", value="north", group=group)
    rows = owner.get(page_of(integration)).context["rows"]
    assert [(row["key"], row["label"], row["is_required"], row["word"], row["group"]) for row in rows] == [
        ("partner.token", "Token", True, "No value", ""),
        ("partner.region", "Region", False, "Set", "Partner"),
    ]


def test_keys_that_are_referred_to_without_being_declared_stand_apart(owner, integration):
    others = owner.get(page_of(integration)).context["others"]
    assert [(row["key"], row["uses"][0]["name"]) for row in others] == [("partner.host", "orders")]


def test_missing_values_are_set_from_one_form(owner, integration, organization):
    answer = owner.post(page_of(integration), {"set:partner.token": SECRET, "set:partner.region": ""})
    assert answer.status_code == 302
    stored = Variable.objects.of(organization).get()
    assert (stored.key, stored.type, stored.description) == ("partner.token", "SecretString", "Token")
    assert lookup(["partner.token"], organization_id=organization.pk).texts["partner.token"] == SECRET


def test_a_variable_that_lacks_a_value_gets_it_there_and_keeps_its_description(owner, integration, organization):
    make_variable(organization=organization, key="partner.region", value=None, description="Theirs")
    owner.post(page_of(integration), {"set:partner.region": "north"})
    assert values_of(organization.pk)["partner.region"] == "north"
    assert Variable.objects.get(key="partner.region").description == "Theirs"


def test_of_values_one_of_which_is_refused_none_is_set_and_no_secret_comes_back(owner, integration, organization):
    answer = owner.post(page_of(integration), {"set:partner.token": SECRET, "set:partner.region": "x" * 40_000})
    assert answer.status_code == 422
    assert "Must be a text of at most 32768 characters" in answer.content.decode()
    assert SECRET not in answer.content.decode()
    assert not Variable.objects.of(organization).exists()


def test_a_value_that_is_set_is_not_asked_for_and_not_overwritten(owner, integration, organization):
    make_variable(organization=organization, key="partner.region", value="north")
    assert list(owner.get(page_of(integration)).context["form"].fields) == ["set:partner.token"]
    owner.post(page_of(integration), {"set:partner.region": "south"})
    assert values_of(organization.pk)["partner.region"] == "north"


def test_a_variable_of_another_type_than_declared_is_told(owner, integration, organization):
    make_variable(organization=organization, key="partner.token", value="plain")
    row = owner.get(page_of(integration)).context["rows"][0]
    assert (row["kind"], row["other_type"]) == ("Secret", "String")


def test_a_declared_variable_that_has_expired_says_so(owner, integration, organization):
    make_variable(organization=organization, key="partner.region", expires_on=date(2026, 1, 12))
    assert "expired 3 days ago" in owner.get(page_of(integration)).text


def test_a_viewer_sees_what_is_needed_and_not_what_is_set(client_of, integration, organization):
    make_variable(organization=organization, key="partner.region", value="north")
    answer = client_of(VIEWER).get(page_of(integration))
    page = answer.content.decode()
    assert "Region" in page
    assert "No value" not in page
    assert answer.context["form"] is None
    assert client_of(VIEWER).post(page_of(integration), {"set:partner.token": SECRET}).status_code == 403


def test_a_protected_variable_is_not_set_by_an_admin_there(client_of, integration, organization):
    make_variable(organization=organization, key="partner.region", value=None, protected=True)
    client_of(ADMIN).post(page_of(integration), {"set:partner.region": "north"})
    assert Variable.objects.get(key="partner.region").sealed is None


def test_an_integration_without_declarations_says_how_to_declare(owner, organization):
    page = owner.get(page_of(make_integration(organization=organization))).content.decode()
    assert "It declares no variables" in page


def test_a_neighbour_finds_no_page(client_of, integration):
    assert client_of(NEIGHBOUR_OWNER).get(page_of(integration)).status_code == 404


def test_the_page_costs_the_same_however_much_is_declared(owner, organization, count_queries):
    def queries(count):
        declared = [{"key": f"k{number}", "label": "K", "type": "String"} for number in range(count)]
        integration = make_integration(organization=organization, environment_config=declared)
        with count_queries() as counted:
            owner.get(page_of(integration))
        return len(counted)

    queries(1)
    assert queries(1) == queries(9)
