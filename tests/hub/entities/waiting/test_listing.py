"""hub/entities/waiting: what waits across entities, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from hub.accounts.models import Organization
from hub.entities.changesets import ChangesetOrder, moment_text
from hub.entities.models import Entity
from hub.entities.waiting import sql
from hub.entities.waiting.listing import Wanted, count_waiting, list_waiting
from tests.builders import make_organization
from tests.hub.entities.conftest import Store, delete, operation

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)


def park(
    store: Store, number: str, days: int = 0, *, mode: str = "external", schema: str = "contact", **value: Any
) -> None:
    """Values that wait since days after FIRST, in an entity that is made if need be. Any: JSON."""
    since = moment_text(FIRST + timedelta(days=days))
    frame = {"edit_mode": mode, "created_at": since, "actor": {"type": "user", "id": "7"}}
    propose(store, number, dict.fromkeys(value, frame), value, schema)


def propose(store: Store, number: str, parking: dict[str, Any], value: dict[str, Any], schema: str = "contact") -> None:
    """The same with a frame for each value."""
    store.upsert(schema, customer_number=number)
    attributes = {"customer_number": number} | value
    store.write(
        operation(schema, by=["customer_number"], attributes=attributes, changesets=ChangesetOrder(parking=parking))
    )


def found(store: Store, **wanted: Any) -> list[tuple[str, str]]:
    """Customer number and attribute of what waits. Any: members of Wanted."""
    page = list_waiting(organization=store.organization, wanted=Wanted(**wanted), limit=50)
    return [(one.entity.attributes["customer_number"], one.attribute) for one in page.values]


def test_what_waits_longest_comes_first(store: Store) -> None:
    park(store, "C-1", days=2, iban="A")
    park(store, "C-2", days=1, iban="B")
    park(store, "C-1", days=0, last_name="Korn")
    assert found(store) == [("C-1", "last_name"), ("C-2", "iban"), ("C-1", "iban")]


def test_a_row_has_the_value_of_now_and_the_one_that_waits(store: Store) -> None:
    store.upsert(customer_number="C-1", iban="OLD")
    park(store, "C-1", iban="NEW")
    [one] = list_waiting(organization=store.organization, wanted=Wanted(), limit=5).values
    assert (one.entity.attributes["iban"], one.changeset["value"]) == ("OLD", "NEW")


def test_entities_without_changesets_in_the_bin_and_of_others_do_not_count(store: Store) -> None:
    store.upsert(customer_number="C-0", iban="A")
    park(store, "C-1", iban="A")
    store.write(delete(customer_number="C-1"))
    park(Store(make_organization(slug="other")), "C-2", iban="A")
    assert found(store) == []
    assert count_waiting(organization=store.organization, wanted=Wanted(), most=10) == 0


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"schemas": ["opportunity"]}, [("O-1", "iban")]),
        ({"schemas": ["opportunity", "contact"], "attributes": ["last_name"]}, [("C-2", "last_name")]),
        ({"mode": "approval"}, [("C-2", "last_name")]),
        ({"before": FIRST + timedelta(days=2)}, [("C-1", "iban")]),
        ({"attributes": ["nothing", 'quote" \\ %s']}, []),
    ],
)
def test_the_list_is_narrowed(store: Store, wanted: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    park(store, "C-1", days=1, iban="A")
    park(store, "C-2", days=2, mode="approval", last_name="B")
    park(store, "O-1", days=3, schema="opportunity", iban="C")
    assert found(store, **wanted) == expected
    assert count_waiting(organization=store.organization, wanted=Wanted(**wanted), most=10) == len(expected)


def test_pages_lead_to_every_value_once(store: Store) -> None:
    for number in range(7):
        park(store, f"C-{number}", days=number // 3, iban="A", last_name="B")
    pages, after = [], None
    while True:
        page = list_waiting(organization=store.organization, wanted=Wanted(after=after), limit=3)
        pages += [one.place for one in page.values]
        after = page.after
        if after is None:
            break
    assert (len(pages), pages) == (14, sorted(set(pages)))


def test_of_an_amount_only_the_whole_is_listed(store: Store) -> None:
    beside = {"edit_mode": "external", "created_at": moment_text(FIRST), "actor": {"type": "user", "id": "7"}}
    parking = {"sum": beside, "sum_currency": beside | {"part_of": "sum"}}
    propose(store, "C-1", parking, {"sum": 100, "sum_currency": "EUR"})
    assert found(store) == [("C-1", "sum")]


def test_counting_ends_early(store: Store) -> None:
    for number in range(5):
        park(store, f"C-{number}", iban="A")
    assert count_waiting(organization=store.organization, wanted=Wanted(), most=3) == 3


def test_the_list_takes_two_queries_however_much_waits(store: Store, count_queries: Any) -> None:
    for number in range(5):
        park(store, f"C-{number}", iban="A", last_name="B")
    with count_queries() as queries:
        list_waiting(organization=store.organization, wanted=Wanted(), limit=50)
    assert len([one for one in queries if "entities_entity" in one["sql"]]) == 2


def test_the_index_of_entities_with_changesets_answers(store: Store, organization: Organization) -> None:
    rows = [
        Entity(id=f"00000000-0000-0000-0000-{n:012}", organization=organization, schema="contact", attributes={"a": n})
        for n in range(2000)
    ]
    for row in rows:
        row.created_at = row.updated_at = FIRST
    Entity.objects.bulk_create(rows)
    park(store, "C-1", iban="A")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert "entities_with_changesets" in plan_of(organization)


def plan_of(organization: Organization) -> str:
    """How the database would look for what waits."""
    those = sql._those(organization.pk, [])
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} SELECT 1 {those.sql}", those.parameters)
        return str(cursor.fetchall())
