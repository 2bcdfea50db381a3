"""Queries that mean harm: bounded before they reach the database, values and never SQL once they do."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.query.lexer import InvalidQuery
from hub.entities.query.search import SearchRequest, TooBroad, search
from hub.entities.query.sorting import parse_sort
from hub.entities.query.syntax import MOST_TERMS, parse
from hub.errors import Invalid
from tests.hub.entities.conftest import Store, upsert


def found(organization: Organization, q: str, **more: Any) -> list[str]:
    request = SearchRequest(node=parse(q), **more)
    result = search(organization=organization, request=request, may_view=lambda _: True)
    assert result is not None
    return sorted(entity.attributes["customer_number"] for entity in result.entities)


SQL = [
    "'; DROP TABLE entities_entity; --",
    "' OR '1'='1",
    "\\'; SELECT pg_sleep(10); --",
    "%s %(x)s %% {0} $1 :x ?",
    '") OR 1=1 --',
    "a' UNION SELECT NULL--",
    "/* */ --",
    '$."a" ? (@ == 1)',
    "lax $.**",
]


@pytest.mark.parametrize("text", SQL)
def test_a_value_is_never_sql(store: Store, text: str):
    store.write(upsert(customer_number="C-1", note=text), upsert(customer_number="C-2", note="x"))
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert found(store.organization, f"_schema:contact AND note:{quoted}") == ["C-1"]
    assert found(store.organization, f"_schema:contact AND customer_number:{quoted}") == []
    assert found(store.organization, f"_schema:contact AND {quoted}") == []
    assert Entity.objects.count() == 2


@pytest.mark.parametrize(
    "name", ["note'--", "note)", 'no"te', "note;", "note%s", "a..b", ".a", "a.", "$relation", "*", "a*"]
)
def test_an_attribute_is_never_sql(store: Store, name: str):
    with pytest.raises(InvalidQuery):
        parse(f"{name}:x")


@pytest.mark.parametrize("name", SQL)
def test_a_sort_is_never_sql(store: Store, name: str):
    store.write(upsert(customer_number="C-1"), upsert(customer_number="C-2"))
    assert found(store.organization, "_schema:contact", sorts=parse_sort(f"{name}:asc")) == ["C-1", "C-2"]


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(f"a{n}:x" for n in range(10_000)),
        " ".join(["a"] * (MOST_TERMS + 1)),
        "(" * 1_000 + "a" + ")" * 1_000,
        "NOT " * 500 + "a",
        "(NOT " * 21 + "a" + ")" * 21,
        "a:" + "x" * 4_000,
        "(" * 2_000,
        ")" * 2_000,
        '"' + "x" * 3_000,
        "a:[" + "x" * 3_000,
        "a:*b* c:*d*",
        "a:\x00",
        "a:\ud800",
    ],
)
def test_a_query_beyond_its_bounds_is_refused_at_once(query: str):
    started = time.process_time()
    with pytest.raises(InvalidQuery) as refusal:
        parse(query)
    assert 0 <= refusal.value.position <= len(query)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join("customer_number:C*" for _ in range(MOST_TERMS)),
        "_schema:contact AND " + " AND ".join(f"a{n}:*" for n in range(MOST_TERMS - 1)),
        "_schema:contact AND (" + " OR ".join(f"NOT a{n}:x*" for n in range(MOST_TERMS - 1)) + ")",
        "_schema:contact AND " + " AND ".join(f"NOT a{n}:[1 TO 2]" for n in range(MOST_TERMS - 1)),
        "_schema:contact AND " + " ".join(["C*"] * (MOST_TERMS - 1)),
        "_schema:contact AND " + "(" * 19 + "customer_number:C*" + ")" * 19,
        "_schema:contact AND a" + ".a" * 1_000 + ":x",
    ],
)
def test_a_query_at_its_bounds_is_answered(store: Store, query: str):
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(20)])
    found(store.organization, query, size=5)


def test_a_flood_of_prefixes_stops_where_a_scan_would_begin(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hub.entities.query.search.MOST_CANDIDATES", 10)
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(20)])
    with pytest.raises(TooBroad):
        found(store.organization, " OR ".join(f"customer_number:C-{n}*" for n in range(20)))


@pytest.mark.parametrize("word", ["submission", "contact", "nobody-defined-it"])
def test_a_word_is_looked_for_in_schemas_with_and_without_titles(store: Store, word: str):
    store.write(upsert(word, customer_number="C-1"))
    assert found(store.organization, f"_schema:{word} AND word") == []
    assert found(store.organization, f"_schema:{word} AND C-1") == ["C-1"]


@pytest.mark.parametrize("field", ["_updated_at", "_version", "_id", "_schema", "customer_number"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_of_every_order_follow_each_other(store: Store, field: str, direction: str):
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(7)])
    read, after = [], None
    while True:
        request = SearchRequest(
            node=parse("_schema:contact"), size=2, after=after, sorts=parse_sort(f"{field}:{direction}")
        )
        result = search(organization=store.organization, request=request, may_view=lambda _: True)
        assert result is not None
        read += [entity.attributes["customer_number"] for entity in result.entities]
        after = result.sort_end
        if after is None:
            break
    assert sorted(read) == [f"C-{n}" for n in range(7)]


@pytest.mark.parametrize(
    "after", [["x", "y"], [None, None], ["2026-01-15T08:00:00Z", 7], [1e400, "x"], [{}, []], ["2026-01-15", "x"]]
)
def test_a_place_that_was_never_told_is_refused(store: Store, after: Any):
    with pytest.raises(Invalid):
        found(store.organization, "_schema:contact", after=after)
