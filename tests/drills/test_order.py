"""Order: what an ERP was told before it went on is applied before what it sent afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.drills.conftest import LONG
from tests.drills.erp import Erp, Note, in_parallel
from tests.drills.ledger import effects, once_each, waiting
from tools.running import wait_for

pytestmark = pytest.mark.drill

CLIENTS = 8
EVENTS_EACH = 1000 if LONG else 150


def _client(erp: Erp, number: int) -> Callable[[], None]:
    """Sends about one customer, each event only when the one before was answered."""

    def run() -> None:
        for value in range(EVENTS_EACH):
            erp.send([Note(f"K-{number}", str(value))])

    return run


def test_what_was_answered_before_is_applied_before(erp: Erp) -> None:
    erp.hub.start_worker()
    in_parallel(_client(erp, number) for number in range(CLIENTS))
    wait_for(lambda: waiting(erp.hub) == 0, "the queue to drain")
    assert effects(erp.hub) == once_each(erp.promised)
