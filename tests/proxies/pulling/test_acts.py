"""What people do with a schedule, and what the audit trail keeps of it."""

from __future__ import annotations

import pytest

from hub.accounts.models import AuditEntry
from hub.errors import Conflict, Invalid, NotFound
from hub.ids import new_id
from proxies.models import PullState
from proxies.pulling import acts, planning, running
from proxies.pulling.acts import PullHeld, PullUnderWay
from proxies.pulling.claiming import claim
from proxies.pulling.recording import LeaseLost, Page, note_page
from tests.builders import make_use_case
from tests.proxies.pulling.conftest import Works

pytestmark = pytest.mark.django_db


def acts_of(works: Works) -> list[str]:
    return [row.action for row in AuditEntry.objects.filter(organization=works.organization).order_by("sequence")]


def test_a_full_sync_reads_from_the_very_beginning(works: Works) -> None:
    works.source.add("C-1")
    use_case = works.schedule()
    works.work()
    acts.run_now(works.keeper(use_case), is_full=True)
    running.turn(lambda: False)
    assert [one["since"] for one in works.source.asked] == ["2026-01-01T00:00:00Z"] * 2
    assert [run.kind for run in works.runs] == ["scheduled", "full"]


def test_a_run_by_hand_begins_where_the_next_would_have_begun(works: Works) -> None:
    works.source.add("C-1")
    use_case = works.schedule()
    works.work()
    acts.run_now(works.keeper(use_case))
    running.turn(lambda: False)
    assert works.source.asked[-1]["since"] == "2026-01-10T00:00:00Z"


def test_two_runs_never_move_one_cursor(works: Works) -> None:
    use_case = works.schedule()
    planning.plan()
    with pytest.raises(PullUnderWay):
        acts.run_now(works.keeper(use_case))


def test_rewound_the_next_run_begins_there(works: Works) -> None:
    use_case = works.schedule()
    works.work()
    acts.rewind(works.keeper(use_case), "2025-06-01T00:00:00Z")
    works.clock.move(seconds=15 * 60)
    works.work()
    assert works.source.asked[-1]["since"] == "2025-06-01T00:00:00Z"
    assert acts_of(works) == ["pull.rewound"]


def test_nobody_rewinds_under_a_run(works: Works) -> None:
    use_case = works.schedule()
    planning.plan()
    with pytest.raises(PullUnderWay):
        acts.rewind(works.keeper(use_case), "2025-06-01T00:00:00Z")


def test_a_schedule_without_a_cursor_cannot_be_rewound(works: Works) -> None:
    use_case = works.schedule(cursor=None)
    with pytest.raises(Invalid, match="keeps no cursor"):
        acts.rewind(works.keeper(use_case), "2025-06-01T00:00:00Z")


def test_paused_nothing_is_read_and_resumed_it_is_read_once(works: Works) -> None:
    use_case = works.schedule()
    works.work()
    acts.pause(works.keeper(use_case))
    works.clock.move(seconds=3600)
    works.work()
    assert len(works.source.asked) == 1
    acts.resume(works.keeper(use_case))
    works.work()
    assert len(works.source.asked) == 2
    assert acts_of(works) == ["pull.paused", "pull.resumed"]


def test_a_run_under_way_is_held_by_a_pause(works: Works) -> None:
    use_case = works.schedule()
    planning.plan()
    acts.pause(works.keeper(use_case))
    running.turn(lambda: False)
    assert [run.state for run in works.runs] == [PullState.PLANNED]


def test_nothing_runs_by_hand_while_it_is_held(works: Works) -> None:
    use_case = works.schedule()
    acts.pause(works.keeper(use_case))
    with pytest.raises(PullHeld, match="paused"):
        acts.run_now(works.keeper(use_case))


def test_a_cancelled_run_notes_no_further_page(works: Works) -> None:
    use_case = works.schedule()
    planning.plan()
    run = claim()
    assert run is not None
    acts.cancel_run(works.keeper(use_case), run.pk)
    with pytest.raises(LeaseLost):
        note_page(run, Page(1, 0, None, None))
    assert [one.state for one in works.runs] == [PullState.CANCELLED]


def test_a_run_that_has_ended_cannot_be_cancelled(works: Works) -> None:
    use_case = works.schedule()
    works.work()
    with pytest.raises(Conflict, match="has ended already"):
        acts.cancel_run(works.keeper(use_case), works.runs[0].pk)
    with pytest.raises(NotFound):
        acts.cancel_run(works.keeper(use_case), new_id())


def test_a_use_case_without_schedule_has_nothing_to_act_on(works: Works) -> None:
    use_case = make_use_case(integration=works.integration, slug="other")
    with pytest.raises(NotFound, match="no schedule"):
        works.keeper(use_case)
