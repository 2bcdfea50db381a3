"""Who gets in through the API's front door."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from hub.accounts.models import ApiToken
from hub.accounts.token_text import CHECK_CHARACTERS, check_of, compose, find_public_id
from tests.builders import NOW, make_expired_token, make_member, make_token
from tests.cast import ADMIN, EXPIRED, MACHINE, NOBODY, OPERATOR, READER, UNGRANTED, VIEWER

PATH = "/v1/access-tokens"
ORDER = {"name": "ERP", "grants": ["erp:read"]}


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (NOBODY, 401),
        (EXPIRED, 401),
        (UNGRANTED, 403),
        (READER, 403),
        (MACHINE, 200),
        (VIEWER, 403),
        (OPERATOR, 403),
        (ADMIN, 200),
    ],
    ids=str,
)
def test_only_a_caller_with_the_capability_gets_in(client_of, caller, status):
    assert client_of(caller).get(PATH).status_code == status


def test_a_refused_caller_is_told_how_to_authenticate(client_of):
    answer = client_of(NOBODY).get(PATH)
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "UNAUTHORIZED"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["access_token", "token", "api_key"])
def test_a_token_in_the_query_string_opens_nothing(organization, name):
    token = make_token(organization=organization)
    assert Client().get(PATH, {name: token.text}).status_code == 401


def test_a_token_in_a_cookie_opens_nothing(organization):
    client = Client()
    client.cookies["hub_session"] = client.cookies["token"] = make_token(organization=organization).text
    assert client.get(PATH).status_code == 401


def test_a_token_as_basic_authentication_opens_nothing(organization):
    token = make_token(organization=organization)
    assert Client(headers={"authorization": f"Basic {token.text}"}).get(PATH).status_code == 401


def test_two_credentials_open_nothing(organization):
    token = make_token(organization=organization).text
    client = Client(headers={"authorization": f"Bearer {token}", "x-api-key": token})
    assert client.get(PATH).status_code == 401


def test_a_bad_token_is_not_saved_by_a_good_session(client_of):
    client = client_of(ADMIN)
    assert client.get(PATH, headers={"authorization": "Bearer nonsense"}).status_code == 401


def test_every_token_that_is_none_gets_the_same_answer(organization):
    token = make_token(organization=organization)
    unknown, other = compose().text, make_token(organization=organization).text
    right_id = f"hub_{token.id.removeprefix('api_')}_"
    body = right_id + other[len(right_id) : -CHECK_CHARACTERS]
    wrong_secret = body + check_of(body)
    revoked = make_token(organization=organization)
    ApiToken.objects.filter(pk=revoked.id).update(revoked_at=NOW)
    texts = [unknown, wrong_secret, revoked.text, make_expired_token(organization=organization).text, "nonsense"]
    assert find_public_id(wrong_secret) == token.id
    answers = [Client(headers={"authorization": f"Bearer {text}"}).get(PATH) for text in texts]
    assert [answer.status_code for answer in answers] == [401] * len(texts)
    assert [answer["WWW-Authenticate"] for answer in answers] == ["Bearer"] * len(texts)
    assert len({json.dumps(answer.json() | {"correlation_id": ""}) for answer in answers}) == 1


def test_a_session_request_that_changes_something_needs_cross_site_protection(organization):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(organization=organization, role="admin").user)
    answer = client.post(PATH, ORDER, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "CSRF_FAILED")


def test_a_token_request_needs_no_cross_site_protection(organization):
    token = make_token(organization=organization)
    client = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {token.text}"})
    assert client.post(PATH, ORDER, content_type="application/json").status_code == 201


def test_a_signed_in_person_without_an_organization_is_nobody(db, django_user_model):
    client = Client()
    client.force_login(django_user_model.objects.create_user("a@b.test", "x"))
    assert client.get(PATH).status_code == 401


def test_a_header_naming_another_organization_is_refused(client_of, stage):
    answer = client_of(MACHINE).get(PATH, headers={"x-epilot-org-id": stage.next_door.public_id})
    assert answer.status_code == 403


def test_a_header_naming_the_own_organization_changes_nothing(client_of, stage):
    answer = client_of(MACHINE).get(PATH, headers={"x-epilot-org-id": stage.home.public_id})
    assert answer.status_code == 200


def test_a_remembered_token_costs_one_query(client_of, organization, count_queries):
    client = client_of(make_token(organization=organization))
    client.get(PATH)
    with count_queries() as counted:
        client.get(PATH)
    assert len(counted) == 2, "the version of the organization, and the list itself"


def test_a_token_request_does_not_look_at_the_session(client_of, organization, count_queries):
    client = client_of(ADMIN)
    token = make_token(organization=organization)
    with count_queries() as counted:
        client.get(PATH, headers={"authorization": f"Bearer {token.text}"})
    assert not [query for query in counted if "session" in query["sql"]]


def test_the_twenty_first_guess_in_a_minute_is_turned_away(db):
    client = Client(headers={"authorization": f"Bearer {compose().text}"})
    statuses = [client.get(PATH).status_code for _ in range(21)]
    assert statuses == [401] * 20 + [429]


def test_guessing_starts_anew_with_the_next_minute(db, clock):
    client = Client(headers={"authorization": f"Bearer {compose().text}"})
    for _ in range(21):
        client.get(PATH)
    clock.move(minutes=1)
    assert client.get(PATH).status_code == 401


def test_a_valid_token_works_from_an_address_that_guessed(client_of):
    for _ in range(21):
        Client(headers={"authorization": "Bearer nonsense"}).get(PATH)
    assert client_of(MACHINE).get(PATH).status_code == 200


def test_requests_without_any_token_are_no_guesses(client_of):
    client = client_of(NOBODY)
    assert {client.get(PATH).status_code for _ in range(25)} == {401}


def test_a_token_revoked_elsewhere_is_refused_by_the_next_request(client_of, organization):
    token = make_token(organization=organization)
    client = client_of(token)
    client.get(PATH)
    client_of(ADMIN).delete(f"{PATH}/{token.id}")
    assert client.get(PATH).status_code == 401
    assert ApiToken.objects.filter(pk=token.id, revoked_at__isnull=False).exists()
