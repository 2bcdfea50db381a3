"""What is answered at addresses that nobody has: machines get the one shape of every failure, people a page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import OWNER


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/v1/nothing", "/v4/integrations", "/v10", "/api/v1/integrations"])
def test_an_unknown_address_of_the_api_is_told_as_json(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/versions", "/apiary", "/app/nothing", "/v"])
def test_any_other_unknown_address_is_told_as_a_page(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (404, "text/html")


@pytest.mark.parametrize("path", ["/app", "/app/"])
def test_the_place_of_all_pages_leads_to_the_first_one(client_of, path: str) -> None:
    answer = client_of(OWNER).get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/app/integrations")
