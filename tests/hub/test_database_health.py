"""A request finds out that its connection to PostgreSQL is gone without asking the server each time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection

from hub import clock
from hub.database.postgresql.base import ASKED_EVERY_S, DatabaseWrapper

pytestmark = [pytest.mark.services, pytest.mark.django_db]


class Watched(DatabaseWrapper):
    """Counts how often the server was asked whether it is there."""

    asked = 0

    def is_usable(self) -> bool:
        self.asked += 1
        return bool(super().is_usable())


@pytest.fixture
def own() -> Iterator[Watched]:
    """A connection that no other test uses, to a database that is always there."""
    kept = {"NAME": "postgres", "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": None}
    made = Watched(connection.settings_dict | kept, "own")
    yield made
    made.close()


def _request(own: Watched) -> int:
    """What Django does before a request, and a statement of that request: which process of the server carried it out"""
    own.close_if_unusable_or_obsolete()
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _end(process_id: int) -> None:
    """As an administrator or a restart does; afterwards the process is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process_id])
        is_there = True
        while is_there:
            time.sleep(0.01)
            cursor.execute("SELECT count(*) FROM pg_stat_get_activity(%s)", [process_id])
            is_there = bool(cursor.fetchone()[0])


def test_a_quiet_connection_is_asked_once_for_many_requests(own: Watched) -> None:
    assert len({_request(own) for _ in range(20)}) == 1
    assert own.asked == 1


def test_it_is_asked_again_after_a_while(own: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        _request(own)
    later = clock.monotonic() + ASKED_EVERY_S
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    for _ in range(3):
        _request(own)
    assert own.asked == 2


def test_a_connection_that_the_server_has_ended_is_replaced_before_it_is_used(own: Watched) -> None:
    for _ in range(3):
        before = _request(own)
    _end(before)
    assert _request(own) != before


def test_one_that_was_closed_on_this_side_is_replaced(own: Watched) -> None:
    for _ in range(3):
        before = _request(own)
    own.connection.close()
    assert _request(own) != before
