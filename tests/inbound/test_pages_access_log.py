"""The access log: which requests it shows, how it is narrowed, and how far it looks."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from hub.ids import new_id
from inbound.query import TooSlow
from monitoring import access_log_pages
from monitoring.models import AccessLog
from tests.builders import NOW, make_token
from tests.cast import NEIGHBOUR_OWNER, NOBODY, VIEWER

pytestmark = pytest.mark.django_db

PAGE = "/app/access-logs"


@pytest.fixture
def note(organization):
    """Log a request of the organization."""

    def log(path="/v3/erp/updates/events", minutes_ago=1, **fields):
        values = {"method": "POST", "status": 200, "latency_ms": 7, "request_id": "req_1", "token_id": ""}
        at = NOW - timedelta(minutes=minutes_ago)
        AccessLog.objects.create(id=new_id(), at=at, organization_id=organization.pk, path=path, **(values | fields))

    return log


@pytest.fixture
def viewer(client_of):
    """Somebody who may look."""
    return client_of(VIEWER)


def paths(client, query=""):
    answer = client.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return [row.path for row, _ in answer.context["rows"]]


def test_requests_are_listed_newest_first(viewer, note):
    note("/old", minutes_ago=9)
    note("/new")
    assert paths(viewer) == ["/new", "/old"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?method=GET", ["/get"]),
        ("?method=GET&method=PUT", ["/get", "/put"]),
        ("?path=ge", ["/get"]),
        ("?status=4xx", ["/put"]),
        ("?status=4xx&status=5xx", ["/put", "/post"]),
        ("?token=api_one", ["/post"]),
        ("?from=2026-01-15T07:57:30Z&to=2026-01-15T07:58:30Z", ["/put"]),
        ("?method=TRACE&status=9xx&token=%00&path=", ["/get", "/put", "/post"]),
    ],
)
def test_filters_narrow_the_list(viewer, note, query, found):
    note("/post", minutes_ago=3, status=503, token_id="api_one")
    note("/put", minutes_ago=2, method="PUT", status=404)
    note("/get", minutes_ago=1, method="GET")
    assert paths(viewer, query) == found


def test_requests_of_another_organization_are_not_shown(client_of, note):
    note(token_id="api_one")
    assert paths(client_of(NEIGHBOUR_OWNER), "?token=api_one") == []


def test_nobody_sees_it_without_signing_in(client_of, note):
    assert client_of(NOBODY).get(PAGE).status_code == 302


def test_pages_follow_each_other_without_a_gap(viewer, note):
    for number in range(120):
        note(f"/{number}", minutes_ago=number)
    seen, query = [], ""
    while True:
        answer = viewer.get(f"{PAGE}{query}")
        seen += [row.path for row, _ in answer.context["rows"]]
        query = answer.context["older_url"]
        if not query:
            break
    assert seen == [f"/{number}" for number in range(120)]


def test_a_rare_path_is_looked_for_piece_by_piece(viewer, note, monkeypatch):
    monkeypatch.setattr(access_log_pages, "MOST_SCANNED", 3)
    note("/rare", minutes_ago=9)
    for number in range(5):
        note("/usual", minutes_ago=number)
    first = viewer.get(f"{PAGE}?path=rare")
    assert "Look further back" in first.content.decode()
    assert paths(viewer, first.context["older_url"]) == ["/rare"]


def test_a_log_without_a_row_says_what_comes_into_it(viewer, organization):
    assert "No requests yet" in viewer.get(PAGE).content.decode()


def test_filters_that_find_nothing_can_be_cleared(viewer, note):
    note()
    page = viewer.get(f"{PAGE}?method=DELETE").content.decode()
    assert "No requests match" in page
    assert "Clear the filters" in page


def test_a_token_is_called_by_its_name_and_leads_to_its_requests(viewer, note, organization):
    token = make_token(organization=organization, name="SAP PO")
    note(token_id=token.id)
    assert re.search(rf'href="\?token={token.id}">SAP PO</a>', viewer.get(PAGE).content.decode())


def test_the_list_of_tokens_leads_to_the_requests_of_each(client_of, note, organization):
    token = make_token(organization=organization)
    note(token_id=token.id)
    note("/other")
    page = unescape(client_of(VIEWER).get("/app/tokens").content.decode())
    [address] = re.findall(rf'href="({PAGE}\?token={token.id}[^"]*)"', page)
    assert [row.token_id for row, _ in client_of(VIEWER).get(address).context["rows"]] == [token.id]


def test_a_list_that_takes_too_long_offers_a_shorter_window(viewer, note, monkeypatch):
    def give_up(**_wanted):
        raise TooSlow

    monkeypatch.setattr("inbound.ui.access_log.search_requests", give_up)
    page = viewer.get(f"{PAGE}?method=GET").content.decode()
    assert "The list took longer than 5 s" in page
    assert "?method=GET&amp;window=1h" in page
