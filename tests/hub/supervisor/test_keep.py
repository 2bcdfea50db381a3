"""How long the supervisor waits before it starts something again."""

from __future__ import annotations

from hub.supervisor.keep import pause_before_start


def test_the_pause_doubles_up_to_half_a_minute():
    assert [pause_before_start(ends) for ends in (1, 2, 3, 7, 8, 5000)] == [0.5, 1, 2, 30, 30, 30]
