"""Searching: what a query finds, in which order, and which queries are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from hub import database
from hub.entities.models import EntityKeyIndex
from hub.entities.query import search as search_module
from hub.entities.query.lexer import InvalidQuery
from hub.entities.query.search import SearchRequest, SearchResult, TooBroad, search
from hub.entities.query.sorting import parse_sort
from hub.entities.query.syntax import parse
from hub.errors import Invalid
from tests.hub.entities.conftest import Store, delete, upsert


def run(store: Store, q: str, *, sort: Any = None, **fields: Any) -> SearchResult:
    request = SearchRequest(node=parse(q), sorts=parse_sort(sort), **{"size": 100} | fields)
    result = search(organization=store.organization, request=request, may_view=lambda schema: True)
    assert result is not None
    return result


def found(store: Store, q: str, **fields: Any) -> list[Any]:
    """Customer numbers of what a query finds, sorted unless the order was asked for."""
    numbers = [entity.attributes.get("customer_number") for entity in run(store, q, **fields).entities]
    return numbers if "sort" in fields else sorted(numbers)


@pytest.fixture
def people(store: Store) -> Store:
    """Three contacts, an account with the number of one of them, and a contact in the bin."""
    ute = {"first_name": "Ute", "last_name": "Müller-Lüdenscheidt", "email": [{"email": "ute@x.test"}]}
    jan = {"first_name": "Jan", "last_name": "Petersen", "email": [{"email": "jan@x.test"}, {"email": "j@y.test"}]}
    store.write(
        upsert(customer_number="C-1", age=42, active=True, born="1970-02-03", _tags=["vip", "old"], **ute),
        upsert(customer_number="C-2", age=7.5, active=False, born="1999-12-31", _tags=[], **jan),
        upsert(
            customer_number="C-3", age=None, address=[{"city": "Kiel", "geo": {"zone": ["A", "B"]}}], note="50 %_\\"
        ),
        upsert("account", customer_number="C-1", name="Works"),
        upsert(customer_number="C-9", last_name="Gone"),
        delete(customer_number="C-9"),
    )
    return store


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ('_schema:contact AND customer_number:"C-1"', ["C-1"]),
        ("customer_number:C-1", ["C-1", "C-1"]),
        ("customer_number:c-1", []),
        ("customer_number:C*", ["C-1", "C-1", "C-2", "C-3"]),
        ("_schema:contact", ["C-1", "C-2", "C-3"]),
        ("_schema:account", ["C-1"]),
        ("_schema:nothing", []),
        ("_schema:contact AND _schema:account", []),
        ("_schema:contact AND *", ["C-1", "C-2", "C-3"]),
        ("_schema:contact AND email:ute@x.test", ["C-1"]),
        ("_schema:contact AND email.email:j@y.test", ["C-2"]),
        ("email.email:j*", ["C-2"]),
        ("_schema:contact AND age:42", ["C-1"]),
        ("_schema:contact AND age:42.0", ["C-1"]),
        ("_schema:contact AND age:042", []),
        ("_schema:contact AND age:[7 TO 42]", ["C-1", "C-2"]),
        ("_schema:contact AND age:[8 TO *]", ["C-1"]),
        ("_schema:contact AND age:[* TO 8]", ["C-2"]),
        ("_schema:contact AND age:[a TO z]", []),
        ("_schema:contact AND age:*", ["C-1", "C-2"]),
        ("_schema:contact AND NOT age:*", ["C-3"]),
        ("_schema:contact AND active:true", ["C-1"]),
        ("_schema:contact AND active:1", []),
        ("_schema:contact AND born:[1970-01-01 TO 1980-01-01]", ["C-1"]),
        ("_schema:contact AND born:[* TO 1970-02-03]", ["C-1"]),
        ("_schema:contact AND _tags:vip", ["C-1"]),
        ("_schema:contact AND _tags:*", ["C-1"]),
        ("_schema:contact AND address.city:Kiel", ["C-3"]),
        ("_schema:contact AND address.geo.zone:B", ["C-3"]),
        ("_schema:contact AND address.geo:*", ["C-3"]),
        ("_schema:contact AND address.street:*", []),
        (r'_schema:contact AND note:"50 %_\\"', ["C-3"]),
        ('_schema:contact AND note:"50 %"', []),
        ("_schema:contact AND last_name:Pet*", ["C-2"]),
        ("_schema:contact AND last_name:pet*", []),
        ("_schema:contact AND petersen", ["C-2"]),
        ("_schema:contact AND LÜDEN", ["C-1"]),
        ('_schema:contact AND "jan petersen"', ["C-2"]),
        ("_schema:contact AND _title:ute", ["C-1"]),
        ("_schema:contact AND C-3", ["C-3"]),
        ("_schema:contact AND ute@x.test", ["C-1"]),
        ("_schema:contact AND jan petersen", ["C-2"]),
        ("_schema:contact AND NOT petersen", ["C-1", "C-3"]),
        ("customer_number:C-1 OR customer_number:C-2", ["C-1", "C-1", "C-2"]),
        ("(customer_number:C-1 OR email:j@y.test) AND NOT _schema:account", ["C-1", "C-2"]),
        ("customer_number:C-1 AND last_name:Petersen", []),
        ("_schema:con* AND customer_number:C-1", ["C-1"]),
        ("_schema:contact AND _version:1", ["C-1", "C-2", "C-3"]),
        ("_schema:contact AND _version:[2 TO *]", []),
        ("_schema:contact AND _updated_at:2026-01-15", ["C-1", "C-2", "C-3"]),
        ("_schema:contact AND _updated_at:[2026-01-15T08:00:00Z TO *]", ["C-1", "C-2", "C-3"]),
        ('_schema:contact AND _created_at:"2026-01-15T09:00:00+01:00"', ["C-1", "C-2", "C-3"]),
        ("_schema:contact AND _updated_at:[2026-01-16 TO *]", []),
        ("_id:nothing", []),
        ("_org:4711 AND _schema:contact", []),
        ("customer_number:unknown", []),
    ],
)
def test_a_query_finds_what_it_describes(people: Store, q: str, numbers: list[str]):
    assert found(people, q) == numbers


def test_an_id_finds_its_entity(people: Store):
    entity = people.entities()[1]
    assert found(people, f"_id:{entity.pk}") == ["C-2"]


def test_deleted_entities_are_found_when_they_are_asked_for(people: Store):
    assert found(people, "customer_number:C-9") == []
    assert found(people, "customer_number:C-9", include_deleted=True) == ["C-9"]
    assert found(people, "_schema:contact AND _deleted_at:*", include_deleted=True) == ["C-9"]


def test_another_organization_finds_nothing(people: Store, stage):
    neighbour = Store(stage.next_door)
    neighbour.upsert(customer_number="C-7")
    assert found(neighbour, "customer_number:C-1") == []
    assert found(neighbour, "_schema:contact") == ["C-7"]
    assert found(neighbour, f"_id:{people.entities()[0].pk}") == []


def test_a_search_right_after_a_write_sees_it(people: Store):
    people.upsert(customer_number="C-3", last_name="Nu")
    assert found(people, "_schema:contact AND last_name:Nu") == ["C-3"]


@pytest.mark.parametrize(
    "q",
    [
        "last_name:Petersen",
        "*",
        "NOT _schema:contact",
        "last_name:x OR customer_number:C-1",
        "_schema:con*",
        "_version:1",
    ],
)
def test_what_no_index_answers_must_name_one_schema(people: Store, q: str):
    with pytest.raises(TooBroad) as refused:
        run(people, q)
    assert "_schema" in refused.value.message


@pytest.mark.parametrize("q", ["petersen", "petersen AND (_schema:contact OR _schema:account)"])
def test_a_bare_word_needs_one_schema(people: Store, q: str):
    with pytest.raises(InvalidQuery, match="one schema"):
        run(people, q)


@pytest.mark.parametrize(
    "q",
    [
        "_id:[a TO b]",
        "_updated_at:yesterday",
        "_updated_at:9999-12-31",
        "_updated_at:2026-13-45",
        "_updated_at:2026*",
        "_version:a",
        "_version:-1",
        "_schema:[a TO b]",
        "_title:[a TO b]",
        "_title:*",
        "_org:*",
    ],
)
def test_a_system_member_takes_only_values_of_its_kind(people: Store, q: str):
    with pytest.raises(InvalidQuery):
        run(people, f"_schema:contact AND {q}")


def test_an_index_that_is_still_being_filled_is_not_relied_on(people: Store):
    EntityKeyIndex.objects.filter(attribute="customer_number").update(state="building")
    with pytest.raises(TooBroad):
        run(people, "customer_number:C-1")
    assert found(people, "_schema:contact AND customer_number:C-1") == ["C-1"]


def test_too_many_index_matches_fall_back_to_the_one_schema(people: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search_module, "MOST_CANDIDATES", 1)
    assert found(people, "_schema:contact AND customer_number:C*") == ["C-1", "C-2", "C-3"]
    with pytest.raises(TooBroad):
        run(people, "customer_number:C*")


def test_a_search_that_takes_too_long_ends_with_advice(people: Store, monkeypatch: pytest.MonkeyPatch):
    people.write(*[upsert(customer_number=f"D-{number}", note="x" * 100) for number in range(2000)])
    monkeypatch.setattr(search_module, "TIME_LIMIT_S", 0.001)
    with pytest.raises(TooBroad, match="too long"):
        run(people, "_schema:contact AND (" + " OR ".join(f"note:y{number}*" for number in range(90)) + ")")
    monkeypatch.undo()
    assert found(people, "customer_number:C-2") == ["C-2"]


def test_the_newest_change_comes_first(people: Store):
    newest = [entity.pk for entity in reversed(people.entities()) if entity.deleted_at is None]
    assert [entity.pk for entity in run(people, "_schema:contact").entities] == newest


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        ("customer_number:desc", ["C-3", "C-2", "C-1"]),
        ("customer_number", ["C-1", "C-2", "C-3"]),
        (["age:asc"], ["C-2", "C-1", "C-3"]),
        (["age:desc", "customer_number:asc"], ["C-1", "C-2", "C-3"]),
        (["address.city:asc", "customer_number:desc"], ["C-3", "C-2", "C-1"]),
        (["_version:asc", "customer_number:desc"], ["C-3", "C-2", "C-1"]),
        ("_created_at:asc", ["C-1", "C-2", "C-3"]),
    ],
)
def test_results_come_in_the_order_that_was_asked_for(people: Store, sort: Any, numbers: list[str]):
    assert found(people, "_schema:contact", sort=sort) == numbers


@pytest.mark.parametrize("sort", ["a:up", 7, ["a", 7], "_title", ["a", "b", "c", "d"], "x" * 200, ""])
def test_an_order_that_makes_no_sense_is_refused(sort: Any):
    with pytest.raises(Invalid):
        parse_sort(sort)


SORTS: Sequence[Any] = [
    None,
    "customer_number:desc",
    ["age:asc", "active:desc"],
    ["group:desc"],
    ["group:asc", "_id:desc"],
    ["_version:asc", "_schema:desc", "_created_at:asc"],
]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("by_index", [False, True])
def test_pages_follow_each_other_without_gap_or_repetition(people: Store, sort: Any, by_index: bool):
    people.write(*[upsert(customer_number=f"D-{n}", group=n % 3 or None, age=n % 4) for n in range(20)])
    q = "_schema:contact AND customer_number:*" if not by_index else "customer_number:C* OR customer_number:D*"
    whole = [entity.pk for entity in run(people, q, sort=sort).entities]
    paged, after = [], None
    while True:
        page = run(people, q, sort=sort, size=4, after=after)
        paged += [entity.pk for entity in page.entities]
        assert page.hits == len(whole)
        after = page.sort_end
        if after is None:
            break
    assert paged == whole


def test_from_skips_rows(people: Store):
    assert found(people, "_schema:contact", sort="customer_number", start=1, size=1) == ["C-2"]


def test_size_nothing_only_counts(people: Store):
    result = run(people, "_schema:contact", size=0)
    assert (result.hits, result.entities, result.sort_end) == (3, [], None)


@pytest.mark.parametrize("after", ["x", [], ["x"], ["x", "y"], [None, None], [[], "x"], ["2026-01-15", "x"]])
def test_a_place_nobody_told_is_refused(people: Store, after: Any):
    with pytest.raises(Invalid):
        run(people, "_schema:contact", after=after)


def test_a_schema_that_may_not_be_seen_refuses_the_search(people: Store):
    def ask(q: str) -> SearchResult | None:
        request = SearchRequest(node=parse(q))
        return search(organization=people.organization, request=request, may_view=lambda schema: schema == "contact")

    assert ask("_schema:contact") is not None
    assert ask("_schema:account") is None
    assert ask("customer_number:C-1") is None
    assert ask("customer_number:C-1 AND (_schema:contact OR _schema:account)") is None


@pytest.mark.parametrize(
    "q", ['_schema:contact AND customer_number:"C-77"', "email:m77@x.test", "customer_number:C-77*"]
)
def test_equality_and_prefixes_of_identifiers_are_index_probes(store: Store, monkeypatch: pytest.MonkeyPatch, q: str):
    store.write(*[upsert(customer_number=f"C-{n}", email=[{"email": f"m{n}@x.test"}]) for n in range(3000)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plans: list[str] = []
    ask = database.rows

    def explained(sql: str, parameters: Any = (), **how: Any) -> Any:
        if "entities_entity" in sql:
            explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
            plans.append("\n".join(str(row) for row in ask(explain + sql, parameters)))
        return ask(sql, parameters, **how)

    monkeypatch.setattr(database, "rows", explained)
    assert run(store, q).hits in {1, 11}
    assert len(plans) == 2
    for plan in plans:
        assert not re.search(r"Seq Scan|Bitmap|SCAN entit", plan), plan
