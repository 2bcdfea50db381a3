"""Both directions in numbers: operations 25 and 26 of the contract, and the two forms of the guide."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.correlations import MOST_SPANS
from monitoring.counting.folding import fold_spans
from outbound import delivery_counts
from outbound.delivery_counts import count_ended
from outbound.models import Delivery, DeliveryState
from outbound.sql.parts import claimed_of
from tests.builders import NOW
from tests.monitoring.api.conftest import Watched, ago, watched  # noqa: F401 -- a fixture
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db

NO_OUTBOUND = {
    "total_events": 0,
    "success_count": 0,
    "error_count": 0,
    "pending_count": 0,
    "success_rate": 0,
    "last_error_at": None,
}


def deliver(watched: Watched, minutes_ago: float, state: str, name: str = "event_A", **fields: Any) -> Delivery:  # noqa: F811
    """One that stands so; an end is counted as the deliverer counts it."""
    delivery = make_delivery(
        organization=watched.integration.organization,
        integration_id=watched.integration.pk,
        state=state,
        event_name=name,
        created_at=NOW - timedelta(minutes=minutes_ago),
        **fields,
    )
    count_ended([(claimed_of(delivery, attempt=1), DeliveryState(state))])
    return delivery


def fold() -> None:
    fold_spans()
    delivery_counts.fold()


@pytest.mark.parametrize("is_folded", [True, False])
def test_deliveries_are_counted_as_they_stand(watched: Watched, is_folded: bool) -> None:  # noqa: F811
    for state in ("succeeded", "succeeded", "failed", "waiting", "planned", "skipped"):
        deliver(watched, 10, state)
    if is_folded:
        fold()
    assert watched.post("stats", version="v1").json()["outbound"] == {
        "total_events": 5,
        "success_count": 2,
        "error_count": 1,
        "pending_count": 2,
        "success_rate": 66.67,
        "last_error_at": "2026-01-15T07:50:00.000Z",
    }


def test_a_delivery_is_counted_once_whatever_window_it_ends_in(watched: Watched) -> None:  # noqa: F811
    delivery = deliver(watched, 200, "waiting")
    before = watched.post("stats", {"to_date": ago(minutes=100)}, version="v1").json()["outbound"]
    Delivery.objects.filter(pk=delivery.pk).update(state="succeeded", finished_at=NOW)
    count_ended([(claimed_of(delivery, attempt=2), DeliveryState.SUCCEEDED)])
    fold()
    after = watched.post("stats", {"to_date": ago(minutes=100)}, version="v1").json()["outbound"]
    assert (before["pending_count"], before["total_events"]) == (1, 1)
    assert (after["pending_count"], after["success_count"], after["total_events"]) == (0, 1, 1)


@pytest.mark.parametrize("hours", [0.1, 1.1, 5.4])
@pytest.mark.parametrize("is_folded", [True, False])
def test_any_window_counts_the_deliveries_that_were_made_in_it(
    watched: Watched,  # noqa: F811
    hours: float,
    is_folded: bool,
) -> None:
    for number in range(60):
        deliver(watched, number * 7, ("succeeded", "failed", "waiting")[number % 3])
    if is_folded:
        fold()
    expected = [number for number in range(60) if number * 7 <= hours * 60]
    answer = watched.post("stats", {"from_date": ago(hours=hours)}, version="v1").json()["outbound"]
    assert answer["total_events"] == len(expected)
    assert answer["pending_count"] == sum(number % 3 == 2 for number in expected)


def test_tests_of_webhooks_count_nowhere(watched: Watched) -> None:  # noqa: F811
    deliver(watched, 1, "succeeded", is_test=True)
    deliver(watched, 1, "waiting", is_test=True)
    assert watched.post("stats", version="v1").json()["outbound"] == NO_OUTBOUND


def test_inbound_rows_have_the_words_of_this_version(watched: Watched) -> None:  # noqa: F811
    watched.record(
        watched.span(9, correlation_id="c-1"),
        watched.span(8, "info", correlation_id="c-1"),
        watched.span(7, "warning", correlation_id="c-2"),
        watched.span(6, "error", category="timeout"),
        watched.span(5, "error", sync_type="outbound", correlation_id="c-3"),
    )
    assert watched.post("stats", version="v1").json()["inbound"] == {
        "total_events": 4,
        "success_count": 1,
        "error_count": 1,
        "skipped_count": 1,
        "warning_count": 1,
        "success_rate": 33.33,
        "last_error_at": "2026-01-15T07:54:00.000Z",
        "total_correlations": 2,
    }


def test_correlations_of_a_crowded_window_are_not_counted(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("monitoring.correlations.MOST_SPANS", 2)
    watched.record(*[watched.span(1, correlation_id="c") for _ in range(3)])
    assert MOST_SPANS == 100_000
    assert "total_correlations" not in watched.post("stats", version="v1").json()["inbound"]


def test_inbound_breaks_down_by_several_things_at_once(watched: Watched) -> None:  # noqa: F811
    watched.record(
        *[watched.span(1, "error", category="timeout", object_type="contact") for _ in range(3)],
        watched.span(1, "warning", category="validation", object_type="contact"),
    )
    query = {"inbound_group_by": ["status", "error_category", "event_name", "date", "use_case_id"]}
    [errors, warnings] = watched.post("stats", query, version="v1").json()["inbound"]["breakdown"]
    assert errors == {
        "status": "error",
        "error_category": "timeout",
        "event_name": "contact",
        "date": "2026-01-15",
        "use_case_id": None,
        "count": 3,
        "total_events": 3,
        "success_count": 0,
        "error_count": 3,
        "skipped_count": 0,
        "warning_count": 0,
        "success_rate": 0,
    }
    assert (warnings["status"], warnings["error_category"]) == ("warning", None)


def test_outbound_breaks_down_by_event_webhook_and_status(watched: Watched) -> None:  # noqa: F811
    deliver(watched, 1, "succeeded", "event_A", webhook_id="wh_1")
    deliver(watched, 1, "waiting", "event_A", webhook_id="wh_1")
    deliver(watched, 1, "failed", "event_B", webhook_id="wh_2")
    query = {"outbound_group_by": ["webhook_config_id", "event_name"]}
    [one, two] = watched.post("stats", query, version="v1").json()["outbound"]["breakdown"]
    assert (one["webhook_config_id"], one["event_name"], one["count"]) == ("wh_1", "event_A", 2)
    assert (one["pending_count"], one["success_rate"], two["error_count"]) == (1, 100, 1)
    statuses = watched.post("stats", {"outbound_group_by": ["status"]}, version="v1").json()["outbound"]["breakdown"]
    assert {part["status"]: part["count"] for part in statuses} == {"succeeded": 1, "pending": 1, "failed": 1}


@pytest.mark.parametrize(
    ("name", "query", "path"),
    [
        ("stats", {"inbound_group_by": ["colour"]}, "inbound_group_by"),
        ("stats", {"inbound_group_by": "status"}, "inbound_group_by"),
        ("stats", {"outbound_group_by": ["use_case_id"]}, "outbound_group_by"),
        ("stats", {"from_date": ago(hours=1), "to_date": ago(hours=2)}, "from_date"),
        ("stats", {"from_date": ago(hours=1), "from": ago(hours=2)}, "from_date"),
        ("timeseries", {"interval": "1h"}, "from_date"),
        ("timeseries", {"from_date": ago(days=31), "interval": "1h"}, "interval"),
        ("timeseries", {"from_date": ago(hours=1), "interval": "1h", "direction": "up"}, "direction"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(
    watched: Watched,  # noqa: F811
    name: str,
    query: dict[str, Any],
    path: str,
) -> None:
    answer = watched.post(name, query, version="v1")
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)


def test_a_series_has_both_directions(watched: Watched) -> None:  # noqa: F811
    watched.record(watched.span(70, "error"), watched.span(10, "info"))
    deliver(watched, 5, "succeeded")
    deliver(watched, 5, "waiting")
    answer = watched.post("timeseries", {"from_date": ago(hours=2), "interval": "1h"}, version="v1").json()
    empty = {"success_count": 0, "error_count": 0, "pending_count": 0, "total_count": 0}
    nothing = {"success_count": 0, "error_count": 0, "warning_count": 0, "skipped_count": 0, "total_count": 0}
    assert answer["buckets"] == [
        {
            "timestamp": "2026-01-15T06:00:00.000Z",
            "inbound": nothing | {"error_count": 1, "total_count": 1},
            "outbound": empty,
        },
        {
            "timestamp": "2026-01-15T07:00:00.000Z",
            "inbound": nothing | {"skipped_count": 1, "total_count": 1},
            "outbound": empty | {"success_count": 1, "pending_count": 1, "total_count": 2},
        },
    ]


@pytest.mark.parametrize(("direction", "missing"), [("inbound", "outbound"), ("outbound", "inbound")])
def test_a_direction_that_nobody_asked_for_is_null(watched: Watched, direction: str, missing: str) -> None:  # noqa: F811
    query = {"from_date": ago(hours=1), "interval": "1h", "direction": direction}
    [bucket] = watched.post("timeseries", query, version="v1").json()["buckets"]
    assert bucket[missing] is None
    assert bucket[direction] is not None


def test_more_deliveries_cost_no_more_queries(watched: Watched) -> None:  # noqa: F811
    watched.post("stats", version="v1")
    with CaptureQueriesContext(connection) as before:
        watched.post("stats", version="v1")
    for state in ("succeeded", "failed", "waiting"):
        deliver(watched, 10, state)
    fold()
    with CaptureQueriesContext(connection) as after:
        watched.post("stats", version="v1")
    assert len(after) == len(before)


def ask(watched: Watched, name: str, body: dict[str, Any]) -> Any:  # noqa: F811
    return watched.client.post(f"/v1/monitoring/{name}", json.dumps(body), content_type="application/json")


def test_the_guide_asks_with_the_integration_in_the_body(watched: Watched) -> None:  # noqa: F811
    watched.record(watched.span(9, "error"), watched.span(8, "info"), watched.span(7))
    body = {"integration_id": str(watched.integration.pk), "from": ago(hours=1), "to": ago(hours=0)}
    rows = ask(watched, "events", body | {"status": ["error", "skipped"], "limit": 100}).json()
    assert ([row["status"] for row in rows["data"]], rows["has_more"]) == (["skipped", "error"], False)
    assert ask(watched, "events", body | {"status": "error"}).json()["data"][0]["status"] == "error"
    assert ask(watched, "stats", body).json()["inbound"]["total_events"] == 3


@pytest.mark.parametrize("name", ["events", "stats"])
@pytest.mark.parametrize(
    ("body", "status"), [({}, 400), ({"integration_id": "x"}, 400), ({"integration_id": str(UUID(int=9))}, 404)]
)
def test_the_guide_needs_an_integration(watched: Watched, name: str, body: dict[str, Any], status: int) -> None:  # noqa: F811
    assert ask(watched, name, body).status_code == status


@pytest.mark.parametrize("status", ["loud", ["error", "loud"], [7], 7])
def test_the_guide_knows_four_statuses(watched: Watched, status: Any) -> None:  # noqa: F811
    answer = ask(watched, "events", {"integration_id": str(watched.integration.pk), "status": status})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "status")
