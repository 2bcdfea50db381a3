"""Stages and schedules as Celery tasks."""

from __future__ import annotations

import pytest
from django.conf import settings

from hub import celery
from hub.celery import app, beat_schedule, schedule_task, stage_task
from hub.models import WorkerHeartbeat

calls = []


def busy():
    """A stage that did three things."""
    calls.append("busy")
    return 3


@pytest.fixture(autouse=True)
def _no_calls(monkeypatch):
    calls.clear()
    monkeypatch.setattr(celery, "close_old_connections", lambda: None)
    monkeypatch.setattr(celery.heartbeat, "next_s", 0.0)


def test_every_stage_and_schedule_is_a_task_of_its_own_name():
    assert {*settings.WORKER_STAGES, *settings.SCHEDULES} <= set(app.tasks)


def test_every_stage_is_swept_and_every_schedule_runs_at_its_pace():
    schedule = beat_schedule()
    assert {schedule[path]["schedule"] for path in settings.WORKER_STAGES} == {celery.SWEEP_S}
    assert {path: schedule[path]["schedule"] for path in settings.SCHEDULES} == settings.SCHEDULES


def test_every_scheduled_task_has_a_queue_that_is_consumed():
    consumed = {queue.name for queue in app.conf.task_queues}
    assert {entry["options"]["queue"] for entry in beat_schedule().values()} <= consumed


def test_no_two_queues_share_an_exchange():
    exchanges = [queue.exchange.name for queue in app.conf.task_queues]
    assert len(exchanges) == len(set(exchanges))


def test_a_task_calls_its_stage_and_leaves_a_sign_of_life(db):
    assert stage_task("tests.hub.test_celery.busy")() == 3
    assert WorkerHeartbeat.objects.count() == 1


def test_a_task_tolerates_arguments_of_a_later_version(db):
    schedule_task("tests.hub.test_celery.busy")(shard=3)
    assert calls == ["busy"]


def test_messages_are_json_only():
    assert (app.conf.accept_content, app.conf.task_serializer) == (["json"], "json")


def test_a_message_is_given_back_when_its_worker_dies():
    assert (app.conf.task_acks_late, app.conf.worker_prefetch_multiplier) == (True, 1)
