"""A use case that goes from lane to lane amid its events: none is lost, none overtakes another."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.drills.conftest import LONG
from tests.drills.erp import Erp, Note, configuration, in_parallel
from tests.drills.ledger import Faults, effects, once_each, waiting
from tests.drills.test_lanes import start_awake_workers
from tools.running import wait_for

pytestmark = pytest.mark.drill

CLIENTS = 4
EVENTS_EACH = 600 if LONG else 60
MOST_EVENTS_EACH = 10 * EVENTS_EACH
LANES = ("", "one", "two")
MOVED = "last-name"


def client(erp: Erp, number: int, moves: list[str]) -> Callable[[], None]:
    """Sends about one customer, each event only when the one before was answered, until there were moves enough."""

    def run() -> None:
        for value in range(MOST_EVENTS_EACH):
            erp.send([Note(f"K-{number}", str(value), MOVED)])
            if value >= EVENTS_EACH and len(moves) > len(LANES):
                return

    return run


def mover(erp: Erp, is_over: threading.Event, moves: list[str]) -> Callable[[], None]:
    """Saves the use case with another lane, again and again; another use case stays in one of them."""
    base = f"/v1/integrations/{erp.integration_id}/use-cases"
    use_cases = {one["slug"]: one["id"] for one in erp.hub.request("GET", base, token=erp.token).json()["use_cases"]}

    def put(slug: str, lane: str) -> None:
        settings = {"settings": {"lane": lane}} if lane else {}
        body = {"type": "inbound", "configuration": configuration(slug) | settings}
        answer = erp.hub.request("PUT", f"{base}/{use_cases[slug]}", body, erp.token)
        if answer.status != 200:
            raise AssertionError(f"{answer.status}: {answer.text}")

    def run() -> None:
        put("first-name", LANES[1])
        while not is_over.wait(0.05):
            lane = LANES[(len(moves) + 1) % len(LANES)]
            put(MOVED, lane)
            moves.append(lane)

    return run


def test_events_keep_their_order_while_their_use_case_goes_from_lane_to_lane(erp: Erp) -> None:
    start_awake_workers(erp.hub, "one", "two")
    is_over, moves = threading.Event(), list[str]()

    def send() -> None:
        in_parallel(client(erp, number, moves) for number in range(CLIENTS))
        is_over.set()

    in_parallel([send, mover(erp, is_over, moves)])
    wait_for(lambda: waiting(erp.hub) == 0, "the queue to drain")
    found = effects(erp.hub)
    assert set(moves) == set(LANES)
    assert (found.outcomes, found.histories) == (once_each(erp.promised).outcomes, once_each(erp.promised).histories)
    assert found.faults == Faults()
