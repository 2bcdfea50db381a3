"""When events that wait are tried again, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.entities.models import Entity
from inbound.models import InboundOutcome, ParkedKey, QueuedEvent
from inbound.process.waiting import JITTER, next_attempt_at
from tests.builders import NOW
from tests.conftest import FixedClock
from tests.inbound.conftest import CONTACT, Erp, drain

pytestmark = pytest.mark.django_db

BY_ID = {
    "entity_schema": "contact",
    "unique_ids": ["_id"],
    "fields": [{"attribute": "_id", "field": "ID"}, {"attribute": "last_name", "field": "WHO"}],
}
BOTH = {"entities": [CONTACT["entities"][0], BY_ID]}


def pauses(jitter: float) -> list[float]:
    moments = [next_attempt_at(attempts=attempts, at=NOW, jitter=jitter) for attempts in range(1, 6)]
    return [(moment - NOW).total_seconds() for moment in moments]


def test_pauses_grow_threefold_from_five_seconds() -> None:
    assert pauses(0) == [5, 15, 45, 135, 405]


def test_pauses_scatter_by_a_tenth() -> None:
    assert (JITTER, pauses(-JITTER)[0], pauses(JITTER)[0]) == (0.1, 4.5, 5.5)


def test_a_failure_that_may_last_is_looked_at_every_five_seconds() -> None:
    moments = [next_attempt_at(attempts=attempts, at=NOW, jitter=0, is_growing=False) for attempts in (1, 9)]
    assert moments == [NOW + timedelta(seconds=5)] * 2


def payload(identifier: Any) -> dict[str, Any]:
    return {"KUNNR": "1", "NAME": {"NACHNAME": "good"}, "ID": str(identifier), "WHO": "missing"}


def test_nothing_of_an_event_that_waits_is_applied(erp: Erp) -> None:
    erp.add_use_case("both", BOTH)
    erp.sync(payload(uuid4()), use_case_slug="both")
    assert (Entity.objects.count(), InboundOutcome.objects.count()) == (0, 0)


def test_the_last_attempt_applies_what_is_good_and_frees_the_keys(erp: Erp, clock: FixedClock) -> None:
    erp.add_use_case("both", BOTH)
    erp.sync(payload(uuid4()), use_case_slug="both")
    for _ in range(2):
        clock.move(minutes=1)
        drain()
    assert erp.entity("1").attributes["last_name"] == "good"
    assert InboundOutcome.objects.values_list("code", "counts").get() == (
        "ENTITY_REFERENCE_NOT_FOUND",
        {"created": 1, "failed": 1},
    )
    assert not ParkedKey.objects.exists()
    assert not QueuedEvent.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_events_that_wait(erp: Erp, count_queries: Any) -> None:
    erp.add_use_case("by-id", {"entities": [BY_ID]})

    def cost(events: int) -> int:
        erp.send(*[erp.event({"ID": str(uuid4()), "WHO": "late"}, use_case_slug="by-id") for _ in range(events)])
        with count_queries() as counted:
            drain()
        return len(counted)

    cost(1)
    assert cost(2) == cost(40)
    assert QueuedEvent.objects.filter(attempts=1).count() == 43
