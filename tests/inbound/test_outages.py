"""Intake while the database comes and goes: stored once and told so, or told that it may not be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, OperationalError

from hub import database
from inbound.models import InboundEvent, InboundOutcome, QueuedEvent, SequenceCounter
from inbound.receive import store
from tests.door import Door
from tests.inbound.conftest import Erp, customer

pytestmark = pytest.mark.django_db(transaction=True)

Doors = tuple[Door, Door]
LOST = OperationalError("server closed the connection unexpectedly")
LONG, SHORT = 0, 1


def _fails(times: int, function: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """The function, the first times with a lost connection before or after what it does."""
    left = [times]

    def attempt(*positional: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            return function(*positional, **named)
        if after:
            function(*positional, **named)
        raise LOST

    return attempt


@pytest.fixture(autouse=True)
def _sequence(transactional_db: None) -> None:
    """A test without a transaction around it empties the tables, this row of the migrations included."""
    SequenceCounter.objects.get_or_create(name="event")


@pytest.fixture
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.database.transactions._pause_s", lambda attempt: 0.0)


@pytest.fixture
def lose_answers(monkeypatch: pytest.MonkeyPatch, _no_pauses: None) -> Callable[[int], None]:
    """Lets the next commits of requests reach the database, but not their answers."""

    def lose(times: int) -> None:
        insert = _fails(times, store._Request._insert, after=True)
        monkeypatch.setattr(store._Request, "_insert", lambda request: insert(request))

    return lose


@pytest.fixture
def lose_outcomes(monkeypatch: pytest.MonkeyPatch, _no_pauses: None) -> Callable[[int], None]:
    """Loses the connection when outcomes are to be written, the next times."""

    def lose(times: int) -> None:
        monkeypatch.setattr(store, "write_outcomes", _fails(times, store.write_outcomes, after=False))

    return lose


def _post(door: Door, erp: Erp, *events: dict[str, Any]) -> tuple[str, dict[str, str], Any]:
    status, headers, content = door.post(
        json.dumps(erp.request(*events)).encode(), HTTP_AUTHORIZATION=f"Bearer {erp.token.text}"
    )
    return status, headers, json.loads(content)


def _statuses(answer: tuple[str, dict[str, str], Any]) -> list[str]:
    return [result["status"] for result in answer[2]["results"]]


def _malformed(erp: Erp) -> dict[str, Any]:
    return erp.event("{nonsense", format="json")


@pytest.mark.parametrize("door", [LONG, SHORT])
def test_an_outage_while_outcomes_are_written_leaves_nothing_and_the_client_is_told(
    erp: Erp, doors: Doors, lose_outcomes: Callable[[int], None], door: int
) -> None:
    lose_outcomes(database.RETRIES + 1)
    status, headers, body = _post(doors[door], erp, erp.event(customer("1")), erp.event(customer("2")), _malformed(erp))
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert (body["code"], body["details"], sorted(body)[1]) == ("DATABASE_UNAVAILABLE", [], "correlation_id")
    assert not InboundEvent.objects.exists()


def test_both_doors_answer_an_outage_alike(erp: Erp, doors: Doors, lose_outcomes: Callable[[int], None]) -> None:
    lose_outcomes(2 * (database.RETRIES + 1))
    long_way, short_way = (_post(door, erp, _malformed(erp)) for door in doors)
    assert short_way[0] == long_way[0] == "503 Service Unavailable"
    assert _without_chance(short_way) == _without_chance(long_way)


def _without_chance(answer: tuple[str, dict[str, str], Any]) -> tuple[dict[str, str], dict[str, Any]]:
    remaining = {"RateLimit-Remaining": ""}
    return answer[1] | remaining, answer[2]


def test_a_request_is_stored_once_when_the_database_comes_back_in_time(
    erp: Erp, doors: Doors, lose_outcomes: Callable[[int], None]
) -> None:
    lose_outcomes(database.RETRIES)
    answer = _post(doors[SHORT], erp, erp.event(customer("1")), erp.event(customer("2")), _malformed(erp))
    assert _statuses(answer) == ["success", "success", "error"]
    assert (InboundEvent.objects.count(), QueuedEvent.objects.count()) == (3, 2)


@pytest.mark.parametrize("key", [{}, {"deduplication_id": "C1-v1"}])
@pytest.mark.parametrize("door", [LONG, SHORT])
def test_a_commit_whose_answer_is_lost_is_found_and_not_repeated(
    erp: Erp, doors: Doors, lose_answers: Callable[[int], None], door: int, key: dict[str, str]
) -> None:
    lose_answers(1)
    assert (
        _statuses(_post(doors[door], erp, erp.event(customer("1"), **key), erp.event(customer("2")))) == ["success"] * 2
    )
    assert (InboundEvent.objects.count(), QueuedEvent.objects.count()) == (2, 2)


def test_what_ended_at_the_door_is_told_after_a_lost_answer_too(
    erp: Erp, doors: Doors, lose_answers: Callable[[int], None]
) -> None:
    event = erp.event(customer("1"), deduplication_id="C1-v1")
    erp.send(event)
    lose_answers(1)
    assert _statuses(_post(doors[SHORT], erp, event, _malformed(erp))) == ["skipped", "error"]
    assert (InboundEvent.objects.count(), InboundOutcome.objects.count()) == (3, 2)


@pytest.mark.parametrize(
    "keys", [({}, {}), ({"deduplication_id": "A"}, {}), ({"deduplication_id": "A"}, {"deduplication_id": "B"})]
)
def test_a_commit_that_shows_only_after_it_was_asked_for_is_no_duplicate_of_itself(
    erp: Erp, doors: Doors, lose_answers: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, keys: Any
) -> None:
    is_stored, asked = store._Request._is_stored, []

    def first_too_early(request: Any) -> bool:
        asked.append(request)
        return len(asked) > 1 and is_stored(request)

    monkeypatch.setattr(store._Request, "_is_stored", first_too_early)
    lose_answers(1)
    events = [erp.event(customer(str(number)), **key) for number, key in enumerate(keys)]
    assert _statuses(_post(doors[SHORT], erp, *events)) == ["success", "success"]
    assert (InboundEvent.objects.count(), InboundOutcome.objects.count()) == (2, 0)


def test_a_database_that_is_away_before_anything_is_stored_is_a_503_too(
    erp: Erp, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbound.receive.batch.routing_table", _fails(2, lambda: None, after=False))
    status, headers, body = _post(doors[SHORT], erp, erp.event(customer("1")))
    assert (status[:3], headers["Retry-After"], body["code"]) == ("503", "5", "DATABASE_UNAVAILABLE")


def test_rows_that_the_database_refuses_are_tried_once(
    erp: Erp, doors: Doors, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "django.request")
    tries: list[object] = []

    def refuse(request: Any) -> None:
        tries.append(request)
        raise DataError("value out of range")

    monkeypatch.setattr(store._Request, "_insert", refuse)
    status, _, body = _post(doors[SHORT], erp, erp.event(customer("1")))
    assert (status[:3], body["code"], len(tries)) == ("500", "INTERNAL_ERROR", 1)
