"""A worker that is killed: whatever it was doing is rolled back, and done once by the next."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.drills.broker import Broker
from tests.drills.conftest import LONG, NewErp
from tests.drills.erp import Erp, Note
from tests.drills.ledger import effects, once_each, settled, waiting
from tests.drills.moments import is_amid_a_transaction
from tests.hub_process import descendants, is_alive
from tools.running import Hub, rows, wait_for

pytestmark = pytest.mark.drill

EVENTS = 10_000 if LONG else 1_500
KILL_EVERY = 1_000 if LONG else 300
"""Events that are applied between two kills."""
CUSTOMERS = 100
POOL_KILLS = 10 if LONG else 2
HOLDERS = "SELECT lease_holder FROM inbound_lane WHERE lease_holder <> ''"
LONGEST_DELAY_S = 0.1
"""A slice takes about as long."""
CHILD_KILLS = 20 if LONG else 4
BETWEEN_CHILDREN = 150
"""Events from one killed mapping child to the next; more than a slice, so that the one tried alone is spared."""


def backlog(events: int) -> list[Note]:
    """Each customer gets two values in a row, twice each: half of the events change nothing, and a slice that is
    applied a second time shows in the history."""
    return [
        Note(f"K-{place // 4 % CUSTOMERS}", f"{place // (4 * CUSTOMERS)}.{place // 2 % 2}", "slowly")
        for place in range(events)
    ]


@pytest.fixture(params=["embedded", pytest.param("celery", marks=pytest.mark.services)])
def full_erp(request: pytest.FixtureRequest, new_erp: NewErp) -> Erp:
    """An ERP whose hub has accepted everything and applied nothing."""
    is_celery = request.param == "celery"
    erp = new_erp(redis_url=request.getfixturevalue("broker").url if is_celery else "")
    erp.hub.start_web()
    erp.send_all(backlog(EVENTS))
    return erp


def wait_until_drained(hub: Hub) -> None:
    wait_for(lambda: waiting(hub) == 0, "the queue to drain")


def wait_until_settled(hub: Hub, events: int) -> None:
    wait_for(lambda: settled(hub) >= events, f"{events} events to be settled", pause_s=0.005)


def wait_for_a_bad_moment(hub: Hub) -> None:
    """As often amid a transaction as anywhere in a slice."""
    if random.random() < 0.5:
        time.sleep(random.uniform(0, LONGEST_DELAY_S))
    else:
        wait_for(lambda: is_amid_a_transaction(hub) or not waiting(hub), "a transaction", pause_s=0)


def test_events_count_once_and_in_order_however_often_the_worker_is_killed(full_erp: Erp) -> None:
    for settled_events in range(KILL_EVERY, EVENTS, KILL_EVERY):
        worker = full_erp.hub.start_worker()
        wait_until_settled(full_erp.hub, settled_events)
        wait_for_a_bad_moment(full_erp.hub)
        full_erp.hub.kill(worker)
    full_erp.hub.start_worker()
    wait_until_drained(full_erp.hub)
    assert effects(full_erp.hub) == once_each(full_erp.promised)


def pool_processes(hub: Hub) -> set[int]:
    """Those that live and hold lanes now; one that was killed holds its lanes for a while."""
    holders = {int(holder.split(":")[-2]) for (holder,) in rows(hub.database_url, HOLDERS)}
    return {process for process in holders if is_alive(process)}


@pytest.mark.services
def test_events_count_once_and_in_order_however_often_one_process_of_a_celery_worker_is_killed(
    new_erp: NewErp, broker: Broker
) -> None:
    erp = new_erp(redis_url=broker.url)
    erp.hub.start_web()
    # Each customer belongs to one group, and the groups spread over lanes that both processes serve at once.
    notes = [replace(note, group_id=note.customer) for note in backlog(EVENTS)]
    erp.send_all(notes)
    erp.hub.start_worker()
    for kills in range(1, POOL_KILLS + 1):
        wait_until_settled(erp.hub, EVENTS * kills // (POOL_KILLS + 1))
        wait_for(lambda: len(pool_processes(erp.hub)) == 2 or not waiting(erp.hub), "both processes to hold lanes")
        for process in sorted(pool_processes(erp.hub))[:1]:
            os.kill(process, signal.SIGKILL)
    wait_until_drained(erp.hub)
    assert effects(erp.hub) == once_each(erp.promised)


def mapping_children_of(process_id: int) -> list[int]:
    """The processes that map for this worker; none for a moment after one was killed."""
    command = {each: Path(f"/proc/{each}/cmdline") for each in descendants(process_id)}
    return [each for each, file in command.items() if b"hub.jsonata.child" in file.read_bytes()]


def test_nothing_is_lost_when_the_mapping_child_of_a_worker_is_killed(erp: Erp) -> None:
    erp.send_all(backlog((CHILD_KILLS + 2) * BETWEEN_CHILDREN))
    worker = erp.hub.start_worker()
    for kills in range(1, CHILD_KILLS + 1):
        wait_until_settled(erp.hub, kills * BETWEEN_CHILDREN)
        wait_for(lambda: mapping_children_of(worker.pid), "a mapping child", pause_s=0.005)
        os.kill(mapping_children_of(worker.pid)[0], signal.SIGKILL)
    wait_until_drained(erp.hub)
    assert worker.poll() is None
    assert effects(erp.hub) == once_each(erp.promised)
