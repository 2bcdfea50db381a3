"""Lanes: two of them write one entity at once, and a worker that was away too long commits nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from inbound.process.lease import LEASE
from tests.drills.conftest import LONG
from tests.drills.erp import Erp, Note, in_parallel
from tests.drills.ledger import Faults, effects, number, once_each, settled, waiting
from tests.drills.moments import is_between_transactions
from tools.running import Hub, rows, wait_for

pytestmark = pytest.mark.drill

CUSTOMERS = 20
ROUNDS = 300 if LONG else 40
HELD = "SELECT DISTINCT lease_holder FROM inbound_lane WHERE lease_holder <> ''"
TOKENS = "SELECT id, lease_token FROM inbound_lane WHERE slice_first IS NOT NULL"
AWAKE = "SELECT name FROM hub_workerheartbeat"
UNDER_WAY_S = 0.2
"""For a statement that was sent before its sender was stopped."""


def stream(erp: Erp, use_case: str) -> Callable[[], None]:
    """Sends value after value of every customer to one use case."""

    def run() -> None:
        for value in range(ROUNDS):
            erp.send([Note(f"K-{place}", str(value), use_case) for place in range(CUSTOMERS)])

    return run


def start_awake_workers(hub: Hub, *names: str) -> None:
    """Workers that have started up and look for work."""
    for name in names:
        hub.start_worker(name)
    wait_for(lambda: _awake(hub) >= set(names), "the workers to start")


def _awake(hub: Hub) -> set[str]:
    return {name.rpartition(":")[2] for (name,) in rows(hub.database_url, AWAKE)}


def most_holders(hub: Hub, *, events: int) -> Callable[[], int]:
    """Watches until that many events are settled; how many workers held lanes at one time."""

    def run() -> int:
        seen: list[int] = []

        def is_over() -> bool:
            seen.append(len(rows(hub.database_url, HELD)))
            return settled(hub) >= events

        wait_for(is_over, "everything to be applied", pause_s=0.005)
        return max(seen)

    return run


def test_two_lanes_that_change_different_attributes_of_one_entity_both_count(erp: Erp) -> None:
    last_names, first_names = erp, replace(erp, promised={})
    start_awake_workers(erp.hub, "one", "two")
    streams = [stream(last_names, "last-name"), stream(first_names, "first-name")]
    *_, holders = in_parallel([*streams, most_holders(erp.hub, events=2 * ROUNDS * CUSTOMERS)])
    assert holders == 2
    assert effects(erp.hub, "last_name").histories == once_each(last_names.promised).histories
    assert effects(erp.hub, "first_name").histories == once_each(first_names.promised).histories
    assert effects(erp.hub).faults == Faults()


def stop_amid_a_slice(hub: Hub, worker: subprocess.Popen[bytes]) -> None:
    """SIGSTOP when the worker has marked a slice and holds no lock: as a machine that was suspended."""

    def is_stopped_there() -> bool:
        os.killpg(worker.pid, signal.SIGSTOP)
        if is_between_transactions(hub):
            time.sleep(UNDER_WAY_S)
            if is_between_transactions(hub):
                return True
        os.killpg(worker.pid, signal.SIGCONT)
        return False

    wait_for(is_stopped_there, "a moment between two transactions", pause_s=0.01)


def test_a_worker_that_lost_its_lease_while_it_was_stopped_commits_nothing(erp: Erp) -> None:
    erp.send_all([Note(f"K-{place % CUSTOMERS}", str(place), "slowly") for place in range(CUSTOMERS * 30)])
    stalled = erp.hub.start_worker("stalled")
    stop_amid_a_slice(erp.hub, stalled)
    other = erp.hub.start_worker("other")
    wait_for(lambda: waiting(erp.hub) == 0, "the other worker to take over and drain the lane")
    os.killpg(stalled.pid, signal.SIGCONT)
    erp.hub.kill(other)
    erp.send([Note("K-0", "afterwards")])
    wait_for(lambda: waiting(erp.hub) == 0, "the stalled worker to go on")
    assert effects(erp.hub) == once_each(erp.promised)


def test_a_worker_that_starts_leaves_the_lanes_of_one_beside_it_alone_whatever_they_are_called(erp: Erp) -> None:
    erp.send_all([Note(f"K-{place}", str(place), "slowly") for place in range(CUSTOMERS * 10)])
    stopped = erp.hub.start_worker()
    stop_amid_a_slice(erp.hub, stopped)
    lease_ends_s = time.monotonic() + LEASE.total_seconds()
    held = rows(erp.hub.database_url, TOKENS)
    erp.send([Note("K-0", "elsewhere", "first-name")])
    second = erp.hub.start_worker()
    wait_for(lambda: settled_of(erp.hub, "first-name") == 1, "the second worker to be at work")
    found = rows(erp.hub.database_url, TOKENS)
    assert found == held or time.monotonic() > lease_ends_s
    os.killpg(stopped.pid, signal.SIGCONT)
    wait_for(lambda: waiting(erp.hub) == 0, "everything to be applied")
    assert second.poll() is None


def settled_of(hub: Hub, use_case: str) -> int:
    """Events of one use case with an outcome."""
    settled_events = "inbound_inboundoutcome JOIN integrations_usecase ON use_case_id = integrations_usecase.id"
    return number(hub, f"SELECT count(*) FROM {settled_events} WHERE slug = '{use_case}'")
