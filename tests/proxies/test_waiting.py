"""So many requests wait for other systems, and no more."""

from __future__ import annotations

import pytest

from proxies.waiting import TooManyWaiting, waiting_for_upstream

pytestmark = pytest.mark.once


def test_whoever_comes_when_all_places_are_taken_is_told_to_come_again(settings):
    settings.HUB_MOST_WAITING = 2
    with waiting_for_upstream(), waiting_for_upstream():
        with pytest.raises(TooManyWaiting) as raised, waiting_for_upstream():
            pass
        assert (raised.value.status, raised.value.headers["Retry-After"]) == (429, "1")
    with waiting_for_upstream():
        pass


def test_half_of_the_threads_never_wait(settings):
    settings.HUB_WEB_THREADS = 2
    with waiting_for_upstream(), pytest.raises(TooManyWaiting), waiting_for_upstream():
        pass


def test_a_failure_gives_the_place_back(settings):
    settings.HUB_MOST_WAITING = 1
    for _ in range(2):
        with pytest.raises(ValueError), waiting_for_upstream():
            raise ValueError
