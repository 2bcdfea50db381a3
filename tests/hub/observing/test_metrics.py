"""Whoever holds the token reads numbers that agree in every process; nobody else learns that there are any."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from hub import health
from hub.jsonata.ends import ENDS, End
from hub.models import WorkerHeartbeat
from hub.observing import exposition
from hub.observing.readings import METRICS
from inbound.models import QueuedEvent
from monitoring.counters import Counted, count, fold
from tests.builders import NOW
from tools import ROOT

TOKEN = "m3trics-token-of-the-test"


@pytest.fixture(autouse=True)
def _nothing_kept():
    exposition.forget_all()
    yield
    exposition.forget_all()


@pytest.fixture
def _guarded(settings):
    settings.HUB_METRICS_TOKEN = TOKEN


def asked(**headers):
    return Client(headers=headers).get("/metrics")


def numbers():
    """Name and labels → value, as a scraper reads the page."""
    exposition.forget_all()
    text = Client().get("/metrics").content.decode()
    families = text_string_to_metric_families(text)
    return {(one.name, *sorted(one.labels.items())): one.value for each in families for one in each.samples}


def end_events(number, status="success"):
    count([Counted(1, UUID(int=1), UUID(int=1), "inbound", status, NOW, 3)] * number)


@pytest.mark.usefixtures("_guarded", "db")
def test_the_token_opens_the_page():
    answer = asked(authorization=f"Bearer {TOKEN}")
    assert (answer.status_code, b"hub_database_up 1.0" in answer.content) == (200, True)


@pytest.mark.usefixtures("_guarded")
@pytest.mark.parametrize("presented", ["", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ", "Bearer t\u00f6ken"])
def test_without_the_token_nothing_is_told(presented):
    answer = asked(authorization=presented)
    assert (answer.status_code, b"hub_" in answer.content) == (401, False)


def test_without_the_setting_there_is_no_page_in_production(settings):
    settings.HUB_DEVELOPMENT = False
    assert asked().status_code == 404


def test_without_the_setting_development_answers_its_own_machine_only(db):
    statuses = [Client(REMOTE_ADDR=address).get("/metrics").status_code for address in ("127.0.0.1", "192.0.2.7")]
    assert statuses == [200, 404]


def test_a_database_out_of_reach_is_a_number_and_no_failure(db, monkeypatch):
    def fail(*args, **kwargs):
        raise exposition.DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", fail)
        assert numbers()["hub_database_up",] == 0


def ended_totals():
    return {dict(key[1:])["status"]: value for key, value in numbers().items() if key[0] == "hub_events_ended_total"}


def test_ended_events_count_the_same_before_and_after_they_are_folded(db):
    end_events(3)
    end_events(2, "error")
    before = ended_totals()
    fold()
    assert before == ended_totals() == {"success": 3, "error": 2}


def test_what_was_folded_and_what_was_not_add_up(db):
    end_events(3)
    fold()
    end_events(4)
    assert ended_totals() == {"success": 7}


def test_the_queue_tells_its_length_and_its_oldest_event(db, clock):
    received = NOW - timedelta(seconds=90)
    event_id = UUID(int=int(received.timestamp() * 1000) << 80)
    QueuedEvent.objects.create(sequence=1, lane_id=1, event_id=event_id, body_bytes=2)
    found = numbers()
    assert found["hub_queue_rows", ("queue", "inbound")] == 1
    assert found["hub_queue_oldest_age_seconds", ("queue", "inbound")] == 90


def test_a_worker_is_told_with_the_age_of_its_last_sign_of_life(db, clock):
    health.beat(name="embedded", process_id=1, at=NOW)
    clock.move(seconds=12)
    found = numbers()
    assert (found["hub_workers_alive",], found["hub_worker_heartbeat_age_seconds",]) == (1, 12)


def test_a_living_worker_tells_how_many_mapping_children_it_has_replaced(db, clock):
    health.beat(name="embedded", process_id=1, at=NOW)
    WorkerHeartbeat.objects.update(children_broken=2, children_worn=5)
    [name] = WorkerHeartbeat.objects.values_list("name", flat=True)
    found = numbers()
    told = {reason: ("hub_mapping_children_ended_total", ("reason", reason), ("worker", name)) for reason in End}
    assert (found[told[End.BROKEN]], found[told[End.WORN]]) == (2, 5)
    clock.move(seconds=31)
    assert told[End.BROKEN] not in numbers()


def test_a_worker_reports_the_children_of_its_own_process(db):
    ENDS.note(End.BROKEN)
    health.beat(name="embedded", process_id=1, at=NOW)
    assert WorkerHeartbeat.objects.get().children_broken == ENDS.counted()[End.BROKEN] > 0


def missed_requests():
    counted = {key: value for key, value in numbers().items() if key[0] == "hub_http_requests_total"}
    return sum(value for key, value in counted.items() if ("status", "4xx") in key)


def test_requests_are_counted_by_class_of_status(db):
    before = missed_requests()
    Client().get("/nowhere")
    assert missed_requests() == before + 1


def test_every_number_from_the_database_is_explained_and_no_label_names_a_tenant(db):
    health.beat(name="embedded", process_id=1, at=NOW)
    end_events(1)
    exposition.forget_all()
    families = {each.name: each for each in text_string_to_metric_families(asked().content.decode())}
    assert set(METRICS) <= set(families)
    labels = {label for each in families.values() for one in each.samples for label in one.labels}
    assert labels == {"direction", "le", "process", "queue", "reason", "state", "status", "worker"}


def test_many_scrapers_cost_one_reading(db, count_queries):
    asked()
    with count_queries() as counted:
        asked()
    assert len(counted) == 0


@pytest.mark.parametrize("rows", [1, 40])
def test_a_reading_costs_the_same_whatever_waits(db, count_queries, rows):
    QueuedEvent.objects.bulk_create(
        QueuedEvent(sequence=number, lane_id=1, event_id=UUID(int=number), body_bytes=2) for number in range(rows)
    )
    with count_queries() as counted:
        asked()
    assert len(counted) == 13


def test_the_page_for_operators_names_every_metric():
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    exposed = [f"{name}_total" if metric.kind == "counter" else name for name, metric in METRICS.items()]
    assert [name for name in exposed if f"`{name}`" not in page] == []
