"""Every attack of the table ends as an error of its own event; parent and next job go on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from hub.jsonata.limits import ERROR_CHARACTERS, INTERACTIVE
from hub.jsonata.pool import ChildFailure, ChildPool
from inbound.mapping.result import Facts, Job, decode_mapping, encode_job
from tests.inbound.mapping.attacks import EXPRESSIONS, PAYLOADS, SECOND_ENGINE
from tests.inbound.mapping.conftest import PROGRAM

pytestmark = pytest.mark.once

SIDE_BY_SIDE = 3
"""Attacks that run at one time, more than a small machine has processors."""
PATIENCE_S = 300
"""Until an attack that goes on for ever fails its test instead of halting all of them."""


@dataclass(frozen=True)
class Outcome:
    """What an attack came to, and what a harmless event right behind it did."""

    message: str
    next_attributes: dict[str, Any]


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, Future[Outcome]]]:
    """All attacks, started at once, a few of them at a time."""
    pool = ChildPool(size=SIDE_BY_SIDE, program=PROGRAM, limits=INTERACTIVE)
    other = ChildPool(size=SIDE_BY_SIDE, program=PROGRAM, engine="jsonata-python", limits=INTERACTIVE)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        started = {row: threads.submit(_attack, pool, text, PAYLOADS.get(row, {})) for row, text in EXPRESSIONS.items()}
        started |= {name: threads.submit(_attack, other, text, {}) for name, text in SECOND_ENGINE.items()}
        yield started
    pool.close()
    other.close()


def _attack(pool: ChildPool, expression: str, payload: Any) -> Outcome:
    return Outcome(str(_map(pool, expression, payload)), _map(pool, "1+1", {}))


def _map(pool: ChildPool, expression: str, payload: Any) -> Any:
    fields = [{"attribute": "n", "constant": 1}, {"attribute": "v", "jsonataExpression": expression}]
    plan = orjson.dumps({"entities": [{"entity_schema": "contact", "unique_ids": ["n"], "fields": fields}]})
    [answer] = pool.run(plan.decode(), plan, [encode_job(Job(orjson.dumps(payload), "json", Facts()))])
    if isinstance(answer, ChildFailure):
        return answer.message
    mapping = decode_mapping(answer)
    return mapping.failure.message if mapping.failure is not None else mapping.updates[0].attributes


@pytest.mark.parametrize("row", EXPRESSIONS)
def test_an_attack_ends_as_a_short_error(row, outcomes):
    outcome = outcomes[row].result(PATIENCE_S)
    assert not outcome.message.startswith("{"), outcome.message[:200]
    assert len(outcome.message) <= ERROR_CHARACTERS + 100


@pytest.mark.parametrize("row", EXPRESSIONS)
def test_the_event_behind_an_attack_is_mapped(row, outcomes):
    assert outcomes[row].result(PATIENCE_S).next_attributes == {"n": 1, "v": 2}


@pytest.mark.parametrize("name", SECOND_ENGINE)
def test_attacks_on_the_second_engine_leave_it_working(name, outcomes):
    outcome = outcomes[name].result(PATIENCE_S)
    assert outcome.next_attributes == {"n": 1, "v": 2}


def test_a_text_for_which_the_interpreter_has_no_memory_is_a_resource_limit():
    pool = ChildPool(size=1, program=PROGRAM, limits=INTERACTIVE)
    try:
        # The engine says so itself or dies of it, as its memory happens to lie; the event ends the same way.
        assert _map(pool, "$pad('a', 100000000)", {}).startswith("resource limit")
    finally:
        pool.close()
