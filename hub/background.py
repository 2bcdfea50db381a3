"""after_commit and ring: the doorbell of a worker stage; without a broker the worker looks by itself."""

from __future__ import annotations

import logging
import queue
import threading
from functools import lru_cache

import redis
from celery import Celery
from django.conf import settings
from django.db import transaction

from hub import clock

COALESCE_MS = 100
"""Rings of one stage within this time are one ring."""
SOCKET_TIMEOUT_S = 0.2
SILENCE_S = 5.0
"""Pause after a failure; the sweep finds what was not announced meanwhile."""
WAITING_RINGS = 1000

log = logging.getLogger(__name__)


def after_commit(stage: str) -> None:
    """Ring once the current transaction is committed; at once outside of one."""
    transaction.on_commit(lambda: ring(stage))


def ring(stage: str) -> None:
    """Tell a worker that the stage has something to do. Never waits and never raises."""
    if settings.CELERY_BROKER_URL:
        _doorbell().ring(stage)


def answer(stage: str) -> None:
    """The worker heard the bell: later rings count again. Called before the stage looks for work."""
    if settings.HUB_REDIS_URL:
        try:
            _redis(settings.HUB_REDIS_URL).delete(_bell(stage))
        except redis.RedisError as error:
            log.warning("the bell of %s could not be answered: %s", stage, error)


def queue_of(stage: str) -> str:
    """The queue of a stage: the app it lives in."""
    return stage.partition(".")[0]


class Doorbell:
    """Sends rings from a thread of its own, so that no request ever waits for the broker."""

    def __init__(self, broker_url: str, redis_url: str) -> None:
        self.silent_until_s = 0.0
        self._waiting: queue.Queue[str] = queue.Queue(WAITING_RINGS)
        self._redis_url = redis_url
        self._sender = Celery("doorbell", broker=broker_url, set_as_current=False)
        self._sender.conf.update(
            broker_connection_timeout=SOCKET_TIMEOUT_S,
            broker_transport_options={
                "socket_timeout": SOCKET_TIMEOUT_S,
                "socket_connect_timeout": SOCKET_TIMEOUT_S,
                "max_retries": 0,
            },
            task_ignore_result=True,
        )
        threading.Thread(target=self._run, name="doorbell", daemon=True).start()

    def ring(self, stage: str) -> None:
        """Hand the ring to the thread; forgotten when far too many wait."""
        if clock.monotonic() < self.silent_until_s:
            return
        try:
            self._waiting.put_nowait(stage)
        except queue.Full:
            log.warning("the doorbell of %s is not heard: %d rings wait", stage, WAITING_RINGS)

    def is_quiet(self) -> bool:
        """True when every ring was sent or forgotten."""
        return self._waiting.unfinished_tasks == 0

    def _run(self) -> None:
        while True:
            stage = self._waiting.get()
            if clock.monotonic() >= self.silent_until_s:
                self._try_to_send(stage)
            self._waiting.task_done()

    def _try_to_send(self, stage: str) -> None:
        try:
            self._send(stage)
        except Exception as error:
            # Whatever the broker's client raises: the row is stored, the sweep finds it.
            self.silent_until_s = clock.monotonic() + SILENCE_S
            log.warning("the doorbell is silent for %d s: %s", SILENCE_S, error)

    def _send(self, stage: str) -> None:
        if self._redis_url and not _redis(self._redis_url).set(_bell(stage), 1, nx=True, px=COALESCE_MS):
            return
        self._sender.send_task(stage, queue=queue_of(stage), retry=False)


@lru_cache(maxsize=1)
def _doorbell() -> Doorbell:
    return Doorbell(settings.CELERY_BROKER_URL, settings.HUB_REDIS_URL)


@lru_cache(maxsize=4)
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=SOCKET_TIMEOUT_S, socket_connect_timeout=SOCKET_TIMEOUT_S)


def _bell(stage: str) -> str:
    return f"{settings.HUB_REDIS_PREFIX}bell:{stage}"
