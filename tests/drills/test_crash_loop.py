"""A worker that dies of one event ends that event at last, and everything around it is applied."""

from __future__ import annotations

import pytest

from inbound.process.lease import ALONE, TRIES_ALONE
from tests.drills.conftest import NewErp
from tests.drills.deadly import DEADLY
from tests.drills.erp import Erp, Note
from tests.drills.ledger import Faults, effects, once_each, waiting
from tools.running import wait_for

pytestmark = pytest.mark.drill

DEADLY_PLACE = 70
"""In the second slice, so that the first one was committed under the lease that ends badly."""
TOO_MANY = 10


def restart_until_drained(erp: Erp) -> int:
    """Start the worker again whenever it has ended, as its supervisor does; how often it died."""
    deaths = 0
    while waiting(erp.hub) and deaths < TOO_MANY:
        worker = erp.hub.start_worker()
        wait_for(lambda worker=worker: worker.poll() is not None or not waiting(erp.hub), "the worker to die or finish")
        deaths += worker.poll() is not None
        erp.hub.kill(worker)
    return deaths


def test_an_event_that_kills_every_worker_ends_after_three_deaths_alone_and_the_others_are_applied(
    new_erp: NewErp,
) -> None:
    erp = new_erp(DJANGO_SETTINGS_MODULE="tests.drills.deadly")
    erp.hub.start_web()
    notes = [Note(f"K-{place % 20}", str(place)) for place in range(120)]
    notes[DEADLY_PLACE] = Note("K-deadly", DEADLY)
    erp.send_all(notes)
    assert restart_until_drained(erp) == ALONE + TRIES_ALONE
    found = effects(erp.hub)
    assert found.outcomes == {"success": len(notes) - 1, "error WORKER_CRASHED": 1}
    assert found.faults == Faults()
    del erp.promised["K-deadly"]
    assert found.histories == once_each(erp.promised).histories
