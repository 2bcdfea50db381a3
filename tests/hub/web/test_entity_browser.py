"""The entity browser: what the search box answers."""

from __future__ import annotations

import pytest

from tests.cast import NOBODY, VIEWER

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/app/entities", "/app/entities/contact"])
def test_nobody_is_asked_to_sign_in(path, client_of):
    assert client_of(NOBODY).get(path).headers["Location"].startswith("/accounts/login/?next=/app/")


def test_an_identifier_that_nothing_has_is_not_found_and_no_mistake(client_of):
    answer = client_of(VIEWER).get("/app/entities?q=0001032977")
    assert answer.status_code == 200
    assert "Nothing found" in answer.content.decode()


def test_a_query_that_cannot_be_read_shows_where_it_goes_wrong(client_of):
    answer = client_of(VIEWER).get("/app/entities?q=a:(b")
    assert answer.status_code == 400
    assert 'a:<mark class="ih-lit">(</mark>b' in answer.content.decode()
