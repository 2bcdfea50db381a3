"""Every row comes once, a few at a time."""

from __future__ import annotations

import pytest

from hub.accounts.models import Organization
from hub.database.reading import each
from tests.builders import make_organization


@pytest.mark.parametrize(("rows", "queries"), [(0, 1), (1, 1), (3, 2), (5, 2), (6, 3)])
def test_each_row_comes_once_in_the_order_of_its_key(db, django_assert_num_queries, rows, queries):
    Organization.objects.all().delete()
    made = [make_organization().pk for _ in range(rows)]
    with django_assert_num_queries(queries):
        assert [one.pk for one in each(Organization.objects.order_by("-name"), 3)] == made


def test_no_more_rows_are_read_than_are_wanted(db, django_assert_num_queries):
    for _ in range(5):
        make_organization()
    with django_assert_num_queries(1):
        assert next(each(Organization.objects.all(), 2)).pk


def test_rows_that_go_meanwhile_keep_nobody_from_the_others(db):
    made = [make_organization().pk for _ in range(5)]
    rows = each(Organization.objects.filter(pk__in=made), 2)
    seen = [next(rows).pk, next(rows).pk]
    Organization.objects.filter(pk__in=made[:3]).delete()
    assert seen + [one.pk for one in rows] == made[:2] + made[3:]
