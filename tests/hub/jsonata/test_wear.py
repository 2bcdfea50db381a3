"""A child that wears out is followed by another, and no request waits for its start."""

from __future__ import annotations

import os
import time

import msgspec
import orjson
import pytest

from hub import clock
from hub.jsonata import wear
from hub.jsonata.ends import ENDS, End
from hub.jsonata.pool import ChildPool
from tests.hub.jsonata.conftest import job, shown

pytestmark = pytest.mark.once

PATIENCE_S = 60.0
STAYS = 20


def _pid(pool: ChildPool) -> int:
    [told] = shown(pool.run("key", b"plan", [job("tell")]))
    return int(told["pid"])


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def _next_pid(pool: ChildPool, before: int) -> int:
    until = clock.monotonic() + PATIENCE_S
    while (now := _pid(pool)) == before:
        assert clock.monotonic() < until, "no other child took over"
        time.sleep(0.01)
    return now


def test_many_slices_of_one_job_are_one_life(make_pool):
    pool = make_pool()
    assert len({_pid(pool) for _ in range(1_000)}) == 1


def test_after_its_jobs_a_child_is_followed_by_another(make_pool, monkeypatch):
    pool, counted = make_pool(), ENDS.counted()
    before = _pid(pool)
    monkeypatch.setattr(wear, "JOBS_PER_LIFE", 3)
    after = _next_pid(pool, before)
    assert ENDS.counted() == {**counted, End.WORN: counted[End.WORN] + 1}
    assert _is_alive(after)
    assert not _is_alive(before)


def test_the_jobs_of_a_slice_count_each(make_pool, monkeypatch):
    monkeypatch.setattr(wear, "JOBS_PER_LIFE", 10)
    pool = make_pool()
    before = _pid(pool)
    pool.run("key", b"plan", [job("echo", 1)] * 9)
    assert _next_pid(pool, before) != before


@pytest.mark.parametrize("program", ["tests.hub.jsonata.never_ready", "tests.hub.jsonata.gone"])
def test_a_child_serves_on_until_its_successor_is_ready(program, make_pool, monkeypatch):
    pool = make_pool()
    before = _pid(pool)
    monkeypatch.setattr(wear, "JOBS_PER_LIFE", 1)
    pool.settings = msgspec.structs.replace(pool.settings, program=program)
    assert {_pid(pool) for _ in range(STAYS)} == {before}


def test_a_successor_ends_with_its_pool(make_pool, monkeypatch):
    monkeypatch.setattr(wear, "JOBS_PER_LIFE", 1)
    pool = make_pool()
    _pid(pool)
    child = pool.take()
    assert child.successor is not None
    successor = child.successor.process
    pool.give_back(child)
    pool.close()
    assert successor.poll() is not None


def test_a_child_that_has_grown_too_large_serves_nothing_more(make_pool, monkeypatch):
    monkeypatch.setattr(wear, "WORN_BYTES", 1)
    pool = make_pool()
    assert len({_pid(pool) for _ in range(wear.SLICES_PER_LOOK + 1)}) == 2


def test_memory_is_looked_at_after_a_large_slice(make_pool, monkeypatch):
    monkeypatch.setattr(wear, "WORN_BYTES", 1)
    pool = make_pool()
    before = _pid(pool)
    [answer] = pool.run("key", b"plan", [job("echo", "x" * wear.BYTES_PER_LOOK)])
    assert len(orjson.loads(bytes(answer))[1]) == wear.BYTES_PER_LOOK
    assert _pid(pool) != before


def test_a_child_that_ages_is_followed_by_another(make_pool, monkeypatch):
    monkeypatch.setattr(wear, "AGING_BYTES", 1)
    pool = make_pool()
    before = _pid(pool)
    assert _next_pid(pool, before) != before
