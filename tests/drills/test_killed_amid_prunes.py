"""A worker that is killed amid prunes, readings, links and prices leaves what one leaves that nobody disturbs."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.billing import backlog, make_billing
from tests.drills.conftest import LONG, Prepared, copied_hub
from tests.drills.ledger import settled, waiting
from tests.drills.moments import is_amid_a_transaction
from tests.drills.state import State, differences, faults_of, state_of
from tests.drills.test_killed_worker import (
    mapping_children_of,
    wait_until_drained,
    wait_until_settled,
)
from tests.hub_process import is_computing
from tools.running import Hub, wait_for

pytestmark = pytest.mark.drill

EVENTS = 2_000 if LONG else 250
KILLS = 20 if LONG else 3
SLICE = {"HUB_SLICE_EVENTS": "20"}
EVENT_AFTER_EVENT = {"HUB_SLICE_EVENTS": "1"}
PATIENCE_S = 300.0
"""Transactions of one event take their time."""
TRANSACTION_S = 0.04
"""What a slice takes about."""


@pytest.fixture(scope="module")
def accepted(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database in which the backlog was accepted and nothing of it is applied; its URL."""
    with copied_hub(prepared.database_url, tmp_path_factory.mktemp("accepted")) as hub:
        hub.start_web()
        make_billing(hub, prepared.token).send(list(backlog(EVENTS)))
        hub.end()
        yield hub.database_url


@pytest.fixture(scope="module")
def undisturbed(accepted: str, tmp_path_factory: pytest.TempPathFactory) -> State:
    """What is left by a worker that nobody kills and that takes one event at a time."""
    with copied_hub(accepted, tmp_path_factory.mktemp("undisturbed"), **EVENT_AFTER_EVENT) as hub:
        hub.start_worker()
        wait_for(lambda: waiting(hub) == 0, "the queue to drain", patience_s=PATIENCE_S)
        assert faults_of(hub) == {}
        return state_of(hub)


def wait_for_a_moment_in_a_transaction(hub: Hub) -> None:
    """Anywhere from its beginning to its end, or shortly after."""
    wait_for(lambda: is_amid_a_transaction(hub) or not waiting(hub), "a transaction", pause_s=0)
    time.sleep(random.uniform(0, TRANSACTION_S))


def kill_a_mapping_child(worker: int) -> None:
    """While it computes: one that waits for events has nothing to lose."""
    wait_for(lambda: mapping_children_of(worker), "a mapping child", pause_s=0.005)
    child = mapping_children_of(worker)[0]
    wait_for(lambda: is_computing(child), "it to be at work", pause_s=0)
    os.kill(child, signal.SIGKILL)


def test_the_backlog_holds_what_the_drills_are_about(undisturbed: State) -> None:
    codes = {row.split(" | ")[3] for row in undisturbed["spans"]}
    assert codes >= {
        "PRUNE_SCOPE_COMPLETED", "PRUNE_HELD", "METER_READING_UPSERTED", "ENTITY_CREATED", "ENTITY_UPDATED",
        "ENTITY_DELETED", "ENTITY_NO_OP",
    }  # fmt: skip
    kinds = {row.split(" | ")[4] for row in undisturbed["prunes that wait"]}
    assert kinds == {"billing_event", "offer", "meter_reading"}


def test_a_worker_that_is_killed_again_and_again_leaves_what_an_undisturbed_one_leaves(
    accepted: str, undisturbed: State, tmp_path: Path
) -> None:
    with copied_hub(accepted, tmp_path, **SLICE) as hub:
        for kill in range(1, KILLS + 1):
            before = settled(hub)
            worker = hub.start_worker()
            # Each worker settles something: three that end without having done so are an event's fault (rule 1.7).
            wait_until_settled(hub, max(EVENTS * kill // (KILLS + 1), min(before + 1, EVENTS)))
            wait_for_a_moment_in_a_transaction(hub)
            hub.kill(worker)
        hub.start_worker()
        wait_until_drained(hub)
        assert faults_of(hub) == {}
        assert differences(state_of(hub), undisturbed) == {}


def test_a_worker_whose_mapping_child_is_killed_leaves_what_an_undisturbed_one_leaves(
    accepted: str, undisturbed: State, tmp_path: Path
) -> None:
    with copied_hub(accepted, tmp_path, **SLICE) as hub:
        worker = hub.start_worker()
        for kill in range(1, KILLS + 1):
            wait_until_settled(hub, EVENTS * kill // (KILLS + 1))
            kill_a_mapping_child(worker.pid)
        wait_until_drained(hub)
        assert worker.poll() is None
        assert faults_of(hub) == {}
        assert differences(state_of(hub), undisturbed) == {}
