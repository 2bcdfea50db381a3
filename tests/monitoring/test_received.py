"""How many events an integration received, while their numbers move from deltas to buckets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from monitoring.counters import Counted, count, fold
from monitoring.received import received_by_use_case
from tests.builders import NOW, make_integration, make_organization

pytestmark = pytest.mark.django_db
A_DAY_AGO = NOW - timedelta(days=1)


@pytest.mark.parametrize("is_folded", [True, False])
def test_what_folding_moves_is_counted_once_in_one_statement(
    is_folded: bool, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    organization = make_organization()
    integration = make_integration(organization=organization)
    place = (organization.pk, integration.pk, None, "inbound", "success")
    count([Counted(*place, NOW - timedelta(hours=hours), 10) for hours in (1, 3)])
    if is_folded:
        fold()
    with count_queries() as counted:
        received = received_by_use_case(organization, integration.pk, A_DAY_AGO, NOW, at=NOW)
    assert received == {None: 2}
    assert len([one for one in counted if "bucket" in one["sql"].lower()]) == 1
