"""Bytes of payloads are counted per use case and day, each event once."""

from __future__ import annotations

import pytest

from hub.retention.models import StoredBytes
from inbound import stored_bytes
from inbound.models import InboundEvent
from tests.conftest import FixedClock
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_all_ids(clock: FixedClock) -> None:
    """Ids are made by the real clock, which is behind the test's own from now on."""
    clock.move(days=900)


def numbers() -> list[tuple[int, int]]:
    return list(StoredBytes.objects.order_by("day", "use_case_id").values_list("rows", "bytes"))


def received_bytes() -> int:
    return sum(InboundEvent.objects.values_list("body_bytes", flat=True))


def test_events_count_for_their_use_case(erp: Erp) -> None:
    erp.send(erp.event(customer("1")), erp.event(customer("22")))
    assert stored_bytes.count() == 2
    assert numbers() == [(2, received_bytes())]
    assert StoredBytes.objects.get().use_case_id == erp.use_case.pk


def test_an_event_counts_once(erp: Erp) -> None:
    erp.send(erp.event(customer("1")))
    stored_bytes.count()
    assert stored_bytes.count() == 0
    assert numbers() == [(1, received_bytes())]


def test_later_events_are_added_to_those_of_their_day(erp: Erp) -> None:
    for number in ("1", "2"):
        erp.send(erp.event(customer(number)))
        stored_bytes.count()
    assert numbers() == [(2, received_bytes())]


def test_each_day_has_a_number_of_its_own(erp: Erp, clock: FixedClock) -> None:
    for number in ("1", "2"):
        erp.send(erp.event(customer(number)))
        clock.move(days=1)
    stored_bytes.count()
    assert [rows for rows, _ in numbers()] == [1, 1]


def test_what_no_use_case_takes_is_counted_too(erp: Erp) -> None:
    erp.send(erp.event(customer("1"), use_case_slug="unknown"))
    stored_bytes.count()
    assert [one.use_case_id.int for one in StoredBytes.objects.all()] == [0] * InboundEvent.objects.count()


def test_a_full_batch_is_followed_by_another(erp: Erp, monkeypatch: pytest.MonkeyPatch) -> None:
    erp.send(*(erp.event(customer(str(number))) for number in range(5)))
    monkeypatch.setattr(stored_bytes, "ROWS_AT_ONCE", 2)
    assert stored_bytes.count() == 5
    assert numbers() == [(5, received_bytes())]
