"""Lists of spans look only where counters say that there are some."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from monitoring.models import MonitoringEvent
from tests.monitoring.api.conftest import Watched

pytestmark = pytest.mark.django_db
DAY = 24 * 60
TABLE = f'FROM "{MonitoringEvent._meta.db_table}"'
Count = Callable[[], AbstractContextManager[CaptureQueriesContext]]


def messages(answer: Any) -> list[str]:
    return [row["message"] for row in answer.json()["data"]]


@pytest.mark.parametrize(
    "query", [{"code": "NOBODY_HAS"}, {"use_case_id": "__unknown__"}, {"use_case_type": "file_proxy"}]
)
def test_what_counters_know_nothing_of_is_looked_for_in_no_span(
    watched: Watched, count_queries: Count, query: dict[str, str]
) -> None:
    watched.record(watched.span(1), watched.span(DAY))
    with count_queries() as counted:
        assert messages(watched.post("events", query)) == []
    assert not [one for one in counted.captured_queries if TABLE in one["sql"]]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_what_is_rare_is_found_however_long_ago_it_was(watched: Watched, limit: int) -> None:
    watched.record(*[watched.span(number) for number in range(9)])
    rare = [watched.span(days * DAY, "error", code="RARE", message=str(days)) for days in (0, 2, 40)]
    watched.record(*rare)
    assert messages(watched.post("events", {"code": "RARE", "limit": limit})) == ["0", "2", "40"][:limit]


def test_the_page_after_goes_on_within_the_same_day(watched: Watched) -> None:
    watched.record(*[watched.span(minutes, "error", code="RARE", message=str(minutes)) for minutes in range(4)])
    first = watched.post("events", {"code": "RARE", "limit": 2}).json()
    rest = watched.post("events", {"code": "RARE", "limit": 2, "cursor": first["next_cursor"]})
    assert messages(rest) == ["2", "3"]


def test_a_window_in_the_past_leaves_out_what_came_later(watched: Watched) -> None:
    watched.record(*[watched.span(days * DAY, code="RARE", message=str(days)) for days in (0, 5, 9)])
    window = {"to_date": "2026-01-10T08:00:00Z", "from_date": "2026-01-10T08:00:00Z"}
    assert messages(watched.post("events", {"code": "RARE"} | window)) == ["5"]


def test_the_first_version_finds_what_is_rare_between_steps_of_others(watched: Watched) -> None:
    watched.record(*[watched.span(number, sync_type="outbound") for number in range(9)])
    watched.record(watched.span(30 * DAY, "error", code="RARE"))
    assert len(watched.post("inbound-events", {"error_code": "RARE"}, "v1").json()["data"]) == 1
    assert len(watched.post("inbound-events", {}, "v1").json()["data"]) == 1


@pytest.mark.parametrize("to", ["0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z"])
@pytest.mark.parametrize(("address", "version"), [("inbound-events", "v1"), ("events", "v2")])
def test_before_the_hub_there_was_nothing(watched: Watched, to: str, address: str, version: str) -> None:
    watched.record(watched.span(1))
    answer = watched.post(address, {"to_date": to} if version == "v1" else {"to": to}, version)
    assert (answer.status_code, answer.json()["data"]) == (200, [])


def test_what_is_of_a_rare_event_type_is_found_behind_days_full_of_others(watched: Watched) -> None:
    watched.record(*[watched.span(number, event_type="UPDATE") for number in range(9)])
    watched.record(*[watched.span(days * DAY, event_type="DELETE", message=str(days)) for days in (5, 40)])
    first = watched.post("inbound-events", {"event_type": "DELETE", "limit": 1}, "v1").json()
    second = watched.post("inbound-events", {"event_type": "DELETE", "limit": 2}, "v1").json()
    assert (len(first["data"]), first["has_more"], len(second["data"])) == (1, True, 2)
