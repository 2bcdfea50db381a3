"""How the bounds of an evaluation stand to each other."""

from __future__ import annotations

import pytest

from hub.jsonata.limits import BACKGROUND, INTERACTIVE, Limits


@pytest.mark.parametrize("limits", [BACKGROUND, INTERACTIVE])
def test_the_engine_notices_before_its_process_ends_and_that_before_the_parent_gives_up(limits: Limits):
    assert limits.expression_ms < limits.event_cpu_s * 1000 < limits.answer_wait_s * 1000


def test_a_caller_has_less_than_a_live_event_in_every_respect():
    assert all(getattr(INTERACTIVE, name) <= getattr(BACKGROUND, name) for name in Limits.__struct_fields__)
