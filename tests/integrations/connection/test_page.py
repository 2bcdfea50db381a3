"""The connection of an integration: where its calls go, without a secret, and whether its variables have values."""

from __future__ import annotations

import pytest

from hub.web.first_event import inlet_url
from tests.builders import make_secret, make_use_case, make_variable
from tests.cast import NEIGHBOUR_OWNER, VIEWER
from tests.integrations.connection.conftest import FETCHING, make_connector, page_of

pytestmark = pytest.mark.django_db
EMPTY = "Nobody has said yet where its calls go"


def test_everybody_sees_where_the_calls_go_and_by_which_reference_the_secret_comes(connector, client_of):
    page = client_of(VIEWER).get(page_of(connector)).text
    for text in (
        FETCHING["base_url"],
        "login.partner.example",
        "{{env.partner_secret}}",
        "read write",
        "tenant: north",
    ):
        assert text in page
    assert "Change connection" not in page


def test_the_form_is_one_click_away_for_whoever_may_change_it(connector, admin):
    assert f'href="{page_of(connector, "/edit")}">Change connection' in admin.get(page_of(connector)).text


def test_a_variable_without_a_value_is_marked_and_leads_to_where_it_is_set(connector, admin, organization):
    make_secret(organization=organization, key="partner_secret")
    page = admin.get(page_of(connector)).text
    assert "1 variable has no value." in page
    assert "/app/environments/new?key=region" in page
    assert "/app/environments/keys/partner_secret" in page
    assert f"/app/integrations/{connector.pk}/environment" in page


def test_nothing_is_missing_where_every_variable_has_a_value(connector, admin, organization):
    make_secret(organization=organization, key="partner_secret", value="hidden-value")
    make_variable(organization=organization, key="region", value="north-west")
    page = admin.get(page_of(connector)).text
    assert "no value" not in page.lower()
    assert "hidden-value" not in page


def test_a_viewer_is_not_told_which_variables_have_values(connector, client_of):
    page = client_of(VIEWER).get(page_of(connector)).text
    assert "no value" not in page.lower()
    assert "/app/environments/" not in page


@pytest.mark.parametrize(
    "auth",
    [
        {"type": "bearer", "token": "literal-s3cr3t"},
        {"type": "api_key", "api_key": "literal-s3cr3t", "api_key_header": "X-Special"},
        {"type": "oauth2_client_credentials", "client_secret": "literal-s3cr3t", "note": "literal-s3cr3t"},
        {"type": "oauth2_client_credentials", "headers": {"X-Token": "literal-s3cr3t"}},
        {"type": "oauth2_client_credentials", "token_url": "https://a.example/?api_key=literal-s3cr3t"},
    ],
)
def test_a_secret_that_was_written_down_in_earlier_days_is_masked(auth, organization, admin):
    integration = make_connector(organization, {"base_url": "https://a.example/?token=literal-s3cr3t", "auth": auth})
    page = admin.get(page_of(integration)).text
    assert "literal-s3cr3t" not in page
    assert "***" in page


def test_the_header_of_a_key_is_named_even_where_it_is_the_usual_one(organization, admin):
    integration = make_connector(
        organization, {"base_url": "https://a.example", "auth": {"type": "api_key", "api_key": "{{env.k}}"}}
    )
    assert "X-API-Key" in admin.get(page_of(integration)).text


@pytest.mark.parametrize("stored", [None, {}])
def test_a_connector_of_which_nothing_is_said_leads_to_the_form(stored, organization, admin, client_of):
    integration = make_connector(organization, stored)
    page = admin.get(page_of(integration)).text
    assert EMPTY in page
    assert page_of(integration, "/edit") in page
    assert page_of(integration, "/edit") not in client_of(VIEWER).get(page_of(integration)).text


def test_a_connector_without_a_base_url_is_said_to_fail(organization, admin):
    integration = make_connector(organization, {"auth": {"type": "bearer", "token": "{{env.k}}"}})
    assert "There is no base URL." in admin.get(page_of(integration)).text


def test_the_inlet_of_a_connector_comes_last_until_events_come_in(connector, admin):
    page = admin.get(page_of(connector)).text
    assert page.index("Where its calls go") < page.index("Tokens that reach") < page.index(inlet_url())
    make_use_case(integration=connector, slug="in")
    page = admin.get(page_of(connector)).text
    assert page.index("Where its calls go") < page.index(inlet_url()) < page.index("Tokens that reach")


def test_an_erp_shows_its_inlet_first_and_calls_only_where_it_makes_some(integration, admin):
    assert EMPTY not in admin.get(page_of(integration)).text
    make_use_case(integration=integration, slug="call", type="managed_call", configuration=None)
    page = admin.get(page_of(integration)).text
    assert page.index(inlet_url()) < page.index(EMPTY)


@pytest.mark.parametrize("form", ["", "/edit"])
def test_a_neighbour_finds_neither_the_page_nor_the_form(form, connector, client_of):
    assert client_of(NEIGHBOUR_OWNER).get(page_of(connector, form)).status_code == 404


def test_the_page_asks_the_database_as_often_for_many_variables_as_for_one(organization, admin, count_queries):
    def queries(count):
        keys = [make_secret(organization=organization, key=f"k{count}.{n}").key for n in range(count)]
        parameters = {f"p{n}": f"{{{{env.{key}}}}}" for n, key in enumerate(keys)}
        auth = {"type": "oauth2_client_credentials", "body_params": parameters}
        integration = make_connector(organization, {"base_url": "https://a.example", "auth": auth})
        admin.get(page_of(integration))
        with count_queries() as seen:
            admin.get(page_of(integration))
        return len(seen)

    assert queries(1) == queries(20)


@pytest.mark.parametrize(("kind", "says_where_calls_go"), [("managed_call", True), ("inbound", False)])
def test_beside_the_use_cases_of_a_connector_stands_what_it_has(connector, admin, kind, says_where_calls_go):
    make_use_case(integration=connector, type=kind)
    page = admin.get(f"/app/integrations/{connector.pk}").text
    assert ("Where its calls go" in page) is says_where_calls_go
    assert (inlet_url() in page) is not says_where_calls_go


def test_an_integration_that_no_token_reaches_leads_to_a_new_one_for_it(integration, admin):
    page = admin.get(page_of(integration)).text
    said = page.index("No token reaches it")
    assert f'href="/app/tokens/new?integration={integration.pk}"' in page[said:]
