"""/v1/access-tokens."""

from __future__ import annotations

import pytest

from hub.accounts.models import ApiToken
from tests.builders import make_integration, make_token
from tests.cast import ADMIN, MACHINE

PATH = "/v1/access-tokens"


@pytest.fixture
def admin(client_of):
    return client_of(ADMIN)


def order(client, **fields):
    body = {"name": "ERP", "grants": ["erp:read"]} | fields
    return client.post(PATH, body, content_type="application/json")


def test_a_created_token_is_shown_once_and_works(admin, client_of):
    answer = order(admin, grants=["erp:read", "token:create"])
    assert answer.status_code == 201
    assert client_of(answer.json()["token"]).get(PATH).status_code == 200
    assert answer.json()["token"] not in admin.get(PATH).content.decode()


def test_a_created_token_is_described(admin, organization):
    integration = make_integration(organization=organization)
    answer = order(admin, integration_ids=[str(integration.pk)], read_only=True, expires_in="7d").json()
    assert answer["integration_ids"] == [str(integration.pk)]
    assert (answer["read_only"], answer["expires_at"]) == (True, "2026-01-22T08:00:00.000Z")


def test_a_moment_works_as_expiry_too(admin):
    assert order(admin, expires_at="2026-02-01T00:00:00Z").json()["expires_at"] == "2026-02-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"grants": None}, "grants"),
        ({"grants": ["erp:fly"]}, "grants[0].action"),
        ({"read_only": "yes"}, "read_only"),
        ({"integration_ids": "x"}, "integration_ids"),
        ({"integration_ids": ["x"]}, "integration_ids[0]"),
        ({"integration_ids": ["00000000-0000-0000-0000-000000000001"]}, "integration_ids[0]"),
        ({"expires_in": "soon"}, "expires_in"),
        ({"expires_at": "soon"}, "expires_at"),
    ],
)
def test_a_wrong_order_is_a_400_that_names_the_place(admin, fields, path):
    answer = order(admin, **fields)
    assert answer.status_code == 400
    assert [detail["path"] for detail in answer.json()["details"]] == [path]


def test_nobody_orders_more_than_they_hold(client_of, organization):
    client = client_of(make_token(organization=organization, grants=("token:create", "erp:read")))
    assert order(client, grants=["erp:write"]).status_code == 403


def test_no_token_of_a_token_is_an_administrator(client_of):
    assert order(client_of(MACHINE), grants=["organization:admin"]).status_code == 403


def test_tokens_are_listed_oldest_first_without_the_revoked_ones(admin, organization):
    kept, revoked = make_token(organization=organization), make_token(organization=organization)
    admin.delete(f"{PATH}/{revoked.id}")
    assert [token["id"] for token in admin.get(PATH).json()["data"]] == [kept.id]


def test_a_neighbours_tokens_are_not_listed(admin, stage):
    make_token(organization=stage.next_door)
    assert admin.get(PATH).json()["data"] == []


def test_one_token_is_shown_without_its_digest(admin, organization):
    token = make_token(organization=organization)
    shown = admin.get(f"{PATH}/{token.id}").json()
    assert set(shown) == {"id", "name", "grants", "read_only", "integration_ids", "created_at"}


def test_a_token_gets_another_name(admin, organization):
    token = make_token(organization=organization)
    answer = admin.patch(f"{PATH}/{token.id}", {"name": "SAP"}, content_type="application/json")
    assert (answer.status_code, ApiToken.objects.get(pk=token.id).name) == (200, "SAP")


def test_a_rename_changes_nothing_else(admin, organization):
    token = make_token(organization=organization, grants=("erp:read",))
    body = {"name": "SAP", "grants": ["*"], "read_only": True}
    answer = admin.patch(f"{PATH}/{token.id}", body, content_type="application/json").json()
    assert (answer["grants"], answer["read_only"]) == (token.row.grants, False)


def test_a_revoked_token_cannot_be_revoked_again(admin, organization):
    token = make_token(organization=organization)
    answers = [admin.delete(f"{PATH}/{token.id}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].json() == {"message": "The token is revoked."}


@pytest.mark.parametrize("method", ["get", "delete", "patch"])
def test_a_neighbours_token_does_not_exist(admin, stage, method):
    token = make_token(organization=stage.next_door)
    answer = getattr(admin, method)(f"{PATH}/{token.id}", {"name": "x"}, content_type="application/json")
    assert answer.status_code == 404


def test_a_list_costs_the_same_however_long_it_is(client_of, organization, count_queries):
    client = client_of(make_token(organization=organization))
    client.get(PATH)
    for _ in range(10):
        make_token(organization=organization)
    with count_queries() as counted:
        client.get(PATH)
    assert len(counted) == 2
