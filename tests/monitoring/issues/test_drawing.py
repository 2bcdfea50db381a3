"""A trend as a path: one closed bar for each number that is not zero."""

from __future__ import annotations

from monitoring.issues.drawing import trend_path


def test_the_highest_bar_fills_the_box_and_others_their_share():
    assert trend_path([0, 4, 2], width=30, height=9) == "M10 9v-8h8.2V9zM20 9v-4h8.2V9z"


def test_one_among_thousands_can_still_be_seen():
    assert trend_path([5000, 1], width=20, height=9).endswith("M10 9v-1.5h8.2V9z")


def test_nothing_is_drawn_of_nothing():
    assert trend_path([0, 0], width=30, height=9) == trend_path([], width=30, height=9) == ""
