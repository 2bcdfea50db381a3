"""The form of a connection: it takes what the API takes, says at each field what is wrong, and keeps the rest."""

from __future__ import annotations

import pytest

from hub.accounts.models import AuditEntry
from tests.builders import make_secret, make_variable
from tests.cast import OPERATOR, OWNER, VIEWER
from tests.integrations.connection.conftest import FETCHING, form_of, make_connector, page_of

pytestmark = pytest.mark.django_db
SECRET = "an-actual-s3cr3t"


def stored(integration):
    integration.refresh_from_db()
    return integration.connector_config


def refused(client, integration, **answers):
    """The page of a form that was not taken; nothing is stored then."""
    before = stored(integration)
    answer = client.post(page_of(integration, "/edit"), form_of(integration, **answers))
    assert answer.status_code == 422
    assert stored(integration) == before
    return answer


@pytest.mark.parametrize("caller", [VIEWER, OPERATOR], ids=str)
def test_whoever_may_only_look_gets_no_form(caller, connector, client_of):
    answer = client_of(caller).get(page_of(connector, "/edit"))
    assert answer.status_code == 403
    assert 'name="base_url"' not in answer.text


def test_what_the_form_shows_is_saved_as_it_was(connector, admin):
    form = admin.get(page_of(connector, "/edit")).context["form"]
    assert {name: form[name].value() for name in ("base_url", "authentication", "client_secret", "scope")} == {
        "base_url": FETCHING["base_url"],
        "authentication": "oauth2_client_credentials",
        "client_secret": "{{env.partner_secret}}",
        "scope": "read write",
    }
    assert admin.post(page_of(connector, "/edit"), form_of(connector)).status_code == 302
    assert stored(connector) == FETCHING


def test_members_that_the_form_does_not_know_are_kept(connector, admin):
    admin.post(page_of(connector, "/edit"), form_of(connector, base_url="https://b.example", scope=""))
    auth = {name: value for name, value in FETCHING["auth"].items() if name != "scope"}
    assert stored(connector) == FETCHING | {"base_url": "https://b.example", "auth": auth}


def test_another_kind_of_authentication_leaves_nothing_of_the_former_one(connector, admin):
    sent = form_of(connector, authentication="api_key", api_key="{{env.key}}", api_key_header="X-Key")
    admin.post(page_of(connector, "/edit"), sent)
    assert stored(connector)["auth"] == {
        "type": "api_key",
        "note": "of the partner",
        "api_key": "{{env.key}}",
        "api_key_header": "X-Key",
    }


def test_no_authentication_takes_its_block_away(connector, admin):
    admin.post(page_of(connector, "/edit"), form_of(connector, authentication="none"))
    assert stored(connector) == {"base_url": FETCHING["base_url"], "rate": {"per_minute": 60}}


def test_a_connector_of_which_nothing_is_said_is_set_up(organization, admin):
    integration = make_connector(organization, None)
    sent = {"base_url": "https://a.example", "authentication": "bearer", "token": "{{env.t}}", "version": "1"}
    answer = admin.post(page_of(integration, "/edit"), sent)
    assert answer.headers["Location"] == page_of(integration)
    assert stored(integration) == {"base_url": "https://a.example", "auth": {"type": "bearer", "token": "{{env.t}}"}}


@pytest.mark.parametrize(
    ("field", "answers", "said"),
    [
        ("base_url", {"base_url": ""}, "Say where the calls go"),
        ("base_url", {"base_url": "ftp://a.example"}, "Is no URL that can be called"),
        ("client_secret", {"client_secret": SECRET}, "Must be a reference such as {{env.my_secret}}"),
        ("client_secret", {"client_secret": ""}, "Say which variable holds the secret."),
        ("token_url", {"token_url": ""}, "Say where the token is fetched."),
        ("api_key", {"authentication": "api_key", "api_key": SECRET}, "Must be a reference"),
        ("api_key", {"authentication": "api_key"}, "Say which variable holds the key."),
        ("token", {"authentication": "bearer", "token": SECRET}, "Must be a reference"),
        (
            "api_key_header",
            {"authentication": "api_key", "api_key": "{{env.k}}", "api_key_header": "Host"},
            "Is a header that the hub sets itself",
        ),
        ("authentication", {"authentication": "basic"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_no_secret_in_the_page(field, answers, said, connector, admin):
    answer = refused(admin, connector, **answers)
    assert said in " ".join(answer.context["form"].errors[field])
    assert SECRET not in answer.text
    assert FETCHING["base_url"] in answer.text or "base_url" in answers


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("api_token", "body", SECRET)], "api_token: is a secret by its name and written down here"),
        ([("client_id", "body", "x")], "client_id: is set by the token request itself"),
        ([("Host", "header", "x")], "Host: is a header that the hub sets itself"),
        ([("", "query", "x")], "A parameter has a value, but no name."),
        ([("a", "query", "x"), ("a", "query", "y")], "a stands here twice."),
    ],
)
def test_what_is_wrong_with_a_parameter_stands_above_all_of_them(rows, said, connector, admin):
    columns = ("parameter_key", "parameter_place", "parameter_value")
    sent = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    answer = refused(admin, connector, **sent)
    assert any(said in one for one in answer.context["form"].row_errors)
    assert answer.text.count("data-row>") == len(rows) + 1
    assert SECRET not in answer.text


def test_what_belongs_to_another_kind_keeps_nobody_from_saving(connector, admin):
    sent = form_of(connector, authentication="none", client_secret=SECRET, parameter_key=["", "a"])
    assert admin.post(page_of(connector, "/edit"), sent).status_code == 302


def test_a_mask_that_comes_back_keeps_the_secret_and_says_that_it_must_move(organization, admin):
    auth = FETCHING["auth"] | {"headers": {"X-Token": SECRET}, "body_params": {}}
    integration = make_connector(organization, FETCHING | {"auth": auth})
    form = admin.get(page_of(integration, "/edit"))
    assert SECRET not in form.text
    [row] = form.context["rows"]
    answer = refused(
        admin,
        integration,
        **{f"parameter_{name}": [row[name]] for name in ("key", "place", "value")},
    )
    assert any("X-Token: is a secret by its name" in one for one in answer.context["form"].row_errors)
    assert SECRET not in answer.text


def test_a_button_adds_an_empty_row_and_saves_nothing(connector, admin):
    answer = admin.post(
        page_of(connector, "/edit"), form_of(connector, base_url="https://b.example", more="parameters")
    )
    assert (answer.status_code, len(answer.context["rows"])) == (200, 3)
    assert stored(connector) == FETCHING


def test_secrets_are_offered_by_their_references_and_never_by_value(connector, admin, organization):
    make_secret(organization=organization, key="partner_secret", value=SECRET)
    make_variable(organization=organization, key="region", value="north-west")
    page = admin.get(page_of(connector, "/edit")).text
    assert '<option value="{{env.partner_secret}}">' in page
    assert '<option value="{{env.region}}">' not in page
    assert SECRET not in page


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(connector, admin):
    seen = form_of(connector)
    admin.post(page_of(connector, "/edit"), form_of(connector, base_url="https://theirs.example"))
    answer = admin.post(page_of(connector, "/edit"), seen | {"base_url": "https://mine.example"})
    assert answer.status_code == 412
    assert "https://mine.example" in answer.text
    assert stored(connector)["base_url"] == "https://theirs.example"


def test_the_trail_names_the_places_that_changed_and_no_value(connector, admin):
    admin.post(page_of(connector, "/edit"), form_of(connector, base_url="https://b.example"))
    [entry] = AuditEntry.objects.filter(action="integration.update", object_id=str(connector.pk))
    assert entry.changes == {"connector_config": ["base_url"]}


def test_a_protected_integration_is_changed_by_whoever_may_administer(organization, client_of):
    integration = make_connector(organization, protected=True)
    owner = client_of(OWNER)
    assert "Protected" in owner.get(page_of(integration, "/edit")).text
    owner.post(page_of(integration, "/edit"), form_of(integration, base_url="https://b.example"))
    assert stored(integration)["base_url"] == "https://b.example"


def test_a_new_connector_leads_to_the_form_and_an_erp_to_its_use_cases(admin, organization):
    leads = {
        type: admin.post("/app/integrations/new", {"name": type, "integration_type": type}).headers["Location"]
        for type in ("connector", "erp")
    }
    made = {one.name: one for one in organization.integrations.all()}
    assert leads == {
        "connector": page_of(made["connector"], "/edit"),
        "erp": f"/app/integrations/{made['erp'].pk}",
    }
