"""How long the supervisor waits before it starts something again, and what it says of that."""

from __future__ import annotations

from hub.supervisor.keep import pause_before_start, sentence_about_end


def test_the_pause_doubles_up_to_half_a_minute():
    assert [pause_before_start(ends) for ends in (1, 2, 3, 7, 8, 5000)] == [0.5, 1, 2, 30, 30, 30]


def test_one_end_is_an_event_like_others():
    assert sentence_about_end("worker", -9, ends_in_a_row=1) == (
        "The worker ended (killed by SIGKILL). It starts again in 0.5 s."
    )


def test_what_ends_again_and_again_is_said_to_need_mending():
    assert sentence_about_end("worker", 1, ends_in_a_row=3) == (
        "The worker does not stay up: 3 ends in a row (exit code 1). "
        "Mend what its own lines above say; it is tried again in 2 s."
    )
