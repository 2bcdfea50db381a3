"""A web server that is killed: what it answered is stored, and what it could not answer is sent again without harm."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.drills.conftest import LONG
from tests.drills.erp import Erp, Note, in_parallel
from tests.drills.ledger import applied_ids, effects, number, once_each, waiting
from tools.running import wait_for

pytestmark = pytest.mark.drill

CLIENTS = 4
REQUESTS_EACH = 400 if LONG else 40
PER_REQUEST = 10
"""Events of a request, each about another customer of the client's own."""
KILLS = 15 if LONG else 3
UNDER_WAY_S = 0.05
"""For answers that were sent before their sender was stopped."""
STORED = "SELECT count(*) FROM inbound_deduplicationkey"


def middleware(erp: Erp, client: int) -> Callable[[], None]:
    """Goes on to the next request when the one before was answered, and repeats it until then."""

    def run() -> None:
        for value in range(REQUESTS_EACH):
            customers = [f"K-{client}-{place}" for place in range(PER_REQUEST)]
            erp.insist([Note(name, str(value), deduplication_id=f"{name}-{value}") for name in customers])

    return run


def stop_owing_an_answer(erp: Erp, events: int) -> None:
    """SIGSTOP when events are stored whose sender has not heard of it: the moment in which a kill costs most."""
    web = erp.hub.web
    if web is None:
        raise AssertionError("the web server does not run")

    def owes() -> bool:
        os.killpg(web.pid, signal.SIGSTOP)
        time.sleep(UNDER_WAY_S)
        stored = number(erp.hub, STORED)
        if stored > sum(map(len, erp.promised.values())) or stored >= events:
            return True
        os.killpg(web.pid, signal.SIGCONT)
        return False

    wait_for(owes, "an answer to be owed", pause_s=0.002)


def killer(erp: Erp) -> Callable[[], None]:
    """Kills the web server amid the work, again and again, and starts it as its supervisor would."""
    events = CLIENTS * REQUESTS_EACH * PER_REQUEST

    def run() -> None:
        for kill in range(1, KILLS + 1):
            due = events * kill // (KILLS + 1)
            wait_for(lambda due=due: number(erp.hub, STORED) >= due, f"{due} events to be stored", pause_s=0.005)
            if kill % 2:
                stop_owing_an_answer(erp, events)
            erp.hub.kill(erp.hub.web)
            erp.hub.start_web()

    return run


def test_what_was_answered_is_applied_once_however_often_the_web_server_is_killed(erp: Erp) -> None:
    erp.hub.start_worker()
    in_parallel([killer(erp), *(middleware(erp, client) for client in range(CLIENTS))])
    wait_for(lambda: waiting(erp.hub) == 0, "the queue to drain")
    assert effects(erp.hub) == once_each(erp.promised)
    assert erp.promised_ids <= applied_ids(erp.hub)
