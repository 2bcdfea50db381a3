"""The broker only rings: without it events are accepted, and once it is back nothing is missing."""

from __future__ import annotations

import pytest

from tests.drills.broker import Broker
from tests.drills.conftest import LONG, NewErp
from tests.drills.erp import Erp, Note
from tests.drills.ledger import effects, once_each, settled, waiting
from tools.running import wait_for

pytestmark = [pytest.mark.drill, pytest.mark.services]

EVENTS = 5_000 if LONG else 500
PATIENCE_S = 120.0
"""Celery doubles its pauses while the broker is away."""


def notes(first: int) -> list[Note]:
    """EVENTS events about a hundred customers."""
    return [Note(f"K-{place % 100}", str(place)) for place in range(first, first + EVENTS)]


def test_events_accepted_while_the_broker_is_down_are_processed_once_it_is_back(
    new_erp: NewErp, broker: Broker
) -> None:
    erp = new_erp(redis_url=broker.url)
    erp.hub.start_web()
    erp.hub.start_worker()
    erp.send_all(notes(0))
    wait_for(lambda: settled(erp.hub) > 0, "Celery to be at work")
    broker.kill()
    erp.send_all(notes(EVENTS))
    broker.start()
    wait_until_drained(erp)
    # Once more with nothing under way: now no task is left that would ring for what it finds.
    broker.kill()
    erp.send_all(notes(2 * EVENTS))
    broker.start()
    wait_until_drained(erp)
    assert effects(erp.hub) == once_each(erp.promised)


def wait_until_drained(erp: Erp) -> None:
    """Until every event has ended; a worker that ended meanwhile is started again, as its supervisor does.

    Celery gives up when the broker goes away while it acknowledges a message.
    """

    def is_drained() -> bool:
        if all(worker.poll() is not None for worker in erp.hub.workers):
            erp.hub.start_worker()
        return waiting(erp.hub) == 0

    wait_for(is_drained, "the queue to drain", patience_s=PATIENCE_S, pause_s=0.5)
