"""Spans that a middleware pushes, and the trace that they become part of (api.md A.5 and A.6)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from hub.accounts.models import Organization
from hub.retention.models import RetentionAge
from monitoring.counting.folding import fold_spans
from monitoring.models import MonitoringEvent
from tests.inbound.conftest import Erp, customer, drain
from tests.monitoring.api.conftest import Watched, ago

pytestmark = pytest.mark.django_db


def pushed(**fields: Any) -> dict[str, Any]:
    span = {"correlation_id": "c-1", "level": "success", "use_case_slug": "customer", "message": "Sent on."}
    return span | {"occurred_at": ago(minutes=1)} | fields


def test_a_pushed_span_is_kept_with_the_code_of_its_level(watched: Watched) -> None:
    use_case = watched.use_case()
    answer = watched.post("external-events", {"events": [pushed(level="error", code="MINE", detail={"step": 2})]})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "rejected": 0})
    [row] = watched.post("events").json()["data"]
    assert (row["code"], row["use_case_id"], row["use_case_type"]) == ("EXTERNAL_ERROR", str(use_case), "")
    assert (row["message"], row["detail"], row["event_id"]) == ("Sent on.", {"step": 2}, "")


def test_an_unknown_slug_groups_its_spans_under_itself(watched: Watched) -> None:
    watched.post("external-events", {"events": [pushed(use_case_slug="Elsewhere/Flow")]})
    [row] = watched.post("events").json()["data"]
    assert row["use_case_id"] == "Elsewhere/Flow"


@pytest.mark.parametrize("is_folded", [True, False])
def test_statistics_name_an_unknown_slug_as_its_rows_do(watched: Watched, is_folded: bool) -> None:
    use_case = watched.use_case()
    watched.record(watched.span(object_type="invoice"))
    watched.post("external-events", {"events": [pushed(), pushed(use_case_slug="Elsewhere/Flow")]})
    if is_folded:
        fold_spans()
    answer = watched.post("stats", {"group_by": "use_case_id"}).json()
    assert {part["use_case_id"]: part["count"] for part in answer["breakdown"]} == {
        str(use_case): 1,
        "Elsewhere/Flow": 1,
        None: 1,
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"level": "loud"}, "level: must be one of success, info, warning, error"),
        ({"level": ["info"]}, "level: must be one of success, info, warning, error"),
        ({"level": {}}, "level: must be one of success, info, warning, error"),
        ({"message": ""}, "message: must be a text that is not empty"),
        ({"message": 7}, "message: must be a text that is not empty"),
        ({"correlation_id": None}, "correlation_id: must be a text that is not empty"),
        ({"correlation_id": "c" * 256}, "correlation_id: must not be longer than 255 characters"),
        ({"use_case_slug": "s" * 256}, "use_case_slug: must not be longer than 255 characters"),
        ({"occurred_at": "now"}, "occurred_at: must be a date-time with an offset, such as 2026-01-15T08:00:00Z"),
        ({"occurred_at": ago(days=91)}, "occurred_at: must lie within the last 90 days"),
        ({"occurred_at": ago(hours=-1)}, "occurred_at: must lie within the last 90 days"),
        ({"detail": "x"}, "detail: must be an object"),
        ({"detail": {"x": "y" * 17_000}}, "detail: must not be longer than 16384 bytes"),
        ({"detail": {"x": 2**70}}, "detail: must not hold an integer of more than 64 bits"),
        ({"message": "a\0b"}, "contains a NUL character or half of a surrogate pair"),
        ({"correlation_id": "c-\ud800"}, "contains a NUL character or half of a surrogate pair"),
        ({"detail": {"x": [{"a\0": 1}]}}, "contains a NUL character or half of a surrogate pair"),
        ({"message": "m" * (1024 * 1024 + 1)}, "contains a text of more than 1048576 characters"),
        ({"detail": json.loads('{"x":' * 101 + "1" + "}" * 101)}, "is nested deeper than 100 levels"),
    ],
)
def test_a_bad_span_never_fails_the_others(watched: Watched, fields: dict[str, Any], reason: str) -> None:
    answer = watched.post("external-events", {"events": [pushed(), pushed(**fields), pushed()]}).json()
    assert (answer["accepted"], answer["rejected"]) == (2, 1)
    assert answer["results"][1] == {"index": 1, "status": "rejected", "reason": reason}
    assert MonitoringEvent.objects.count() == 2


@pytest.mark.parametrize(("kept", "ended", "accepted"), [(7, 8, 0), (7, 6, 1), (400, 399, 1), (400, 401, 0)])
def test_a_span_may_be_as_old_as_the_organization_keeps_spans(
    watched: Watched, organization: Organization, kept: int, ended: int, accepted: int
) -> None:
    RetentionAge.objects.create(organization=organization, kind="spans", days=kept)
    answer = watched.post("external-events", {"events": [pushed(occurred_at=ago(days=ended))]}).json()
    assert answer["accepted"] == accepted
    reasons = [one["reason"] for one in answer.get("results", [])]
    assert reasons == [f"occurred_at: must lie within the last {kept} days"] * (1 - accepted)


def test_what_stands_beside_the_spans_still_fails_the_batch(watched: Watched) -> None:
    answer = watched.post("external-events", {"events": [pushed()], "name": "a\0b"})
    assert (answer.status_code, MonitoringEvent.objects.count()) == (400, 0)


def test_what_is_no_object_is_refused_by_its_place(watched: Watched) -> None:
    answer = watched.post("external-events", {"events": ["span"]}).json()
    assert answer["results"] == [{"index": 0, "status": "rejected", "reason": "must be an object"}]


@pytest.mark.parametrize("events", [None, [], "x", [pushed()] * 101])
def test_a_batch_has_one_to_a_hundred_spans(watched: Watched, events: Any) -> None:
    answer = watched.post("external-events", {"events": events})
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "events")


def test_a_clock_that_is_ahead_a_little_is_forgiven(watched: Watched) -> None:
    watched.post("external-events", {"events": [pushed(occurred_at=ago(minutes=-4))]})
    assert watched.post("stats").json()["total_events"] == 1


def test_first_monitoring_knows_no_pushed_spans(watched: Watched) -> None:
    watched.post("external-events", {"events": [pushed()]})
    assert watched.post("inbound-events", version="v1").json()["data"] == []


def test_a_trace_runs_from_the_event_through_other_systems(erp: Erp, client_of: Any) -> None:
    [event] = erp.send(erp.event(customer("1"), correlation_id="order/4711:a b"))
    drain()
    watched = Watched(erp.integration, client_of(erp.token))
    told = pushed(correlation_id="order/4711:a b", level="warning", occurred_at=ago(days=1))
    watched.post("external-events", {"events": [told]})
    trace = watched.get(f"traces/{quote('order/4711:a b', safe='')}").json()
    assert [span["code"] for span in trace["spans"]] == ["EXTERNAL_WARNING", "ENTITY_CREATED"]
    assert (trace["status"], trace["span_count"], trace["truncated"]) == ("warning", 2, False)
    assert trace["inbound_event"]["event_id"] == event.event_id
    assert trace["started_at"] < trace["ended_at"]


def test_the_worst_level_is_the_status_of_a_trace(watched: Watched) -> None:
    levels = ["info", "success", "warning", "error"]
    for number, level in enumerate(levels):
        watched.record(watched.span(1, level, correlation_id="c-1"))
        assert watched.get("traces/c-1").json()["status"] == levels[number]


def test_of_a_long_trace_the_earliest_spans_are_shown(watched: Watched) -> None:
    watched.record(*[watched.span(600 - number, correlation_id="c", message=str(number)) for number in range(501)])
    trace = watched.get("traces/c").json()
    assert (trace["span_count"], trace["truncated"], trace["spans"][0]["message"]) == (500, True, "0")


def test_an_id_that_nobody_used_is_a_trace_without_spans(watched: Watched) -> None:
    answer = watched.get("traces/nothing")
    assert (answer.status_code, answer.json()["spans"], answer.json()["started_at"]) == (200, [], None)
