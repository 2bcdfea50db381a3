"""Who may open a page, and where signing in leads afterwards."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.builders import make_user
from tests.cast import NOBODY

pytestmark = pytest.mark.django_db

REPLAY = "/app/events/replay/ask"


def way_back(answer):
    """Where the login page leads on to."""
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]


def test_a_page_is_opened_after_signing_in(client_of):
    assert way_back(client_of(NOBODY).get("/app/events?status=error")) == "/app/events?status=error"


def test_a_form_that_came_too_late_leads_to_the_page_it_stood_on(client_of):
    headers = {"referer": "http://testserver/app/events?status=error"}
    assert way_back(client_of(NOBODY).post(REPLAY, headers=headers)) == "/app/events?status=error"


@pytest.mark.parametrize("referrer", ["", "https://evil.example/app/events", "//evil.example", "javascript:1"])
def test_no_other_site_says_where_signing_in_leads(referrer, client_of):
    assert way_back(client_of(NOBODY).post(REPLAY, headers={"referer": referrer})) == "/"


@pytest.mark.parametrize("is_staff", [False, True])
def test_support_without_a_membership_finds_its_pages(client: Client, is_staff: bool) -> None:
    client.force_login(make_user(is_staff=is_staff))
    answer = client.get("/app/overview")
    assert answer.status_code == 403
    assert ('href="/admin/"' in answer.text) is is_staff
