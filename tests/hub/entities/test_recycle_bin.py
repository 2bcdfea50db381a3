"""The recycle bin: how long things stay, and what goes with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub import clock
from hub.entities import emptying
from hub.entities.emptying import empty
from hub.entities.store import Mode, OperationResult, write
from hub.retention import running
from tests.builders import NOW, make_organization
from tests.hub.entities.conftest import Store, delete, operation


@pytest.fixture
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=31))


@pytest.mark.usefixtures("_later")
def test_what_was_deleted_more_than_thirty_days_ago_is_purged(store: Store):
    store.upsert(customer_number="C-1")
    created = store.upsert(customer_number="C-2")
    store.write(delete(customer_number="C-2"))
    running.apply()
    assert [entity.attributes["customer_number"] for entity in store.entities()] == ["C-1"]
    [stone] = store.changes(created.entity_id)
    assert (stone.operation, stone.actor_type) == ("purged", "system")


def test_what_was_deleted_lately_stays(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=29))
    store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    running.apply()
    assert len(store.entities()) == 1


@pytest.mark.usefixtures("_later")
def test_what_was_restored_stays(store: Store):
    store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    store.write(operation(attributes={"customer_number": "C-1"}, mode=Mode.RESTORE))
    running.apply()
    assert len(store.entities()) == 1


@pytest.mark.usefixtures("_later")
def test_a_full_bin_is_emptied_in_batches(store: Store):
    numbers = [f"C-{number}" for number in range(5)]
    store.write(*[operation(attributes={"customer_number": one}) for one in numbers])
    store.write(*[delete(customer_number=one) for one in numbers])
    at = NOW + timedelta(seconds=1)
    assert [empty(at, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert store.entities() == []


def test_an_organization_whose_bin_cannot_be_emptied_keeps_that_of_no_other_full(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    neighbour = Store(make_organization(slug="somewhere-else", name="Somewhere else"))
    for one in (store, neighbour):
        one.upsert(customer_number="C-1")
        one.write(delete(customer_number="C-1"))

    def write_but_for_home(*, organization_id: int, **arguments: Any) -> list[OperationResult]:
        found = write(organization_id=organization_id, **arguments)
        if organization_id == store.organization.pk:
            raise ValueError("a row that nobody foresaw")
        return found

    monkeypatch.setattr(emptying, "write", write_but_for_home)
    assert empty(NOW + timedelta(seconds=1), 1) == 1
    assert (len(store.entities()), len(neighbour.entities())) == (1, 0)
    assert str(store.organization.pk) in caplog.text
