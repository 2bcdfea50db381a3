"""When a token was last used."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.accounts.models import ApiToken
from hub.accounts.token_use import note, uses
from tests.builders import NOW, make_token


@pytest.fixture
def token(organization):
    return make_token(organization=organization)


def last_used(token):
    return ApiToken.objects.get(pk=token.id).last_used_at


def test_the_last_use_is_written_later(token):
    note(token.id, NOW)
    assert last_used(token) is None
    uses.flush()
    assert last_used(token) == NOW


def test_a_second_use_within_a_minute_is_not_written(token):
    note(token.id, NOW)
    note(token.id, NOW + timedelta(seconds=59))
    assert len(uses) == 1


def test_a_use_a_minute_later_is_written(token):
    note(token.id, NOW)
    note(token.id, NOW + timedelta(seconds=60))
    uses.flush()
    assert last_used(token) == NOW + timedelta(seconds=60)


def test_an_older_use_never_replaces_a_newer_one(token):
    ApiToken.objects.filter(pk=token.id).update(last_used_at=NOW + timedelta(hours=1))
    note(token.id, NOW)
    uses.flush()
    assert last_used(token) == NOW + timedelta(hours=1)


def test_an_authenticated_request_does_not_write_the_use_itself(client_of, token, count_queries):
    with count_queries() as counted:
        client_of(token).get("/v1/access-tokens")
    assert not [query for query in counted if query["sql"].startswith("UPDATE")]
