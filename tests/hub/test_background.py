"""The doorbell of the worker."""

from __future__ import annotations

import contextlib
import os
import time
import uuid

import pytest
import redis
from django.db import transaction

from hub import background
from hub.background import SILENCE_S, Doorbell, answer, queue_of, ring

REDIS_URL = os.environ.get("CELERY_BROKER_URL", "")
"""Of the round on PostgreSQL + Redis. Celery prefers this variable to anything it is told."""
NOWHERE_URL = "redis://127.0.0.1:1/0"
WAIT_S = 5


def eventually(holds):
    until = time.monotonic() + WAIT_S
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_without_a_broker_nothing_rings(settings):
    settings.CELERY_BROKER_URL = ""
    ring("inbound.process.work")
    assert background._doorbell.cache_info().currsize == 0


def test_a_stage_is_announced_in_the_queue_of_its_app():
    assert queue_of("inbound.process.work") == "inbound"


def test_a_dead_broker_costs_the_caller_nothing():
    bell = Doorbell(NOWHERE_URL, NOWHERE_URL)
    began = time.monotonic()
    bell.ring("inbound.process.work")
    assert time.monotonic() - began < 0.1


def test_after_a_failure_the_bell_is_silent_for_a_while():
    bell = Doorbell(NOWHERE_URL, NOWHERE_URL)
    bell.ring("inbound.process.work")
    assert eventually(lambda: bell.silent_until_s > 0)
    assert bell.silent_until_s - time.monotonic() > SILENCE_S - WAIT_S


@pytest.fixture
def server():
    return redis.Redis.from_url(REDIS_URL)


@pytest.fixture
def stage(server):
    name = f"test{uuid.uuid4().hex}.work"
    yield name
    server.delete(queue_of(name), f"hub:bell:{name}", f"other:bell:{name}", f"_kombu.binding.{queue_of(name)}")


@pytest.mark.services
def test_many_rings_at_once_are_one_message(server, stage, monkeypatch):
    # However long a busy machine takes for fifty.
    monkeypatch.setattr(background, "COALESCE_MS", 60_000)
    bell = Doorbell(REDIS_URL, REDIS_URL)
    for _ in range(50):
        bell.ring(stage)
    assert eventually(lambda: server.llen(queue_of(stage)) == 1)
    assert eventually(bell.is_quiet)
    assert server.llen(queue_of(stage)) == 1


@pytest.mark.services
def test_a_bell_that_was_answered_rings_again(server, stage, settings):
    settings.HUB_REDIS_URL = REDIS_URL
    bell = Doorbell(REDIS_URL, REDIS_URL)
    bell.ring(stage)
    assert eventually(lambda: server.llen(queue_of(stage)) == 1)
    answer(stage)
    bell.ring(stage)
    assert eventually(lambda: server.llen(queue_of(stage)) == 2)


@pytest.mark.services
def test_the_bell_of_another_hub_on_the_same_redis_silences_nobody(server, stage, settings):
    settings.HUB_REDIS_PREFIX = "other:"
    server.set(f"hub:bell:{stage}", 1, px=60_000)
    Doorbell(REDIS_URL, REDIS_URL).ring(stage)
    assert eventually(lambda: server.llen(queue_of(stage)) == 1)


@pytest.fixture
def _broker(settings):
    settings.CELERY_BROKER_URL = settings.HUB_REDIS_URL = REDIS_URL
    background._doorbell.cache_clear()
    yield
    background._doorbell.cache_clear()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_broker")
def test_the_bell_rings_after_the_commit_only(server, stage):
    with transaction.atomic():
        background.after_commit(stage)
        assert background._doorbell.cache_info().currsize == 0
    assert eventually(lambda: server.llen(queue_of(stage)) == 1)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_broker")
def test_a_rolled_back_transaction_rings_nothing():
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        background.after_commit("a.stage")
        raise ZeroDivisionError
    assert background._doorbell.cache_info().currsize == 0
