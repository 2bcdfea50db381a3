"""Slices: how much one read and one transaction take at most."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.conf import LazySettings

from inbound.models import InboundOutcome
from inbound.process import lane, mapped, slices
from inbound.process.slices import Queued
from inbound.process.work import slice_size
from tests.inbound.conftest import CONTACT, Erp, customer, drain

pytestmark = pytest.mark.django_db

SEVERAL = {"entities": [CONTACT["entities"][0] | {"jsonataExpression": "LISTE"}]}


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many events each transaction has settled."""
    sizes: list[int] = []
    transact = lane.LaneRun._transact

    def note(self: lane.LaneRun, pending: mapped.PendingSlice, events: list[Queued]) -> None:
        transact(self, pending, events)
        sizes.append(len(events))

    monkeypatch.setattr(lane.LaneRun, "_transact", note)
    return sizes


def test_a_slice_ends_at_its_number_of_events(erp: Erp, settings: LazySettings, transactions: list[int]) -> None:
    settings.HUB_SLICE_EVENTS = 4
    erp.send(*(erp.event(customer(str(number))) for number in range(10)))
    drain()
    assert transactions == [4, 4, 2]


def test_a_slice_ends_at_its_bytes_and_one_larger_event_runs_alone(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, transactions: list[int]
) -> None:
    events = [erp.event(customer(str(number), "x" * width)) for number, width in enumerate((400, 400, 5000, 400))]
    erp.send(*events)
    monkeypatch.setattr(slices, "MOST_BYTES", 1000)
    drain()
    assert transactions == [2, 1, 1]


def test_a_transaction_ends_at_its_operations_and_one_larger_event_runs_alone(
    erp: Erp, monkeypatch: pytest.MonkeyPatch, transactions: list[int]
) -> None:
    monkeypatch.setattr(mapped, "MOST_OPERATIONS", 4)
    erp.add_use_case("several", SEVERAL)
    lists = [[customer(f"{place}-{number}") for number in range(size)] for place, size in enumerate((2, 2, 9, 3, 1, 1))]
    erp.send(*(erp.event({"LISTE": items}, use_case_slug="several") for items in lists))
    drain()
    assert transactions == [2, 1, 2, 1]
    assert InboundOutcome.objects.filter(status="success").count() == 6


def test_a_slice_is_smaller_on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {}
    for vendor in ("postgresql", "sqlite"):
        monkeypatch.setattr(import_module("inbound.process.work"), "connection", SimpleNamespace(vendor=vendor))
        sizes[vendor] = slice_size()
    assert sizes == {"postgresql": 1000, "sqlite": 400}
