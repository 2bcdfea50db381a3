"""Schedules that fail are told on the first page of monitoring."""

from __future__ import annotations

import pytest

from hub.accounts.models import Organization
from monitoring.concerns import MOST_SHOWN, read_concerns
from proxies.pulling import acts
from tests.builders import make_organization
from tests.proxies.pulling.conftest import Works
from tests.receiver import Reply

pytestmark = pytest.mark.django_db

NARROW = "\u202f"


def told(works: Works, organization: Organization | None = None) -> list[tuple[str, str, str]]:
    found = read_concerns(organization or works.organization, works.clock.at)
    return [(one.title, one.code, one.note) for one in found.lines]


def test_a_schedule_whose_last_run_failed_is_told(works: Works) -> None:
    works.schedule()
    works.source.failures = [Reply(403)]
    works.work()
    works.clock.move(seconds=300)
    assert told(works) == [("Schedule reads nothing", "read-customers", f"failed 5{NARROW}min ago")]


def test_once_it_reads_again_nothing_is_told(works: Works) -> None:
    works.schedule()
    works.source.failures = [Reply(403)]
    works.work()
    works.clock.move(seconds=15 * 60)
    works.work()
    assert told(works) == []


def test_a_paused_schedule_fails_no_more(works: Works) -> None:
    use_case = works.schedule()
    works.source.failures = [Reply(403)]
    works.work()
    acts.pause(works.keeper(use_case))
    assert told(works) == []


def test_a_neighbour_is_told_nothing(works: Works) -> None:
    works.schedule()
    works.source.failures = [Reply(403)]
    works.work()
    assert told(works, make_organization()) == []


def test_of_many_only_some_are_named(works: Works) -> None:
    for number in range(MOST_SHOWN + 2):
        works.schedule(slug=f"read-{number}")
    works.source.failures = [Reply(403)] * (MOST_SHOWN + 2)
    works.work()
    assert [title for title, _, _ in told(works)] == ["Schedule reads nothing"] * MOST_SHOWN + [
        "2 more schedules read nothing"
    ]
    assert read_concerns(works.organization, works.clock.at).total == MOST_SHOWN + 2
