"""Mapping children that the tests of this folder share, one pool per engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from hub.jsonata.engine import ENGINES
from hub.jsonata.limits import INTERACTIVE
from hub.jsonata.pool import ChildFailure, ChildPool
from inbound.mapping.result import EventMapping, Facts, Job, decode_mapping, encode_job
from tests.engine_garbage import collected as collected

PROGRAM = "inbound.mapping.program"

Simulate = Callable[..., EventMapping]


@pytest.fixture(scope="session")
def pools() -> Iterator[dict[str, ChildPool]]:
    """A pool of one real child for each engine."""
    made = {name: ChildPool(size=1, program=PROGRAM, engine=name, limits=INTERACTIVE) for name in ENGINES}
    yield made
    for pool in made.values():
        pool.close()


@pytest.fixture
def simulate(pools: dict[str, ChildPool]) -> Simulate:
    """``simulate(configuration, payload, engine=…, form=…, **facts)`` through a child."""

    def run(
        configuration: Any, payload: bytes | Any, *, engine: str = "jsonatapy", form: str = "json", **facts: Any
    ) -> EventMapping:
        body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        plan = orjson.dumps(configuration)
        job = encode_job(Job(body, form, Facts(**{"advise": True, **facts})))
        [answer] = pools[engine].run(plan.decode(), plan, [job])
        assert not isinstance(answer, ChildFailure), answer.message
        return decode_mapping(answer)

    return run
