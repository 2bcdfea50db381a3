"""A worker that is killed while it delivers: receivers get everything, and tell repeats by their id."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.drills.conftest import LONG, NewErp
from tests.drills.outlet import Outlet
from tests.receiver import Received, Receiver, Reply, listening
from tools.running import rows, wait_for

pytestmark = pytest.mark.drill

EVENTS = 400 if LONG else 40
KILL_EVERY = 25 if LONG else 15
"""Requests between two kills."""
MESSAGES = "SELECT count(DISTINCT message_id) FROM outbound_delivery WHERE state = 'succeeded'"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Answers 200."""
    with listening() as receiver:
        yield receiver


@pytest.fixture
def outlet(new_erp: NewErp, receiver: Receiver) -> Outlet:
    """One webhook, and more changes than one worker lives to tell."""
    erp = new_erp()
    outlet = Outlet(erp.hub, erp.token)
    outlet.open()
    outlet.subscribe("ERP", receiver.url)
    for number in range(EVENTS):
        outlet.fire(f"Kern {number}")
    return outlet


class Killer:
    """Kills the worker that is served, before it hears the answer to every so manieth request."""

    def __init__(self, outlet: Outlet) -> None:
        self.outlet = outlet
        self.killed = 0
        self.worker = outlet.hub.start_worker()

    def __call__(self, _: Received, number: int) -> Reply:
        if number % KILL_EVERY == 0 and self.is_alive():
            self.outlet.hub.kill(self.worker)
            self.killed += 1
        return Reply()

    def is_alive(self) -> bool:
        return self.worker.poll() is None

    def is_done(self) -> bool:
        return self.outlet.states().get("succeeded", 0) == EVENTS

    def run(self) -> None:
        """One worker after the other, until everything is delivered."""
        while not self.is_done():
            wait_for(lambda: not self.is_alive() or self.is_done(), "a kill, or the end", patience_s=120)
            if not self.is_alive():
                self.worker = self.outlet.hub.start_worker()


def test_what_a_dying_worker_has_sent_comes_again_under_the_same_id_and_as_the_same_bytes(
    outlet: Outlet, receiver: Receiver
) -> None:
    receiver.answer = killer = Killer(outlet)
    killer.run()
    assert killer.killed >= 2
    bodies: dict[str, set[bytes]] = {}
    for request in receiver.requests:
        bodies.setdefault(request.headers["webhook-id"], set()).add(request.body)
    assert len(receiver.requests) > EVENTS  # some came twice, or nothing was tried here
    assert len(bodies) == EVENTS == rows(outlet.hub.database_url, MESSAGES)[0][0]
    assert all(len(each) == 1 for each in bodies.values())
