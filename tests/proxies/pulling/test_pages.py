"""The page of a schedule, and what people do there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.ids import to_text
from integrations.models import UseCase
from proxies.models import PullState
from proxies.pulling import acts, planning
from proxies.pulling.claiming import LEASE, claim
from proxies.pulling.handing_on import RUN_PREFIX
from tests.builders import make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, VIEWER
from tests.proxies.pulling.conftest import Works
from tests.receiver import Reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    """Somebody who may change use cases."""
    return client_of(ADMIN)


def address(use_case: UseCase, act: str = "") -> str:
    return f"/app/integrations/{use_case.integration_id}/use-cases/{use_case.pk}/schedule{act}"


def test_a_schedule_that_has_read_shows_what(works: Works, admin: Client) -> None:
    works.source.add("C-1", "C-2", "C-3")
    use_case = works.schedule()
    works.work()
    shown = admin.get(address(use_case)).content.decode()
    assert "every 15 minutes" in shown
    assert "2026-01-10T00:00:00Z" in shown
    assert f"?correlation={to_text(RUN_PREFIX, works.runs[0].id)}" in shown


def test_before_the_first_run_the_page_says_when_it_begins(works: Works, admin: Client) -> None:
    shown = admin.get(address(works.schedule())).content.decode()
    assert "No runs yet" in shown
    assert "the very beginning" in shown


def test_why_the_last_run_has_failed_stands_on_top(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    works.source.failures = [Reply(403)]
    works.work()
    shown = admin.get(address(use_case)).content.decode()
    assert "The last run has failed." in shown
    assert works.runs[0].message in shown


def test_a_call_without_a_schedule_is_told_how_to_get_one(works: Works, admin: Client) -> None:
    use_case = make_use_case(integration=works.integration, type="managed_call", slug="plain")
    assert "This call has no schedule" in admin.get(address(use_case)).content.decode()


def test_somebody_who_may_only_look_finds_nothing_to_press(works: Works, client_of: Callable[..., Client]) -> None:
    use_case = works.schedule()
    viewer = client_of(VIEWER)
    assert "Read now" not in viewer.get(address(use_case)).content.decode()
    assert viewer.post(address(use_case, "/run")).status_code == 403


def test_a_neighbour_finds_no_schedule(works: Works, client_of: Callable[..., Client]) -> None:
    use_case = works.schedule()
    neighbour = client_of(NEIGHBOUR_OWNER)
    answers = [neighbour.get(address(use_case))] + [
        neighbour.post(address(use_case, act))
        for act in ("/run", "/full-sync", "/rewind", "/pause", "/resume", "/runs/pull_0/cancel")
    ]
    assert [one.status_code for one in answers] == [404] * len(answers)


@pytest.mark.parametrize(("act", "kind"), [("/run", "manual"), ("/full-sync", "full")])
def test_a_run_is_asked_for(works: Works, admin: Client, act: str, kind: str) -> None:
    use_case = works.schedule()
    assert admin.post(address(use_case, act)).status_code == 302
    assert [run.kind for run in works.runs] == [kind]


def test_a_second_run_is_refused_with_a_sentence(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    shown = admin.post(address(use_case, "/run"), follow=True).content.decode()
    assert "A run of this use case is on its way." in shown


def test_a_run_that_is_tried_again_says_why_and_when(works: Works, admin: Client) -> None:
    works.source.add("C-1")
    use_case = works.schedule()
    works.source.failures = [Reply(503)]
    works.work()
    shown = admin.get(address(use_case)).text
    assert "The run has failed and is tried again by itself." in shown
    assert "one is on its way" not in shown


def test_paused_and_resumed(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    admin.post(address(use_case, "/pause"))
    assert works.pull.paused_at == works.clock.at
    assert "Resume" in admin.get(address(use_case)).content.decode()
    admin.post(address(use_case, "/resume"))
    assert works.pull.paused_at is None


@pytest.mark.parametrize(
    ("typed", "cursor"), [("2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z"), (" 5 ", "5"), ("", None)]
)
def test_rewound_to_what_was_typed(works: Works, admin: Client, typed: str, cursor: str | None) -> None:
    use_case = works.schedule()
    works.work()
    assert admin.post(address(use_case, "/rewind"), {"cursor": typed}).status_code == 302
    assert works.cursor == cursor


def test_a_cursor_that_counts_stays_a_number(works: Works, admin: Client) -> None:
    use_case = works.schedule(cursor={"parameter": "since", "initial": 0})
    assert admin.post(address(use_case, "/rewind"), {"cursor": "12"}).status_code == 302
    assert works.cursor == 12


@pytest.mark.parametrize(("initial", "example"), [(0, "such as 0"), ("", "2026-01-31T00:00:00Z")])
def test_the_example_is_of_the_sort_that_the_schedule_keeps(
    works: Works, admin: Client, initial: Any, example: str
) -> None:
    use_case = works.schedule(cursor={"parameter": "since", "initial": initial})
    assert example in admin.get(address(use_case, "/rewind")).content.decode()


@pytest.mark.parametrize("typed", ["2026-02-31", "2026-02-31T00:00", "January", "5"])
def test_a_cursor_that_is_a_moment_takes_what_exists(works: Works, admin: Client, typed: str) -> None:
    use_case = works.schedule(cursor={"parameter": "since", "initial": "2026-01-01"})
    answer = admin.post(address(use_case, "/rewind"), {"cursor": typed})
    assert answer.status_code == 422
    assert "must be a day or a moment that exists" in answer.content.decode()
    for exists in ("2026-02-28", "2026-02-28T23:59:00Z"):
        assert admin.post(address(use_case, "/rewind"), {"cursor": exists}).status_code == 302
        assert works.cursor == exists


@pytest.mark.parametrize("typed", ["abc", "nan", "inf", "1e999", "0x10", "1_000", "<script>"])
def test_a_cursor_that_counts_takes_no_text(works: Works, admin: Client, typed: str) -> None:
    use_case = works.schedule(cursor={"parameter": "since", "initial": 0})
    answer = admin.post(address(use_case, "/rewind"), {"cursor": typed})
    assert answer.status_code == 422
    assert "must be a number" in answer.content.decode()


def test_under_a_run_nothing_is_rewound(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    answer = admin.post(address(use_case, "/rewind"), {"cursor": "2025"})
    assert answer.status_code == 422
    assert "Wait for its end" in answer.content.decode()


def test_a_run_is_cancelled(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    admin.post(address(use_case, f"/runs/{to_text(RUN_PREFIX, works.runs[0].id)}/cancel"))
    assert [run.state for run in works.runs] == [PullState.CANCELLED]


def test_the_use_case_leads_to_its_schedule(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    page = f"/app/integrations/{use_case.integration_id}/use-cases/{use_case.pk}"
    assert address(use_case) in admin.get(page).content.decode()


def test_the_page_costs_as_many_queries_for_many_runs_as_for_one(
    works: Works, admin: Client, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    use_case = works.schedule()
    works.work()
    admin.get(address(use_case))
    with count_queries() as one:
        admin.get(address(use_case))
    for _ in range(3):
        acts.run_now(works.keeper(use_case))
        works.work()
    with count_queries() as many:
        assert admin.get(address(use_case)).status_code == 200
    assert len(many) == len(one)


def test_a_run_whose_worker_is_gone_is_called_interrupted(works: Works, admin: Client) -> None:
    use_case = works.schedule()
    planning.plan()
    assert claim() is not None
    assert "Interrupted" not in admin.get(address(use_case)).content.decode()
    works.clock.move(LEASE)
    shown = admin.get(address(use_case)).content.decode()
    assert "Interrupted" in shown
    assert "The next worker that is free reads its page again." in shown
