"""The pages of API tokens: issuing one and showing its text once, the list, revoking."""

from __future__ import annotations

import pytest

from hub.accounts.grants import ACTIONS, Capability, conferred
from hub.accounts.models import ApiToken
from hub.accounts.principals import Grant
from hub.web.forms import ALSO_GRANTED, SCOPES, WHOLE_AREAS
from tests.builders import NOW, make_integration, make_token, make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OWNER, VIEWER

pytestmark = pytest.mark.django_db

CONFIGURATION = {
    "entities": [
        {
            "entity_schema": "contact",
            "unique_ids": ["customer_number"],
            "fields": [{"attribute": "customer_number", "field": "$.partner.id"}],
        }
    ]
}


@pytest.fixture
def owner(client_of, organization):
    """An owner who has just typed the password."""
    client = client_of(OWNER)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": NOW.timestamp()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def issue(client, **fields):
    shown = client.get("/app/tokens/new").context
    marked = {shown["mark_field"]: shown["mark"]}
    usual = {"name": "SAP", "scopes": ["erp:events"], "lifetime": "90"}
    return client.post("/app/tokens/new", usual | marked | fields)


def test_the_command_beside_a_new_token_has_a_payload_that_the_mapping_reads(owner, organization):
    make_use_case(integration=make_integration(organization=organization), configuration=CONFIGURATION)
    assert '"partner": {\n          "id": "1001"' in issue(owner).context["curl"]


def test_a_new_token_says_on_which_day_it_ends(owner):
    assert "15 Apr 2026" in issue(owner).content.decode()


def test_the_text_of_a_token_is_on_no_later_page(owner):
    text = issue(owner).context["text"]
    assert text not in owner.get("/app/tokens").content.decode()


def test_an_owner_is_offered_every_capability_that_a_token_can_have(owner):
    offered = [action for action, _ in owner.get("/app/tokens/new").context["form"].fields["scopes"].choices]
    given = {capability for action in offered for capability in conferred(Grant(action))}
    assert given == set(Capability) - {Capability.OWNER}
    assert set(offered) <= set(ACTIONS)


def test_every_action_and_every_area_of_a_grant_has_a_sentence():
    assert set(SCOPES) | set(ALSO_GRANTED) == set(ACTIONS)
    several = [action.partition(":")[0] for action in ACTIONS]
    assert set(WHOLE_AREAS) == {area for area in several if several.count(area) > 1}


def test_a_token_of_the_event_catalogue_is_issued_and_told_in_words(owner):
    assert issue(owner, scopes=["event_catalog:manage"]).status_code == 201
    assert ApiToken.objects.get().grants[0]["action"] == "event_catalog:manage"
    assert "may switch core events on and off" in owner.get("/app/tokens").content.decode()


def test_a_token_without_a_scope_is_refused_in_the_form(owner):
    answer = issue(owner, scopes=[])
    assert (answer.status_code, ApiToken.objects.count()) == (422, 0)


def test_a_form_that_is_sent_again_issues_nothing(owner):
    first = issue(owner)
    again = owner.post("/app/tokens/new", first.wsgi_request.POST)
    assert (first.status_code, again.status_code, again["Location"]) == (201, 302, "/app/tokens")
    assert ApiToken.objects.count() == 1


def test_a_form_that_was_refused_can_be_corrected_and_sent(owner):
    refused = issue(owner, scopes=[])
    corrected = {"name": "SAP", "scopes": ["erp:events"], "lifetime": "90", "form_mark": refused.context["mark"]}
    assert owner.post("/app/tokens/new", corrected).status_code == 201


def test_eleven_open_forms_are_one_too_many(owner):
    marks = [owner.get("/app/tokens/new").context["mark"] for _ in range(11)]
    answers = [issue(owner, form_mark=mark).status_code for mark in (marks[0], marks[-1])]
    assert answers == [302, 201]


def test_everything_of_an_area_is_told_in_words(client_of, organization):
    make_token(organization=organization, grants=("erp:*", "entity:*"))
    page = client_of(VIEWER).get("/app/tokens").content.decode()
    assert "may send events, change integrations, read monitoring" in page
    assert "erp:*" not in page


def test_a_revoked_token_is_gone_from_the_list(client_of, organization):
    token = make_token(organization=organization, name="Old ERP")
    client = client_of(ADMIN)
    client.post(f"/app/tokens/{token.id}/revoke")
    assert "Old ERP" not in client.get("/app/tokens").content.decode().partition("ih-toasts")[0]


def test_a_viewer_can_neither_issue_nor_revoke(client_of, organization):
    token = make_token(organization=organization)
    client = client_of(VIEWER)
    answers = [client.get("/app/tokens/new"), client.post(f"/app/tokens/{token.id}/revoke")]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_neighbour_cannot_revoke(client_of, organization):
    token = make_token(organization=organization)
    assert client_of(NEIGHBOUR_OWNER).post(f"/app/tokens/{token.id}/revoke").status_code == 404


def test_nobody_is_asked_to_sign_in(client_of):
    assert client_of(NOBODY).get("/app/tokens").headers["Location"] == "/accounts/login/?next=/app/tokens"
