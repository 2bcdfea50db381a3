"""What goes at an age that nobody chooses goes in the same run, in batches, and disturbs nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from hub.events.models import AutomationFiring
from hub.ids import new_id
from hub.retention import running
from hub.retention.models import StoredBytes
from hub.retention.walking import expire_oldest
from tests.builders import NOW
from tests.cast import Stage

pytestmark = pytest.mark.django_db


def fired(stage: Stage, *days: int) -> None:
    for number in days:
        AutomationFiring.objects.create(
            organization=stage.home,
            name="n",
            source=f"s-{number}",
            event_id=new_id(),
            fired_at=NOW - timedelta(days=number),
        )


def test_what_is_older_than_its_age_goes(stage: Stage) -> None:
    fired(stage, 89, 91)
    running.apply()
    assert [row.source for row in AutomationFiring.objects.all()] == ["s-89"]


def test_a_batch_takes_the_oldest(stage: Stage) -> None:
    fired(stage, 3, 1, 2)
    assert expire_oldest(AutomationFiring.objects.all(), "fired_at", NOW, 2) == 2
    assert [row.source for row in AutomationFiring.objects.all()] == ["s-1"]


def test_one_run_takes_as_many_batches_as_it_needs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    fired(stage, *range(91, 96))
    [fixed] = [one for one in running.fixed_ages() if AutomationFiring in one.models]
    monkeypatch.setattr(running, "fixed_ages", lambda: (type(fixed)(fixed.label, fixed.age, (), fixed.expire, 2),))
    assert running.apply() == 5


def test_a_session_goes_once_it_ended(stage: Stage) -> None:
    for key, hours in (("ended", -1), ("lives", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=NOW + timedelta(hours=hours))
    running.apply()
    assert [row.session_key for row in Session.objects.all()] == ["lives"]


def test_numbers_of_bytes_go_after_four_hundred_days(stage: Stage) -> None:
    for days in (400, 401):
        StoredBytes.objects.create(
            organization_id=stage.home.pk,
            source="s",
            use_case_id="0" * 32,
            day=(NOW - timedelta(days=days)).date(),
        )
    running.apply()
    assert [(NOW.date() - row.day).days for row in StoredBytes.objects.all()] == [400]
