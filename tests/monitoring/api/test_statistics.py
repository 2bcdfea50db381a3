"""Statistics and time series of the second version (api.md A.3 and A.4)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.counting.folding import fold_spans
from tests.builders import NOW
from tests.inbound.conftest import Erp, customer, drain
from tests.monitoring.api.conftest import Watched, ago, iso

pytestmark = pytest.mark.django_db
LAST_MOMENT = "9999-12-31T23:59:59.999999Z"


def some(watched: Watched) -> None:
    watched.record(
        watched.span(200),
        watched.span(100),
        watched.span(90, "warning", code="LARGE_INTEGER_AS_TEXT"),
        watched.span(50, "info", code="DUPLICATE_EVENT"),
        watched.span(3, "error", code="TIMEOUT", sync_type="managed_call"),
        watched.span(2, "error", code="ACK_TIMEOUT", sync_type="outbound"),
    )


@pytest.mark.parametrize("is_folded", [True, False])
def test_every_level_is_counted(watched: Watched, is_folded: bool) -> None:
    some(watched)
    if is_folded:
        fold_spans()
    assert watched.post("stats").json() == {
        "total_events": 6,
        "success_count": 2,
        "error_count": 2,
        "warning_count": 1,
        "skipped_count": 0,
        "info_count": 1,
        "ack_timeout_count": 1,
        "success_rate": 40,
        "last_error_at": ago(minutes=2).replace("Z", ".000Z"),
    }


def test_nothing_is_a_rate_of_zero(watched: Watched) -> None:
    answer = watched.post("stats").json()
    assert (answer["total_events"], answer["success_rate"], answer["last_error_at"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        ("level", {"success": 2, "error": 2, "warning": 1, "info": 1}),
        ("use_case_type", {"inbound": 4, "managed_call": 1, "outbound": 1}),
        ("date", {"2026-01-15": 6}),
        ("code", {"": 2, "TIMEOUT": 1, "ACK_TIMEOUT": 1, "DUPLICATE_EVENT": 1, "LARGE_INTEGER_AS_TEXT": 1}),
        ("use_case_id", {None: 6}),
    ],
)
def test_a_group_has_the_counts_of_its_own(watched: Watched, group_by: str, expected: dict[Any, int]) -> None:
    some(watched)
    fold_spans()
    parts = watched.post("stats", {"group_by": group_by}).json()["breakdown"]
    assert {part[group_by]: part["total_events"] for part in parts} == expected
    assert [part["count"] for part in parts] == sorted(expected.values(), reverse=True)


def test_a_use_case_of_none_is_one_group_however_it_was_counted(watched: Watched) -> None:
    watched.record(watched.span(100))
    fold_spans()
    watched.record(watched.span(1))
    parts = watched.post("stats", {"group_by": "use_case_id", "from_date": ago(minutes=100.5)}).json()["breakdown"]
    assert [(part["use_case_id"], part["count"]) for part in parts] == [(None, 2)]


def test_types_narrow_and_the_list_of_them_wins(watched: Watched) -> None:
    some(watched)
    query = {"use_case_type": "inbound", "use_case_types": ["managed_call", "outbound"]}
    assert watched.post("stats", query).json()["total_events"] == 2
    assert watched.post("stats", {"use_case_type": "inbound"}).json()["total_events"] == 4


def test_incoming_counts_events_and_not_their_rows(erp: Erp, client_of: Any) -> None:
    erp.send(erp.event(customer("1")), erp.event(customer("2")))
    drain()
    watched = Watched(erp.integration, client_of(erp.token))
    answer = watched.post("stats", {"source": "incoming", "group_by": "use_case_id"}).json()
    assert (answer["total_events"], answer["success_count"]) == (2, 0)
    assert [(part["use_case_id"], part["count"]) for part in answer["breakdown"]] == [(str(erp.use_case.pk), 2)]


@pytest.mark.parametrize(
    ("types", "number"), [({"use_case_type": "inbound"}, 1), ({"use_case_types": ["outbound", "managed_call"]}, 0)]
)
def test_incoming_is_narrowed_by_types_as_well(erp: Erp, client_of: Any, types: dict[str, Any], number: int) -> None:
    erp.send(erp.event(customer("1")))
    drain()
    watched = Watched(erp.integration, client_of(erp.token))
    assert watched.post("stats", {"source": "incoming", **types}).json()["total_events"] == number


@pytest.mark.parametrize(
    ("name", "query", "path"),
    [
        ("stats", {"group_by": "colour"}, "group_by"),
        ("stats", {"use_case_types": "inbound"}, "use_case_types"),
        ("stats", {"use_case_types": ["mail"]}, "use_case_types"),
        ("stats", {"source": "elsewhere"}, "source"),
        ("stats", {"source": "incoming", "group_by": "level"}, "group_by"),
        ("stats", {"from_date": ago(hours=1), "to_date": ago(hours=2)}, "from_date"),
        ("time-series", {"interval": "1h"}, "from_date"),
        ("time-series", {"from_date": ago(hours=1)}, "interval"),
        ("time-series", {"from_date": ago(hours=1), "interval": "2h"}, "interval"),
        ("time-series", {"from_date": ago(days=31), "interval": "1h"}, "interval"),
        ("time-series", {"from_date": ago(hours=-1), "interval": "1h"}, "from_date"),
        ("time-series", {"from_date": ago(hours=1), "interval": "1h", "group_by": "code"}, "group_by"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(
    watched: Watched, name: str, query: dict[str, Any], path: str
) -> None:
    answer = watched.post(name, query)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)


@pytest.mark.parametrize("query", [{"to_date": LAST_MOMENT}, {"from_date": LAST_MOMENT}])
@pytest.mark.parametrize("source", ["monitoring", "incoming"])
def test_a_window_may_end_with_the_calendar(watched: Watched, source: str, query: dict[str, str]) -> None:
    assert watched.post("stats", {**query, "source": source}).status_code == 200


def test_a_series_has_every_slot_also_the_empty_ones(watched: Watched) -> None:
    some(watched)
    answer = watched.post("time-series", {"from_date": ago(hours=3, minutes=20), "interval": "1h"}).json()
    assert [(one["timestamp"], one["total_count"]) for one in answer["buckets"]] == [
        ("2026-01-15T04:00:00.000Z", 1),
        ("2026-01-15T05:00:00.000Z", 0),
        ("2026-01-15T06:00:00.000Z", 2),
        ("2026-01-15T07:00:00.000Z", 3),
    ]


def test_a_row_at_the_end_of_the_window_counts_in_the_last_slot(watched: Watched) -> None:
    watched.record(watched.span(0))
    query = {"from_date": ago(hours=2), "to_date": iso(NOW), "interval": "1h"}
    assert [one["total_count"] for one in watched.post("time-series", query).json()["buckets"]] == [0, 1]


def test_a_window_of_one_moment_has_one_slot(watched: Watched) -> None:
    query = {"from_date": iso(NOW), "to_date": iso(NOW), "interval": "1d"}
    assert len(watched.post("time-series", query).json()["buckets"]) == 1


@pytest.mark.parametrize(("hours", "status"), [(199.9, 200), (201, 400)])
def test_two_hundred_slots_are_the_most(watched: Watched, hours: float, status: int) -> None:
    answer = watched.post("time-series", {"from_date": ago(hours=hours), "interval": "1h"})
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "TOO_MANY_BUCKETS"


def test_use_cases_that_are_gone_are_one_group(watched: Watched) -> None:
    known = watched.use_case()
    watched.record(*[watched.span(1, use_case_id=one) for one in (known, uuid4(), uuid4(), None)])
    query = {"from_date": ago(minutes=30), "interval": "1d", "group_by": "use_case"}
    [bucket] = watched.post("time-series", query).json()["buckets"]
    found = Counter({part["use_case"]: part["total_count"] for part in bucket["breakdown"]})
    assert found == Counter({str(known): 1, "__unknown__": 2, None: 1})


@pytest.mark.parametrize("name", ["stats", "time-series"])
def test_more_rows_cost_no_more_queries(watched: Watched, name: str) -> None:
    query = {"from_date": ago(hours=5), "interval": "1h", "group_by": "use_case_type"}
    watched.post(name, query)
    with CaptureQueriesContext(connection) as before:
        watched.post(name, query)
    some(watched)
    fold_spans()
    some(watched)
    with CaptureQueriesContext(connection) as after:
        watched.post(name, query)
    assert len(after) == len(before)
