"""A tenth of all receivers hang, with as many requests as the organization may have out: the others are not late."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.drills.conftest import LONG, NewErp
from tests.drills.outlet import CREATED, Outlet
from tests.hub.http.receivers import Receiver as RawReceiver
from tests.receiver import Receiver, listening
from tools.running import rows, wait_for

pytestmark = pytest.mark.drill

HANGING = 100 if LONG else 10
GOOD = 900 if LONG else 90
GIVEN_UP = "SELECT count(*) FROM outbound_deliveryattempt WHERE code <> 'WEBHOOK_DELIVERED'"
"""Attempts that were waited for until their time was over: whoever had waited with them comes after their records."""


@pytest.fixture
def good() -> Iterator[Receiver]:
    """Answers 200."""
    with listening() as receiver:
        yield receiver


@pytest.fixture
def hanging() -> Iterator[RawReceiver]:
    """Answers nothing."""
    end = threading.Event()
    with RawReceiver(lambda _: bool(end.wait(60))) as receiver:
        yield receiver
        end.set()


def test_receivers_that_hang_keep_nobody_waiting(new_erp: NewErp, good: Receiver, hanging: RawReceiver) -> None:
    erp = new_erp(HUB_DELIVERIES_PER_ORGANIZATION=str(HANGING))
    outlet = Outlet(erp.hub, erp.token)
    outlet.open()
    outlet.hub.start_worker()
    for number in range(GOOD):
        outlet.subscribe(f"good {number}", f"{good.url}/{number}")
    for number in range(HANGING):
        outlet.subscribe(f"hanging {number}", f"http://127.0.0.1:{hanging.port}/", CREATED)
    outlet.create("C-2")
    wait_for(lambda: len(hanging.requests) == HANGING, "every request that will hang", patience_s=25)
    outlet.fire("Kern")
    wait_for(lambda: len(good.requests) == GOOD, "all that do not hang", pause_s=0.01)
    assert rows(outlet.hub.database_url, GIVEN_UP)[0][0] == 0
