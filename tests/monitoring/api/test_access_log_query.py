"""Requests that were made with the tokens of an integration (operation 27)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.ids import new_id
from monitoring import access_log_pages
from monitoring.models import AccessLog
from tests.builders import NOW, make_organization
from tests.monitoring.api.conftest import Watched, ago

pytestmark = pytest.mark.django_db

TOKEN, OTHER = "api_one", "api_two"


@pytest.fixture
def logged(watched: Watched) -> Watched:
    """The integration is linked to one token."""
    watched.integration.access_token_ids = [TOKEN]
    watched.integration.save()
    return watched


def note(watched: Watched, minutes_ago: float = 0, **fields: Any) -> None:
    values = {
        "organization_id": watched.integration.organization_id,
        "token_id": TOKEN,
        "method": "POST",
        "path": "/v3/erp/updates/events",
        "status": 200,
        "latency_ms": 7,
        "request_id": "r",
    }
    AccessLog.objects.create(id=new_id(), at=NOW - timedelta(minutes=minutes_ago), **(values | fields))


def paths(answer: Any) -> list[str]:
    return [row["path"] for row in answer.json()["data"]]


def ask(watched: Watched, query: dict[str, Any] | None = None) -> Any:
    return watched.post("access-logs", query, version="v1")


def test_a_row_tells_of_the_request(logged: Watched) -> None:
    note(logged, source_ip="192.0.2.7", response_bytes=12)
    assert ask(logged).json()["data"] == [
        {
            "timestamp": "2026-01-15T08:00:00.000Z",
            "service": "integration-hub",
            "request_id": "r",
            "method": "POST",
            "path": "/v3/erp/updates/events",
            "status": 200,
            "response_latency_ms": 7,
            "response_length": 12,
            "token_id": TOKEN,
            "org_id": str(logged.integration.organization_id),
            "source_ip": "192.0.2.7",
        }
    ]


def test_without_linked_tokens_there_is_nothing(watched: Watched) -> None:
    note(watched)
    assert ask(watched).json() == {"data": [], "next_cursor": None, "has_more": False}


def test_a_token_that_is_not_linked_is_refused(logged: Watched) -> None:
    answer = ask(logged, {"token_id": OTHER})
    assert (answer.status_code, answer.json()["code"]) == (400, "TOKEN_NOT_LINKED")


def test_requests_of_others_are_not_shown(logged: Watched) -> None:
    note(logged, token_id=OTHER)
    note(logged, organization_id=make_organization().pk)
    assert paths(ask(logged)) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"method": "GET"}, ["/b"]),
        ({"status": 500}, ["/b"]),
        ({"path": "a%"}, []),
        ({"path": "/a"}, ["/a"]),
        ({"from_date": ago(minutes=1)}, ["/b"]),
        ({"to_date": ago(minutes=1.5)}, ["/a"]),
        ({"service": "integration-hub"}, ["/b", "/a"]),
        ({"service": "elsewhere"}, []),
        ({"token_id": TOKEN}, ["/b", "/a"]),
    ],
)
def test_filters_narrow(logged: Watched, query: dict[str, Any], expected: list[str]) -> None:
    note(logged, 2, path="/a")
    note(logged, 1, path="/b", method="GET", status=500)
    assert paths(ask(logged, query)) == expected


@pytest.mark.parametrize("query", [{"method": "BREW"}, {"status": 99}, {"status": "200"}, {"status": True}])
def test_what_makes_no_sense_is_refused(logged: Watched, query: dict[str, Any]) -> None:
    answer = ask(logged, query)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, next(iter(query)))


@pytest.mark.parametrize("most_scanned", [3, 4, 20_000])
def test_pages_lose_nothing_however_far_each_looks(
    logged: Watched, most_scanned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log_pages, "MOST_SCANNED", most_scanned)
    for number in range(12):
        note(logged, number // 2, path=f"/{'rare' if number % 5 == 0 else 'usual'}/{number}")
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        answer = ask(logged, {"path": "rare", "limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += [row["path"] for row in answer["data"]]
        cursor, pages = answer["next_cursor"], pages + 1
    assert sorted(found) == ["/rare/0", "/rare/10", "/rare/5"]
