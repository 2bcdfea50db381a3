"""The charts page: what was counted in each slot, gaps where nothing was, and ways to the rows behind it."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from hub import database
from hub.web.templatetags.numbers import GROUP
from inbound.query import TooSlow
from monitoring.counters import Counted, count, fold, window_of
from monitoring.gauge_history import WHOLE
from monitoring.gauges import POLL_QUEUE_AGE, QUEUE_AGE
from monitoring.models import Bucket, BucketDelta, GaugeBucket
from tests.builders import NOW, make_integration, make_organization, make_use_case
from tests.cast import NEIGHBOUR_OWNER, VIEWER

pytestmark = pytest.mark.django_db

PAGE = "/app/statistics"


@pytest.fixture
def use_case(organization):
    """One that events are counted for."""
    return make_use_case(integration=make_integration(organization=organization, name="SAP"), slug="customer-sync")


@pytest.fixture
def viewer(client_of):
    """Somebody who may look."""
    return client_of(VIEWER)


def note(use_case, status, *, events=1, ago=timedelta(minutes=7), took_ms=180, direction="inbound"):
    """Count that many events that ended so long ago."""
    place = (use_case.organization_id, use_case.integration_id, use_case.pk, direction, status)
    count([Counted(*place, at=NOW - ago, duration_ms=took_ms)] * events)


def charts(client, query=""):
    answer = client.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return {chart.key: chart for chart in answer.context["charts"]}


def values(chart, look):
    [line] = [line for line in chart.lines if line.look == look]
    return line.values


@pytest.mark.parametrize("is_folded", [False, True])
@pytest.mark.parametrize("window", ["1h", "24h", "7d", "30d", "90d"])
def test_events_are_drawn_in_every_window_before_and_after_they_are_folded(viewer, use_case, window, is_folded):
    note(use_case, "success", events=3)
    note(use_case, "error")
    if is_folded:
        fold()
    throughput = charts(viewer, f"?window={window}")["throughput"]
    assert [one for one in values(throughput, "success") if one is not None] == [3]
    assert [one for one in values(throughput, "error") if one is not None] == [1]


def test_an_event_stands_in_the_slot_in_which_it_ended(viewer, use_case):
    note(use_case, "success", ago=timedelta(minutes=7))
    [row] = [row for row in charts(viewer, "?window=1h")["throughput"].rows if row.cells == ("1",)]
    assert row.slot.since <= NOW - timedelta(minutes=7) < row.slot.until


def test_where_nothing_was_counted_there_is_a_gap_and_no_zero(viewer, use_case):
    note(use_case, "success")
    found = charts(viewer, "?window=1h")
    assert values(found["throughput"], "success").count(None) == 12
    assert 0 not in values(found["throughput"], "success")
    assert values(found["success"], "rate").count(None) == 12


def test_a_status_that_a_counted_slot_had_nothing_of_is_zero(viewer, use_case):
    note(use_case, "success", ago=timedelta(minutes=7))
    note(use_case, "error", ago=timedelta(minutes=17))
    assert [one for one in values(charts(viewer, "?window=1h")["throughput"], "error") if one is not None] == [1, 0]


def test_the_success_rate_leaves_out_what_had_nothing_to_do(viewer, use_case):
    note(use_case, "success", events=3)
    note(use_case, "error")
    note(use_case, "skipped", events=6)
    assert [one for one in values(charts(viewer)["success"], "rate") if one is not None] == [75]


def test_percentiles_come_from_the_bins_of_the_durations(viewer, use_case):
    note(use_case, "success", events=90, took_ms=100)
    note(use_case, "success", events=10, took_ms=5000)
    duration = charts(viewer)["duration"]
    [half], [slow] = ([one for one in values(duration, look) if one is not None] for look in ("p50", "p95"))
    assert 64 <= half < 128
    assert 4096 <= slow < 8192


def test_times_to_acknowledgement_are_those_of_what_was_confirmed(viewer, use_case):
    note(use_case, "success", direction="ack", took_ms=3000)
    note(use_case, "timeout", direction="ack", took_ms=500_000)
    found = charts(viewer)
    [slow] = [one for one in values(found["acknowledgement"], "p95") if one is not None]
    assert 2048 <= slow < 4096
    assert found["throughput"].is_empty


def test_deliveries_are_drawn_where_they_are_asked_for(viewer, use_case):
    note(use_case, "error", direction="outbound", events=2)
    note(use_case, "success")
    assert [line.look for line in charts(viewer, "?direction=outbound")["throughput"].lines] == ["error"]
    assert "/app/deliveries?" in viewer.get(f"{PAGE}?direction=outbound").content.decode()


def test_a_filter_leaves_other_use_cases_out(viewer, use_case, organization):
    other = make_use_case(integration=make_integration(organization=organization, name="Other"), slug="other")
    note(use_case, "success", events=2)
    note(other, "success", events=5)
    for query in (f"?use_case={use_case.pk}", f"?integration={use_case.integration_id}"):
        shown = values(charts(viewer, query)["throughput"], "success")
        assert [one for one in shown if one is not None] == [2]


def test_nobody_sees_what_another_organization_counted(client_of, use_case):
    note(use_case, "success")
    answer = client_of(NEIGHBOUR_OWNER).get(f"{PAGE}?use_case={use_case.pk}")
    assert answer.context["is_empty"]


def test_a_row_of_the_table_opens_the_events_that_it_counts(viewer, use_case):
    note(use_case, "success", events=1204)
    page = viewer.get(f"{PAGE}?window=1h&use_case={use_case.pk}").content.decode()
    [address] = re.findall(rf'href="([^"]+)">[^<]+</a></th><td class="ih-number">1{GROUP}204</td>', page)
    address = unescape(address)
    assert urlsplit(address).path == "/app/events"
    asked = parse_qs(urlsplit(address).query)
    assert asked["use_case"] == [str(use_case.pk)]
    assert asked["from"][0] < "2026-01-15T07:53:00Z" < asked["to"][0]
    assert viewer.get(address).context["histogram"].total == 1204


def test_what_the_script_draws_are_the_numbers_of_the_table(viewer, use_case):
    note(use_case, "success", events=7)
    page = viewer.get(PAGE).content.decode()
    [text] = re.findall(r'<script id="chart-data-throughput" type="application/json">(.+?)</script>', page)
    [line] = json.loads(text)["lines"]
    assert [one for one in line["values"] if one is not None] == [7]
    assert [text for text in line["texts"] if text != "–"] == ["7"]


def test_only_the_slot_that_is_not_over_is_called_unfinished(viewer, use_case):
    note(use_case, "success")
    rows = charts(viewer, "?window=24h")["throughput"].rows
    assert [row.slot.is_live for row in rows] == [False] * (len(rows) - 1) + [True]


def test_a_version_that_took_effect_is_marked(viewer, use_case, organization):
    note(use_case, "success")
    row = use_case.history.create(
        **{field.attname: getattr(use_case, field.attname) for field in use_case._meta.concrete_fields},
        history_date=NOW - timedelta(hours=2),
        history_type="~",
    )
    answer = viewer.get(PAGE)
    assert f"customer-sync@v{row.version}" in [mark["label"] for mark in answer.context["shared"]["marks"]]
    assert f"/use-cases/{use_case.pk}/history" in answer.content.decode()


def test_versions_of_one_slot_share_a_mark(viewer, use_case):
    note(use_case, "success")
    fields = {field.attname: getattr(use_case, field.attname) for field in use_case._meta.concrete_fields}
    for number in (2, 3):
        saved = fields | {"version": number}
        use_case.history.create(**saved, history_date=NOW - timedelta(minutes=7), history_type="~")
    assert [mark["label"] for mark in viewer.get(PAGE).context["shared"]["marks"]].count("2 versions") == 1


def test_a_file_has_a_line_per_slot_and_nothing_where_nothing_was_counted(viewer, use_case):
    note(use_case, "success", events=3)
    note(use_case, "error")
    answer = viewer.get(f"{PAGE}/throughput.csv?window=1h")
    head, *lines = csv.reader(answer.content.decode().splitlines())
    assert head == ["from", "to", "success_count", "error_count"]
    assert len(lines) == 13
    assert [line[2:] for line in lines if line[2:] != ["", ""]] == [["3", "1"]]


def test_a_file_of_no_chart_is_not_there(viewer, organization):
    assert viewer.get(f"{PAGE}/nothing.csv").status_code == 404


def test_an_empty_window_says_when_something_last_ended(viewer, use_case):
    note(use_case, "success", ago=timedelta(days=3))
    fold()
    page = viewer.get(f"{PAGE}?window=1h").content.decode()
    assert "No events in this window" in page
    assert f"3{GROUP}d ago" in page


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-01-15T07:00Z&to=2026-01-15T07:01Z",
        "?from=2001-01-01T00:00Z&to=2199-01-01T00:00Z",
        "?from=2025-03-01T00:00Z&to=2025-05-01T00:00Z",
        "?from=2026-01-12T07:00Z&to=2026-01-12T08:00Z",
        "?from=2026-01-15T09:00Z&to=2026-01-15T07:00Z",
        "?window=forever&use_case=x&direction=up&integration=%00",
    ],
)
def test_any_window_is_drawn_with_few_slots(viewer, use_case, query):
    note(use_case, "success", ago=timedelta(days=3))
    note(use_case, "success")
    fold()
    answer = viewer.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    assert len(answer.context["charts"][0].rows) <= 80


def test_what_is_older_than_five_minutes_are_kept_is_drawn_by_the_hour(viewer, use_case):
    note(use_case, "success", ago=timedelta(days=3, minutes=30), events=4)
    fold()
    shown = charts(viewer, "?from=2026-01-12T06:00Z&to=2026-01-12T09:00Z")["throughput"]
    assert values(shown, "success").count(4) == 1
    assert {row.slot.until - row.slot.since for row in shown.rows} == {timedelta(hours=1)}


def test_more_counters_cost_no_more_queries(viewer, use_case, organization, count_queries):
    note(use_case, "success")
    fold()
    viewer.get(f"{PAGE}?window=7d")
    with count_queries() as few:
        viewer.get(f"{PAGE}?window=7d")
    for hours in range(1, 100, 7):
        for status in ("success", "error", "skipped"):
            note(use_case, status, ago=timedelta(hours=hours))
        fold()
    for number in range(3):
        note(make_use_case(integration=use_case.integration, slug=f"more-{number}"), "success")
    with count_queries() as many:
        viewer.get(f"{PAGE}?window=7d")
    assert len(many) == len(few)


def test_counters_are_found_by_their_index_alone(viewer, use_case, monkeypatch):
    note(use_case, "success")
    for neighbour in [make_use_case(integration=make_integration(organization=make_organization())) for _ in range(20)]:
        for hours in range(1, 11):
            note(neighbour, "success", ago=timedelta(hours=hours))
    fold()
    for table in (Bucket, BucketDelta):  # by age alone it would read what the neighbours have, too
        database.execute(f"ANALYZE {table._meta.db_table}")
    ask, plans = database.rows, []

    def explained(sql, parameters=()):
        explain = "EXPLAIN " if database.vendor() == "postgresql" else "EXPLAIN QUERY PLAN "
        plans.append("\n".join(str(row) for row in ask(explain + sql, parameters)))
        return ask(sql, parameters)

    if database.vendor() == "postgresql":
        database.execute("SET LOCAL enable_seqscan = off")
    monkeypatch.setattr(database, "rows", explained)
    charts(viewer, f"?window=30d&use_case={use_case.pk}")
    assert len(plans) == 3
    for plan in plans:
        assert "Seq Scan" not in plan
        assert "SCAN monitoring" not in plan
    for plan in plans[:2]:
        assert re.search("buckets_by_time|one_bucket_per_window", plan)
        assert re.search("bucket_deltas_by_time", plan)


@pytest.fixture
def waited(use_case):
    """Keeps how long the oldest had waited so long ago, in the use case and its integration."""

    def keep(minutes, *, ago=timedelta(minutes=7), name=QUEUE_AGE):
        starts_at = window_of(NOW - ago)
        for scope_id in (WHOLE, use_case.integration_id, use_case.pk):
            GaugeBucket.objects.create(
                organization_id=use_case.organization_id,
                scope_id=scope_id,
                name=name,
                width_minutes=5,
                starts_at=starts_at,
                highest=minutes,
            )

    return keep


def test_a_queue_that_grows_is_drawn_although_nothing_ends(viewer, waited):
    waited(95)
    answer = viewer.get(f"{PAGE}?window=1h")
    assert not answer.context["is_empty"]
    [row] = [row for row in charts(viewer, "?window=1h")["queue"].rows if row.cells != ("–",)]
    assert row.cells == (f"1{GROUP}h 35{GROUP}min",)


def test_an_empty_queue_is_zero_and_where_nobody_looked_is_a_gap(viewer, use_case, waited):
    note(use_case, "success")
    waited(0)
    ages = values(charts(viewer, "?window=1h")["queue"], "age")
    assert (ages.count(0), ages.count(None)) == (1, 12)


def test_a_queue_that_was_empty_is_nothing_to_look_at_alone(viewer, waited):
    waited(0)
    assert viewer.get(f"{PAGE}?window=1h").context["is_empty"]


def test_the_age_of_a_queue_is_that_of_what_is_asked_for(viewer, organization, use_case, waited):
    waited(12)
    other = make_use_case(integration=make_integration(organization=organization, name="Other"), slug="other")

    def highest(query):
        return max(one or 0 for one in values(charts(viewer, f"?window=1h&{query}")["queue"], "age"))

    assert (highest(f"use_case={use_case.pk}"), highest(f"integration={other.integration_id}")) == (12, 0)


def test_a_use_case_that_nobody_knows_has_no_queue(viewer, waited):
    waited(12)
    assert charts(viewer, f"?window=1h&use_case={uuid4()}")["queue"].is_empty


def test_a_poll_queue_has_no_age_for_a_use_case(viewer, use_case, waited):
    note(use_case, "success", direction="outbound")
    waited(12, name=POLL_QUEUE_AGE)
    assert not charts(viewer, "?window=1h&direction=outbound")["queue"].is_empty
    page = viewer.get(f"{PAGE}?window=1h&direction=outbound&use_case={use_case.pk}").content.decode()
    assert "wait for a whole integration" in page


def test_the_file_of_a_queue_has_minutes(viewer, waited):
    waited(1.5)
    file = viewer.get("/app/statistics/queue.csv?window=1h").content.decode()
    rows = list(csv.reader(file.splitlines()))
    assert rows[0] == ["from", "to", "age_min"]
    assert [row[2] for row in rows[1:] if row[2]] == ["1.5"]


@pytest.fixture
def slow(monkeypatch):
    """A database that takes too long."""

    def give_up(**_wanted):
        raise TooSlow

    monkeypatch.setattr("inbound.ui.charts.page.read_series", give_up)


def test_charts_that_take_too_long_offer_a_shorter_window(viewer, use_case, slow):
    page = viewer.get(f"{PAGE}?use_case={use_case.pk}").content.decode()
    assert "The charts took longer than 5 s" in page
    assert "QUERY_TIMEOUT" in page
    assert f"?use_case={use_case.pk}&amp;window=1h" in page


def test_a_file_that_takes_too_long_says_so(viewer, use_case, slow):
    assert viewer.get(f"{PAGE}/throughput.csv").status_code == 503
