"""A slice costs the same number of statements whatever the number of its events, relations, prunes and readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import contracts, readings, scopes
from inbound.models import InboundOutcome
from inbound.process.transaction import SliceTransaction
from tests.bench.stock import store_households
from tests.inbound.conftest import Erp, drain

pytestmark = pytest.mark.django_db

FEW, MANY = 2, 15
HOUSEHOLDS = 40

Payload = Callable[[int, int], dict[str, Any]]
"""(number, round) → what an event says. Any: JSON."""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements each slice transaction has sent; a trip to the database carries one or several."""
    counts: list[int] = []
    run = SliceTransaction.run

    def counted(self: SliceTransaction) -> None:
        with CaptureQueriesContext(connection) as queries:
            run(self)
        counts.append(len(queries))

    monkeypatch.setattr(SliceTransaction, "run", counted)
    return counts


@pytest.fixture
def stocked(erp: Erp) -> Iterator[Erp]:
    """An ERP whose contracts, meters and counters are stored already."""
    erp.add_use_case("contract", contracts.configuration())
    erp.add_use_case("scope", scopes.configuration())
    erp.add_use_case("readings", readings.configuration())
    store_households(erp.organization, range(HOUSEHOLDS))
    yield erp
    assert set(InboundOutcome.objects.values_list("status", flat=True)) == {"success"}


def contract(number: int, turn: int) -> dict[str, Any]:
    """Every other one is new; each is related to five others."""
    return contracts.payload(number if number % 2 else 1_000 * (turn + 1) + number, turn + 1)


def scope(number: int, turn: int) -> dict[str, Any]:
    """Ten bookings of an account, of which the next round knows five."""
    payload = scopes.payload(number, turn)
    return payload | {"POSTEN": payload["POSTEN"][: 2 * scopes.LEAVING]}


def batch(number: int, turn: int) -> dict[str, Any]:
    """New readings of four meters."""
    return readings.payload(100 * turn + number, range(4 * number, 4 * number + 4))


@pytest.mark.parametrize(("slug", "payload"), [("contract", contract), ("scope", scope), ("readings", batch)])
def test_a_slice_of_many_events_takes_as_many_statements_as_one_of_few(
    stocked: Erp, statements: list[int], slug: str, payload: Payload
) -> None:
    for turn, events in enumerate((FEW, FEW, MANY, MANY)):
        stocked.send(*(stocked.event(payload(number, turn), use_case_slug=slug) for number in range(events)))
        drain()
    assert len(statements) == 4
    assert statements[1] == statements[2] == statements[3] <= 40
