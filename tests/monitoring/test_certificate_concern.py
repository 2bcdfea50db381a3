"""Certificates of authorities whose time ends, as the first page of monitoring tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.accounts.models import Organization
from monitoring.certificate_concern import expiring
from monitoring.concerns import MOST_SHOWN, Concerns, Urgency
from tests.cast import Stage
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ends_in(days: int, folder: Path, name: str = "Authority of a test", *, begins_in: int = -1) -> Authority:
    now = datetime.now(tz=UTC)
    return Authority(folder, name, since=now + begins_in * DAY, until=now + days * DAY)


def found(organization: Organization, *, in_days: int = 0) -> Concerns:
    """What is told some days from now."""
    return expiring(organization=organization, most=MOST_SHOWN, at=datetime.now(tz=UTC) + in_days * DAY)


def test_a_certificate_that_lasts_needs_nobody(organization: Organization, tmp_path: Path) -> None:
    believe(organization, ends_in(90, tmp_path))
    assert found(organization) == Concerns()


def test_one_that_ends_within_thirty_days_is_told(organization: Organization, tmp_path: Path) -> None:
    believe(organization, ends_in(20, tmp_path))
    [line] = found(organization).lines
    assert (line.title, line.urgency, line.url) == (
        "Certificate expires soon",
        Urgency.FORGOTTEN,
        "/app/settings",
    )
    assert line.note.startswith("CN=Authority of a test, expires in")


def test_one_that_has_ended_is_worse(organization: Organization, tmp_path: Path) -> None:
    believe(organization, ends_in(20, tmp_path))
    [line] = found(organization, in_days=22).lines
    assert (line.title, line.urgency, line.glyph) == ("Certificate expired", Urgency.MISSED, "error")
    assert line.note.startswith("CN=Authority of a test, expired ")


def test_a_successor_of_the_same_name_takes_it_off_the_list(organization: Organization, tmp_path: Path) -> None:
    believe(organization, ends_in(20, tmp_path), ends_in(90, tmp_path))
    assert found(organization) == Concerns()


def test_a_successor_may_begin_before_the_other_ends(organization: Organization, tmp_path: Path) -> None:
    believe(organization, ends_in(20, tmp_path), ends_in(90, tmp_path, begins_in=15))
    assert found(organization) == Concerns()


def test_a_successor_that_begins_too_late_leaves_a_gap(organization: Organization, tmp_path: Path) -> None:
    believe(organization, ends_in(20, tmp_path), ends_in(90, tmp_path, begins_in=25))
    assert found(organization).total == 1


def test_an_authority_of_another_name_is_no_successor(organization: Organization, tmp_path: Path) -> None:
    believe(organization, ends_in(20, tmp_path, "Old"), ends_in(90, tmp_path, "Other"))
    assert found(organization).total == 1


def test_what_is_not_named_is_counted(organization: Organization, tmp_path: Path) -> None:
    believe(organization, *(ends_in(number + 1, tmp_path, f"Authority {number}") for number in range(MOST_SHOWN + 2)))
    told = found(organization)
    assert told.total == MOST_SHOWN + 2
    assert (told.lines[0].note.partition(",")[0], told.lines[-1].title) == (
        "CN=Authority 0",
        "2 more certificates expire or have",
    )


def test_a_neighbours_certificate_is_not_told(stage: Stage, tmp_path: Path) -> None:
    believe(stage.next_door, ends_in(20, tmp_path))
    assert found(stage.home) == Concerns()
