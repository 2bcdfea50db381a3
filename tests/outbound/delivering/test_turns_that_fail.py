"""A turn that meets what ends it leaves nothing of its own behind."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, NoReturn

import pytest
from django.db import connection, connections

from outbound.delivering import turn
from outbound.delivering.turn import Turn


def test_the_connection_of_its_database_thread_is_closed(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    closed: list[str] = []

    def failing(**_: Any) -> NoReturn:
        connection.ensure_connection()
        opened.append(threading.current_thread().name)
        mine = connections["default"]
        monkeypatch.setattr(mine, "close", lambda: (closed.append(threading.current_thread().name), real())[1])
        real = type(mine).close.__get__(mine)
        raise LookupError

    monkeypatch.setattr(turn, "claim", failing)
    with pytest.raises(LookupError):
        asyncio.run(Turn(lambda: False).run())
    assert closed == opened
