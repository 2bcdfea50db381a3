"""Sources whose pages come again are noticed long before most_pages."""

from __future__ import annotations

import pytest

from proxies.models import PullRun, PullState
from proxies.pulling.repeats import MARK_BYTES, MOST_MARKS, marked, refuse_turning
from tests.proxies.pulling.conftest import Works
from tests.receiver import Reply

pytestmark = pytest.mark.django_db

TURNING = '$page % 2 = 1 ? {"page": 2} : {"page": 1}'
COUNTING = '{"page": $page + 1}'


def ended(works: Works) -> PullRun:
    works.work()
    [run] = works.runs
    return run


def test_pages_that_take_turns_end_the_run_where_the_first_would_come_again(works: Works) -> None:
    works.source.add("C-1", "C-2", "C-3")
    works.schedule(next_page=TURNING)
    run = ended(works)
    assert (run.state, run.code) == (PullState.FAILED, "PULL_PAGES_REPEAT")
    assert run.message.startswith("next_page: yields on page 2 what a page of this run was asked with already")
    assert [one["page"] for one in works.source.asked] == ["1", "2"]


def test_what_the_last_page_brought_is_handed_on_though_it_names_itself_as_the_next(works: Works) -> None:
    works.source.add("C-1", "C-2", "C-3")
    works.schedule(next_page='$page < 2 ? {"page": $page + 1} : {"page": $page}')
    run = ended(works)
    assert (run.state, run.code, run.pages, run.items) == (PullState.FAILED, "PULL_PAGES_REPEAT", 2, 3)
    assert len(works.taken()) == 3


def test_a_source_that_does_not_turn_its_pages_is_noticed_by_its_records(works: Works) -> None:
    works.source.receiver.answer = lambda *_: Reply(
        200, {"Content-Type": "application/json"}, b'{"customers": [{"number": "C-1"}]}'
    )
    works.schedule(next_page=COUNTING)
    run = ended(works)
    assert (run.state, run.code, run.pages) == (PullState.FAILED, "PULL_PAGES_REPEAT", 1)
    assert run.message.startswith("page 2 brought the same records as an earlier page")


def test_pages_without_records_may_be_alike(works: Works) -> None:
    works.schedule(next_page='$page < 5 ? {"page": $page + 1}')
    run = ended(works)
    assert (run.state, run.pages, run.message) == (PullState.SUCCEEDED, 5, "")


def test_a_run_that_has_ended_keeps_no_marks(works: Works) -> None:
    works.source.add("C-1", "C-2", "C-3")
    works.schedule()
    assert ended(works).marks is None


def test_the_marks_of_a_run_have_an_end() -> None:
    known = b""
    for page in range(1, MOST_MARKS):
        known = marked(known, asked={"page": page}, items=[b"%d" % page], page=page)
    assert len(known) == MOST_MARKS * MARK_BYTES


def test_what_a_page_was_asked_with_is_the_same_in_any_order() -> None:
    known = marked(b"", asked={"a": 1, "b": 2}, items=[], page=1)
    with pytest.raises(Exception, match="a page of this run was asked with already"):
        refuse_turning(known, following={"b": 2, "a": 1}, page=2)
