"""The threads of an embedded worker that read beside its other stages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from proxies.models import PullState
from proxies.pulling import planning, running
from tests.proxies.pulling.conftest import Works
from tools.running import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture(autouse=True)
def _threads(settings: Any) -> Iterator[None]:
    """They read, and end with the test."""
    settings.HUB_DELIVERY_THREAD = True
    yield
    running.end()


def test_a_worker_reads_in_a_thread_and_does_not_wait_for_it(works: Works) -> None:
    works.source.add("C-1", "C-2", "C-3")
    works.schedule()
    planning.plan()
    assert running.work() == 0
    wait_for(lambda: works.runs[0].state == PullState.SUCCEEDED, "the run to end")
    assert works.taken() == ["C-1", "C-2", "C-3"]


def test_a_worker_that_ends_begins_no_further_page(works: Works) -> None:
    works.source.add(*map(str, range(100)))
    works.schedule()
    planning.plan()
    running.work()
    wait_for(lambda: len(works.source.asked) > 1, "the second page")
    running.end()
    [run] = works.runs
    assert (run.state, run.lease) == (PullState.WAITING, None)
    assert 0 < run.pages < 50
    running.turn(lambda: False)
    assert works.runs[0].state == PullState.SUCCEEDED
    assert works.taken() == list(map(str, range(100)))
