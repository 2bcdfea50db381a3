"""Variables whose last day is near or past, as the first page of monitoring tells of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hub.accounts.models import Organization
from monitoring.concerns import MOST_SHOWN, Concerns, Urgency
from monitoring.variable_concern import expiring
from tests.builders import NOW, make_variable
from tests.cast import Stage

pytestmark = pytest.mark.django_db

TODAY = date(2026, 1, 15)


def ends_in(days: int, organization: Organization, **fields: Any) -> None:
    make_variable(organization=organization, expires_on=TODAY + timedelta(days=days), **fields)


def found(organization: Organization) -> Concerns:
    return expiring(organization=organization, most=MOST_SHOWN, at=NOW)


def test_what_lasts_or_never_expires_needs_nobody(organization: Organization) -> None:
    ends_in(31, organization)
    make_variable(organization=organization)
    assert found(organization) == Concerns()


def test_a_secret_is_told_thirty_days_before(organization: Organization) -> None:
    ends_in(30, organization, key="erp.password", type="SecretString")
    [line] = found(organization).lines
    assert (line.title, line.note, line.urgency) == (
        "Secret expires soon",
        "erp.password, expires in 30 days",
        Urgency.FORGOTTEN,
    )
    assert line.url == "/app/environments/keys/erp.password"


def test_what_expired_is_worse_and_stands_first(organization: Organization) -> None:
    ends_in(0, organization, key="a")
    ends_in(-3, organization, key="z")
    lines = found(organization).lines
    assert [(one.title, one.note, one.urgency, one.glyph) for one in lines] == [
        ("Variable expired", "z, expired 3 days ago", Urgency.MISSED, "error"),
        ("Variable expires soon", "a, expires today", Urgency.FORGOTTEN, "warning"),
    ]


def test_what_is_not_named_is_counted(organization: Organization) -> None:
    for number in range(MOST_SHOWN + 2):
        ends_in(number, organization)
    told = found(organization)
    assert (told.total, told.lines[-1].title) == (MOST_SHOWN + 2, "2 more variables expire or have")


def test_a_neighbours_variable_is_not_told(stage: Stage) -> None:
    ends_in(3, stage.next_door)
    assert found(stage.home) == Concerns()
