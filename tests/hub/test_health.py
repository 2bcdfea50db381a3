"""Whether the hub lives and can serve."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from hub import health
from hub.health import beat
from hub.models import WorkerHeartbeat
from tests.builders import NOW


def ready():
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()


def test_a_process_that_answers_lives_without_asking_the_database():
    assert Client().get("/livez").json() == {"status": "alive"}


def test_a_migrated_database_is_ready(db):
    status, found = ready()
    assert (status, found["status"], found["migrations"]) == (200, "ready", "applied")


def test_a_missing_worker_is_told_but_does_not_stop_the_intake(db):
    assert ready()[1]["worker"] == {"status": "missing"}


def test_a_worker_heard_of_lately_is_alive(db, clock):
    beat(name="embedded", process_id=1, at=NOW)
    clock.move(seconds=12)
    assert ready()[1]["worker"] == {"status": "alive", "age_s": 12.0}


def test_a_worker_not_heard_of_for_long_is_silent(db, clock):
    beat(name="embedded", process_id=1, at=NOW)
    clock.move(seconds=31)
    assert ready()[1]["worker"]["status"] == "silent"


def test_a_worker_has_one_row_however_often_it_beats(db):
    for _ in range(3):
        beat(name="embedded", process_id=1, at=NOW)
    assert WorkerHeartbeat.objects.count() == 1


def test_a_worker_that_ended_long_ago_is_forgotten(db, clock):
    beat(name="old", process_id=1, at=NOW)
    beat(name="new", process_id=2, at=clock.move(days=2))
    assert list(WorkerHeartbeat.objects.values_list("process_id", flat=True)) == [2]


def test_workers_of_one_name_on_two_machines_are_two(db, monkeypatch):
    for machine in ("north", "south"):
        monkeypatch.setattr(health.platform, "node", lambda machine=machine: machine)
        beat(name="embedded", process_id=1, at=NOW)
    assert health.count_workers(NOW) == 2


@pytest.fixture
def _a_missing_migration(db, monkeypatch):
    monkeypatch.setattr(health._migrations, "seen_applied", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'hub'")


@pytest.mark.usefixtures("_a_missing_migration")
def test_a_missing_migration_is_not_ready():
    status, found = ready()
    assert (status, found["migrations"]) == (503, "missing")


def test_a_database_out_of_reach_is_not_ready(db, monkeypatch):
    def fail(*args, **kwargs):
        raise health.DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", fail)
        status, found = ready()
    assert (status, found["database"]) == (503, "unreachable")


@pytest.mark.parametrize("address", ["/livez", "/readyz", "/metrics"])
def test_nothing_is_posted_to_it(address, settings, db):
    settings.HUB_METRICS_TOKEN = "t"
    assert Client(enforce_csrf_checks=True).post(address).status_code == 405
