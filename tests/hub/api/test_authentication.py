"""Who gets in through the API's front door."""

from __future__ import annotations

import pytest

from tests.builders import make_token
from tests.cast import EXPIRED, MACHINE, NOBODY, UNGRANTED

PATH = "/v1/access-tokens"


@pytest.mark.parametrize(
    ("caller", "status"), [(NOBODY, 401), (EXPIRED, 401), (UNGRANTED, 403), (MACHINE, 200)], ids=str
)
def test_only_a_valid_token_with_the_grant_gets_in(client_of, caller, status):
    assert client_of(caller).get(PATH).status_code == status


def test_a_remembered_token_costs_one_query(client_of, organization, count_queries):
    client = client_of(make_token(organization=organization))
    client.get(PATH)
    with count_queries() as counted:
        client.get(PATH)
    assert len(counted) == 2, "the version of the organization, and the list itself"
