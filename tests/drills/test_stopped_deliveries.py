"""A worker that is asked to stop while it delivers ends in order: what is out is awaited and recorded."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.drills.conftest import NewErp
from tests.drills.outlet import Outlet
from tests.receiver import Received, Receiver, Reply, listening
from tools.running import wait_for

pytestmark = pytest.mark.drill

EVENTS = 30
STOP_AT = 8
ANSWER_S = 0.3
"""How long the receiver takes, so that requests are out when the worker hears of its end."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Answers 200 after a moment."""
    with listening() as receiver:
        yield receiver


def test_no_receiver_gets_anything_twice_because_a_worker_was_stopped(new_erp: NewErp, receiver: Receiver) -> None:
    erp = new_erp()
    outlet = Outlet(erp.hub, erp.token)
    outlet.open()
    outlet.subscribe("ERP", receiver.url)
    for number in range(EVENTS):
        outlet.fire(f"Kern {number}")
    worker = outlet.hub.start_worker()

    def answer(_: Received, number: int) -> Reply:
        if number == STOP_AT:
            worker.terminate()
        time.sleep(ANSWER_S)
        return Reply()

    receiver.answer = answer
    assert worker.wait(timeout=60) == 0
    outlet.hub.start_worker()
    wait_for(lambda: outlet.states() == {"succeeded": EVENTS}, "the rest", patience_s=60)
    times = Counter(request.headers["webhook-id"] for request in receiver.requests)
    assert set(times.values()) == {1}
    assert len(times) == EVENTS
