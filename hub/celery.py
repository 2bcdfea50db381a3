"""The Celery app: one task per stage and schedule, named like the function it calls; queues and beat schedule."""

from __future__ import annotations

import logging.config
import os
from collections.abc import Callable

from celery import Celery
from celery.signals import setup_logging, worker_process_init, worker_process_shutdown
from django.conf import settings
from django.db import close_old_connections
from kombu import Exchange, Queue

from hub import background, clock, garbage
from hub.plugins import load
from hub.tracing import spans

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")

SWEEP_S = 2.0
"""How often every stage looks although no bell rang: for rows a lost message left behind, and for timed retries."""
HEARTBEAT_S = 5.0
NEVER = 10**9
"""Tasks after which Celery would close healthy database connections; broken ones are closed before each task."""


class Heartbeat:
    """Leaves a sign of life of this process, at most every few seconds."""

    def __init__(self) -> None:
        self.next_s = 0.0

    def beat(self) -> None:
        """Called with every task, so at least as often as the sweep."""
        if clock.monotonic() >= self.next_s:
            # By name: the models behind it can only be imported once Celery has set Django up.
            load("hub.health.beat")(name=f"celery-{os.getpid()}", process_id=os.getpid(), at=clock.now())
            self.next_s = clock.monotonic() + HEARTBEAT_S


def queues() -> list[Queue]:
    """One queue per app with stages and one for schedules; each has its own exchange, or a message would reach all."""
    names = sorted({"hub", *map(background.queue_of, settings.WORKER_STAGES)})
    return [Queue(name, Exchange(name, type="direct"), routing_key=name) for name in names]


def beat_schedule() -> dict[str, dict[str, object]]:
    """Every stage at the pace of the sweep, every schedule at its own; a run that is late is left out."""
    paces = [(path, SWEEP_S, background.queue_of(path)) for path in settings.WORKER_STAGES]
    paces += [(path, float(seconds), "hub") for path, seconds in settings.SCHEDULES.items()]
    return {
        path: {"task": path, "schedule": every_s, "options": {"queue": queue, "expires": every_s}}
        for path, every_s, queue in paces
    }


heartbeat = Heartbeat()
app = Celery("hub", broker=settings.CELERY_BROKER_URL or None, set_as_current=True)
app.conf.update(
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    enable_utc=True,
    task_default_queue="hub",
    task_queues=queues(),
    beat_schedule=beat_schedule(),
    CELERY_DB_REUSE_MAX=NEVER,
)


def stage_task(path: str) -> Callable[..., int]:
    """One turn of the stage; when it did something, the bell rings again for what may be left."""

    def turn(**_later: object) -> int:
        close_old_connections()
        heartbeat.beat()
        background.answer(path)
        done = int(load(path)())
        if done:
            background.ring(path)
        return done

    return turn


def schedule_task(path: str) -> Callable[..., None]:
    """One run of a scheduled function."""

    def run(**_later: object) -> None:
        close_old_connections()
        load(path)()

    return run


@setup_logging.connect
def log_as_the_hub_does(**_: object) -> None:
    """Celery would write lines of its own shape, past the filter that masks secrets."""
    logging.config.dictConfig(settings.LOGGING)


@worker_process_init.connect
def begin_process(**_: object) -> None:
    """A pool process works as the embedded worker does."""
    garbage.collect_rarely(garbage.OF_A_WORKER)


@worker_process_shutdown.connect
def end_process(**_: object) -> None:
    """Such a process ends without what Python does at the end of others."""
    spans.close()


for _path in settings.WORKER_STAGES:
    app.task(name=_path)(stage_task(_path))
for _path in settings.SCHEDULES:
    app.task(name=_path)(schedule_task(_path))
