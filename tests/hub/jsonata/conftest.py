"""Pools of real children that run the program of these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from hub.jsonata.limits import Limits
from hub.jsonata.pool import ChildFailure, ChildPool
from tests.engine_garbage import collected as collected

QUICK = Limits(expression_ms=500, event_cpu_s=0.5, answer_wait_s=2.0)

MakePool = Callable[..., ChildPool]


@pytest.fixture
def make_pool() -> Iterator[MakePool]:
    """``make_pool(size=1, limits=…, …)``; its children end with the test."""
    made: list[ChildPool] = []

    def make(**more: Any) -> ChildPool:
        made.append(ChildPool(**{"size": 1, "program": "tests.hub.jsonata.program", "limits": QUICK, **more}))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def job(act: str, argument: Any = None) -> bytes:
    """A job for the program."""
    return orjson.dumps([act, argument])


def shown(answers: list[bytes | ChildFailure]) -> list[Any]:
    """Answers as values, failures as their messages."""
    return [answer.message if isinstance(answer, ChildFailure) else orjson.loads(answer) for answer in answers]
