"""Which change each present value comes from."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.models import EntityChange
from hub.entities.operations import Mode, Source
from hub.entities.past import lineage as module
from hub.entities.past.lineage import Lineage, lineage
from tests.hub.entities.past.diary import Diary, hour


def versions(page: Lineage) -> dict[str, int]:
    return {name: change.version for name, change in page.origins.items()}


def test_a_value_comes_from_the_newest_change_that_touched_it(diary: Diary):
    diary.write(a=1, b=1)
    diary.write(a=2)
    diary.write(c=1)
    assert versions(lineage(diary.entity)) == {"customer_number": 1, "b": 1, "a": 2, "c": 3}


def test_an_origin_says_when_and_by_whom(diary: Diary):
    diary.write(a=1)
    diary.write(a=2, source=Source("token", "api_1"))
    origin = lineage(diary.entity).origins["a"]
    assert (origin.at, origin.actor_type, origin.actor_id, origin.event_id is None) == (
        hour(1),
        "token",
        "api_1",
        False,
    )


def test_attributes_that_are_gone_have_no_origin(diary: Diary):
    diary.write(a=1)
    diary.write(mode=Mode.REPLACE, customer_number="C-1")
    assert set(lineage(diary.entity).origins) == {"customer_number"}


def test_a_page_is_one_query_and_says_where_to_go_on(diary: Diary, count_queries: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "CHANGES_PER_PAGE", 2)
    for step in ({"a": 1, "b": 1}, {"b": 2}, {"c": 1}, {"c": 2}):
        diary.write(**step)
    entity = diary.entity
    with count_queries() as counted:
        first = lineage(entity)
    rest = lineage(entity, attributes=first.open, before_version=first.before_version)
    assert (versions(first), first.open, first.before_version) == ({"c": 4}, {"a", "b", "customer_number"}, 3)
    assert (versions(rest), rest.open, rest.before_version) == ({"b": 2, "a": 1, "customer_number": 1}, set(), None)
    assert len(counted) == 1


def test_what_is_older_than_the_history_stays_open(diary: Diary):
    diary.write(a=1)
    diary.write(b=1)
    EntityChange.objects.filter(version=1).delete()
    page = lineage(diary.entity)
    assert (versions(page), page.open, page.before_version) == ({"b": 2}, {"a", "customer_number"}, None)


def test_only_present_attributes_are_asked_for(diary: Diary):
    diary.write(a=1, b=1)
    assert versions(lineage(diary.entity, attributes=frozenset({"a", "nothing"}))) == {"a": 1}
