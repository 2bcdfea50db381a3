"""The pool answers every job, whatever its children die of, and blames the right one."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from hub import clock
from hub.jsonata import quarantine
from hub.jsonata.ends import ENDS, End
from hub.jsonata.pool import RESOURCE_LIMIT, Busy, ChildPool, NoChild
from tests.hub.jsonata.conftest import QUICK, job, shown

pytestmark = pytest.mark.once

ECHO = job("echo", 1)
ECHOED = ["plan", 1]


def _run(pool: ChildPool, *jobs: bytes, key: str = "key", plan: bytes = b"plan") -> list[object]:
    return shown(pool.run(key, plan, jobs))


def _pid(pool: ChildPool) -> int:
    [told] = _run(pool, job("tell"))
    return int(told["pid"])  # type: ignore[index]  # the program's own answer


def test_answers_come_in_the_order_of_the_jobs(make_pool):
    assert _run(make_pool(), *[job("echo", number) for number in range(120)]) == [["plan", n] for n in range(120)]


def test_no_jobs_have_no_answers(make_pool):
    assert _run(make_pool()) == []


def test_a_plan_is_sent_once_to_a_child(make_pool):
    pool = make_pool()
    _run(pool, ECHO)
    _run(pool, ECHO)
    [told] = _run(pool, job("tell"))
    assert (told["prepared"], told["jobs"]) == (1, 3)


def test_an_error_is_the_answer_of_its_job_alone(make_pool):
    assert _run(make_pool(), ECHO, job("raise", "no"), ECHO) == [ECHOED, "ValueError: no", ECHOED]


def test_an_error_text_is_short_and_printable(make_pool):
    [message] = _run(make_pool(), job("raise", "a\n\x1b" + "x" * 100_000))
    assert len(message) == 300
    assert message.isprintable()


def test_a_plan_that_cannot_be_prepared_fails_its_jobs(make_pool):
    pool = make_pool()
    assert _run(pool, ECHO, ECHO, key="broken", plan=b"broken") == ["ValueError: no such plan"] * 2
    assert _run(pool, ECHO) == [ECHOED]


@pytest.mark.parametrize("fatal", [job("die"), job("spin"), job("sleep", 5)], ids=["killed", "cpu", "silent"])
def test_a_job_that_ends_its_child_fails_alone(fatal, make_pool):
    assert _run(make_pool(), ECHO, fatal, ECHO, ECHO) == [ECHOED, RESOURCE_LIMIT, ECHOED, ECHOED]


def test_every_child_that_a_job_ends_is_counted(make_pool):
    before = ENDS.counted()[End.BROKEN]
    _run(make_pool(), ECHO, job("die"), ECHO)
    assert ENDS.counted()[End.BROKEN] - before == 3  # in its slice, after others, and in a fresh child


def test_a_job_that_dies_of_its_surroundings_is_tried_again(make_pool):
    assert _run(make_pool(), ECHO, job("die unless first"), ECHO) == [ECHOED, 0, ECHOED]


def test_a_job_out_of_cpu_time_is_not_tried_again(make_pool):
    pool = make_pool()
    started = clock.monotonic()
    assert _run(pool, job("spin")) == [RESOURCE_LIMIT]
    assert clock.monotonic() - started < 2 * pool.settings.limits.answer_wait_s


def test_a_job_is_not_to_blame_for_a_machine_that_holds_its_child_up(make_pool):
    pool = make_pool(limits=msgspec.structs.replace(QUICK, answer_wait_s=0.2))
    process_id = _pid(pool)
    os.kill(process_id, signal.SIGSTOP)
    going_on = threading.Timer(0.7, os.kill, [process_id, signal.SIGCONT])
    going_on.start()
    assert _run(pool, ECHO) == [ECHOED]
    going_on.join()


def test_a_child_that_was_killed_while_idle_is_replaced(make_pool):
    pool = make_pool()
    os.kill(_pid(pool), signal.SIGKILL)
    assert _run(pool, ECHO, ECHO) == [ECHOED, ECHOED]
    assert not pool.quarantine.holds("key")


def test_a_panic_is_an_error_and_ends_the_child(make_pool):
    pool = make_pool()
    before = _pid(pool)
    assert _run(pool, job("panic"), ECHO) == ["Panic: index out of range", ECHOED]
    assert _pid(pool) != before


def test_a_job_without_memory_fails(make_pool):
    pool = make_pool()
    assert _run(pool, job("allocate", 600 * 1024 * 1024), ECHO) == ["resource limit: not enough memory", ECHOED]


def test_memory_below_the_bound_is_there(make_pool):
    assert _run(make_pool(), job("allocate", 300 * 1024 * 1024)) == [300 * 1024 * 1024]


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (["[", 200], "deeper"),
        (["1,", 600_000], "500,000 values: let an event bring fewer items"),
        (["x", 11 * 1024 * 1024], "larger"),
    ],
)
def test_a_result_that_is_too_much_is_a_failure(raw, part, make_pool):
    [message] = _run(make_pool(), job("raw", raw))
    assert message.startswith("resource limit")
    assert part in message


def test_a_job_that_is_too_large_is_a_failure(make_pool):
    [message] = _run(make_pool(), job("echo", "x" * 11 * 1024 * 1024))
    assert message.startswith("resource limit: the input")


def test_the_third_limit_hit_puts_a_plan_in_quarantine(make_pool):
    pool = make_pool()
    answers = _run(pool, *[job("die")] * 5)
    assert answers[:3] == [RESOURCE_LIMIT] * 3
    assert all("too often" in str(answer) for answer in answers[3:])
    assert _run(pool, ECHO, key="another") == [ECHOED]


def test_a_quarantine_ends_after_ten_minutes(make_pool, monkeypatch):
    pool = make_pool()
    _run(pool, *[job("die")] * 3)
    later = clock.monotonic() + quarantine.WITHIN_S + 60
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    assert _run(pool, ECHO) == [ECHOED]


def test_a_slice_waits_in_hand_until_the_only_child_is_free(make_pool):
    pool = make_pool()
    first = pool.start("key", b"plan", [ECHO])
    second = pool.start("other", b"plan", [ECHO])
    assert shown(first.results()) + shown(second.results()) == [ECHOED, ECHOED]


def test_a_caller_who_waits_too_long_is_told_busy(make_pool):
    pool = make_pool(wait_s=0.01)
    held = pool.start("key", b"plan", [ECHO])
    with pytest.raises(Busy):
        pool.run("key", b"plan", [ECHO])
    assert shown(held.results()) == [ECHOED]


def test_a_slice_that_nobody_waits_for_gives_its_child_free(make_pool):
    pool = make_pool(wait_s=1)
    pool.start("key", b"plan", [job("sleep", 60)])
    assert _run(pool, ECHO) == [ECHOED]


def test_many_threads_share_two_children(make_pool):
    pool = make_pool(size=2)
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda number: _run(pool, job("echo", number)), range(64)))
    assert answers == [[["plan", number]] for number in range(64)]


def test_a_program_that_does_not_load_is_no_fault_of_the_jobs(make_pool):
    pool = make_pool(program="tests.hub.jsonata.gone")
    with pytest.raises(NoChild):
        pool.run("key", b"plan", [ECHO])
    assert not pool.quarantine.holds("key")


def test_every_wait_asks_whether_a_transaction_is_open(make_pool):
    asked: list[int] = []
    pool = make_pool(forbid_in_transaction=lambda: asked.append(1))
    pending = pool.start("key", b"plan", [ECHO])
    pending.results()
    assert len(asked) == 2


def test_a_refused_wait_leaves_the_pool_usable(make_pool):
    pool = make_pool(wait_s=1)
    pending = pool.start("key", b"plan", [ECHO])
    pool.forbid_in_transaction = _refuse
    with pytest.raises(AssertionError):
        pending.results()
    pool.forbid_in_transaction = lambda: None
    assert _run(pool, ECHO) == [ECHOED]


def _refuse() -> None:
    raise AssertionError("a transaction is open")


def test_a_closed_pool_starts_again(make_pool):
    pool = make_pool()
    before = _pid(pool)
    pool.close()
    assert _pid(pool) != before
