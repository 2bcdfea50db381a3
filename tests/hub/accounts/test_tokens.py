"""From the headers of a request to a Principal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.accounts import operations, tokens
from hub.accounts.audit import OPERATOR
from hub.accounts.models import ApiToken, Organization
from hub.accounts.token_text import compose
from hub.accounts.tokens import Unauthenticated, UnknownCredential, authenticate, recall
from tests.builders import NOW, make_expired_token, make_integration, make_token


def bearer(text):
    return f"Bearer {text}"


@pytest.fixture
def token(organization):
    return make_token(organization=organization)


def test_a_bearer_token_tells_its_organization(token, organization):
    principal = authenticate(bearer(token.text), None, NOW)
    assert (principal.organization_id, principal.organization_slug) == (organization.pk, "home")


def test_a_token_in_the_api_key_header_is_as_good(token):
    assert authenticate(None, token.text, NOW).token_id == token.id


def test_blanks_around_a_token_are_ignored(token):
    assert authenticate(f"  bearer   {token.text}  ", None, NOW).token_id == token.id


def test_a_principal_names_the_integrations_the_token_is_bound_to(organization):
    integration = make_integration(organization=organization)
    token = make_token(organization=organization, integration_ids=[integration.pk])
    assert authenticate(bearer(token.text), None, NOW).integration_ids == {integration.pk}


def test_two_credentials_at_once_are_refused(token):
    with pytest.raises(Unauthenticated):
        authenticate(bearer(token.text), token.text, NOW)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Token x"])
def test_what_is_no_bearer_token_is_refused(db, authorization):
    with pytest.raises(Unauthenticated):
        authenticate(authorization, None, NOW)


UNKNOWN = pytest.param(compose().text, id="well-formed")


@pytest.mark.parametrize("text", ["garbage", "x" * 513, "häßlich", UNKNOWN])
def test_an_unknown_token_counts_as_a_guess(db, text):
    with pytest.raises(UnknownCredential):
        authenticate(bearer(text), None, NOW)


def test_the_right_id_with_a_wrong_secret_is_refused(token):
    ApiToken.objects.filter(pk=token.id).update(digest=bytes(32))
    with pytest.raises(UnknownCredential):
        authenticate(bearer(token.text), None, NOW)


def test_an_expired_token_is_refused(organization):
    with pytest.raises(Unauthenticated):
        authenticate(bearer(make_expired_token(organization=organization).text), None, NOW)


def test_a_remembered_token_ends_at_its_expiry(organization):
    token = make_token(organization=organization, expires_at=NOW + timedelta(seconds=30))
    authenticate(bearer(token.text), None, NOW)
    with pytest.raises(Unauthenticated):
        authenticate(bearer(token.text), None, NOW + timedelta(seconds=30))


def test_a_revoked_token_is_refused_although_it_was_remembered(token, organization):
    authenticate(bearer(token.text), None, NOW)
    operations.revoke_token(organization=organization, token_id=token.id, actor=OPERATOR, at=NOW)
    with pytest.raises(Unauthenticated):
        authenticate(bearer(token.text), None, NOW)


def test_unknown_and_revoked_tokens_are_answered_alike(token, organization):
    operations.revoke_token(organization=organization, token_id=token.id, actor=OPERATOR, at=NOW)
    messages = []
    for text in (token.text, compose().text):
        with pytest.raises(Unauthenticated) as refusal:
            authenticate(bearer(text), None, NOW)
        messages.append(refusal.value.message)
    assert messages[0] == messages[1]


def test_an_unknown_token_costs_one_query(token, count_queries):
    with count_queries() as counted:
        authenticate(bearer(token.text), None, NOW)
    assert len(counted) == 1


def test_a_remembered_token_costs_one_query_for_the_version(token, count_queries):
    authenticate(bearer(token.text), None, NOW)
    with count_queries() as counted:
        authenticate(bearer(token.text), None, NOW)
    assert [query["sql"].count("accounts_apitoken") for query in counted] == [0]


def test_a_change_of_configuration_is_seen_by_the_next_request(token, organization):
    before = authenticate(bearer(token.text), None, NOW)
    organization.bump_config_version()
    assert authenticate(bearer(token.text), None, NOW).config_version == before.config_version + 1


def test_recalling_costs_no_query(token, count_queries):
    authenticate(bearer(token.text), None, NOW)
    with count_queries() as counted:
        principal = recall(bearer(token.text), None, NOW)
    assert (len(counted), principal.token_id) == (0, token.id)


def test_a_token_nobody_used_yet_is_not_recalled(token):
    assert recall(bearer(token.text), None, NOW) is None


def test_a_token_is_read_again_after_a_few_seconds(token, monkeypatch):
    authenticate(bearer(token.text), None, NOW)
    later = tokens.clock.monotonic() + tokens.REMEMBERED_S + 1
    monkeypatch.setattr(tokens.clock, "monotonic", lambda: later)
    assert recall(bearer(token.text), None, NOW) is None


def test_the_stored_digest_depends_on_the_pepper(token, settings):
    settings.HUB_TOKEN_PEPPER = "another pepper"
    with pytest.raises(UnknownCredential):
        authenticate(bearer(token.text), None, NOW)


def test_tokens_survive_a_new_secret_key_when_the_pepper_is_set(organization, settings):
    settings.HUB_TOKEN_PEPPER = "a pepper of its own"
    token = make_token(organization=organization)
    settings.SECRET_KEY = "a new secret key"
    assert authenticate(bearer(token.text), None, NOW).token_id == token.id


def test_the_text_of_a_token_is_stored_nowhere(token):
    stored = ApiToken.objects.filter(pk=token.id).values().get()
    assert token.text not in repr(stored)


def test_a_principal_hands_out_its_organization_without_a_query(token, organization, count_queries):
    principal = authenticate(bearer(token.text), None, NOW)
    with count_queries() as counted:
        found = principal.organization()
    assert (len(counted), found, found.slug) == (0, organization, "home")


def test_what_the_principal_does_not_know_of_its_organization_is_fetched(token):
    organization = authenticate(bearer(token.text), None, NOW).organization()
    assert organization.settings == Organization.objects.get(pk=organization.pk).settings
