"""Deliveries as people look for them are found by index, whatever they are narrowed to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import database
from hub.accounts.models import Organization
from hub.ids import new_id
from outbound.delivery_list import Wanted, list_deliveries
from outbound.models import Delivery
from tests.builders import NOW
from tests.cast import Stage
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "more",
    [{}, {"since": NOW - timedelta(days=90)}, {"before": (NOW, new_id())}],
    ids=["alone", "window", "page"],
)
def test_the_deliveries_of_a_correlation_are_read_in_order_from_an_index(
    organization: Organization,
    count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]],
    more: dict[str, object],
) -> None:
    for number in range(200):  # so many that looking through all of them by their date is dearer
        make_delivery(organization=organization, body=b"", correlation_id=f"other-{number}")
    database.execute(f"ANALYZE {Delivery._meta.db_table}")
    explain = "EXPLAIN QUERY PLAN "
    if connection.vendor == "postgresql":
        database.rows(database.BY_INDEX)
        explain = "EXPLAIN "
    wanted = Wanted(correlation_id="corr-1", **more)  # type: ignore[arg-type]  # as the parameters say
    with count_queries() as counted:
        list_deliveries(organization=organization, wanted=wanted, limit=50)
    [asked] = [query["sql"] for query in counted if "ORDER BY" in query["sql"] and "correlation_id" in query["sql"]]
    plan = str(database.rows(explain + asked))
    assert "deliveries_by_correlation" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_only_the_deliveries_of_the_correlation_and_the_organization_are_found(stage: Stage) -> None:
    wanted = make_delivery(organization=stage.home, correlation_id="corr-1")
    make_delivery(organization=stage.home, correlation_id="corr-10")
    make_delivery(organization=stage.next_door, correlation_id="corr-1")
    found = list_deliveries(organization=stage.home, wanted=Wanted(correlation_id="corr-1"), limit=50)
    assert [row.delivery.id for row in found] == [wanted.id]
