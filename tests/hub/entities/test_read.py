"""What pages read: lists by last change, counts that never scan, histories, matches of a value."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from hub.accounts.audit import SYSTEM
from hub.entities import read
from hub.entities.editing import create_entity
from hub.entities.editor import Editor
from hub.entities.operations import Mode
from hub.entities.store import write
from hub.errors import NotFound
from hub.ids import new_id
from tests.builders import NOW
from tests.hub.entities.conftest import SOURCE, Store, delete, operation, upsert


def pages(store: Store, limit: int, **options: bool) -> list[list[str]]:
    """Customer numbers, page by page."""
    found, after = [], None
    while True:
        page = read.list_entities(
            organization=store.organization, schema="contact", limit=limit, after=after, **options
        )
        found.append([entity.attributes["customer_number"] for entity in page.entities])
        after = page.next
        if after is None:
            return found


def test_the_newest_change_comes_first(store: Store):
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(3)])
    with transaction.atomic():
        later = upsert(customer_number="C-0", title="Dr.")
        write(organization_id=store.organization.pk, operations=[later], at=NOW + timedelta(seconds=1), source=SOURCE)
    assert pages(store, 10) == [["C-0", "C-2", "C-1"]]


def test_pages_of_entities_changed_at_one_moment_follow_each_other(store: Store):
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(5)])
    assert pages(store, 2) == [["C-4", "C-3"], ["C-2", "C-1"], ["C-0"]]


def test_a_last_page_that_is_full_has_no_next(store: Store):
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(4)])
    assert pages(store, 2) == [["C-3", "C-2"], ["C-1", "C-0"]]


def test_the_bin_is_listed_on_request(store: Store):
    store.write(upsert(customer_number="C-1"), upsert(customer_number="C-2"), delete(customer_number="C-1"))
    assert pages(store, 10) == [["C-2"]]
    assert pages(store, 10, include_deleted=True) == [["C-2", "C-1"]]


def test_counts_are_exact_up_to_a_thousand(store: Store, stage, monkeypatch: pytest.MonkeyPatch):
    store.write(*[upsert(customer_number=f"C-{n}") for n in range(3)], upsert("account", customer_number="A"))
    Store(stage.next_door).upsert("meter", meter_number="M")
    monkeypatch.setattr(read, "COUNTED_UP_TO", 2)
    counts = read.schema_counts(organization=store.organization)
    assert [(each.schema, each.count, each.has_more) for each in counts] == [
        ("account", 1, False),
        ("contact", 2, True),
    ]


def test_entities_that_were_made_without_identifiers_count(store: Store):
    create_entity(editor=Editor(store.organization, SYSTEM, NOW), schema="tax", attributes={"rate": 19})
    [count] = read.schema_counts(organization=store.organization)
    assert (count.schema, count.count) == ("tax", 1)


def test_a_schema_whose_entities_are_all_purged_has_none(store: Store):
    store.upsert(customer_number="C-1")
    store.write(operation(attributes={"customer_number": "C-1"}, mode=Mode.PURGE))
    assert read.schema_counts(organization=store.organization) == []


def test_counting_schemas_costs_one_query(store: Store, count_queries):
    for schema in ("account", "contact", "meter"):
        store.upsert(schema, number="1")
    with count_queries() as counted:
        assert len(read.schema_counts(organization=store.organization)) == 3
    assert len(counted) == 1


def test_a_history_is_read_newest_first_and_page_by_page(store: Store):
    result = store.write(*[upsert(customer_number="C-1", n=n) for n in range(5)])[0]
    assert result.entity_id
    first = read.history_of(organization=store.organization, entity_id=result.entity_id, limit=3)
    rest = read.history_of(organization=store.organization, entity_id=result.entity_id, limit=3, before_version=3)
    assert [change.version for change in first + rest] == [5, 4, 3, 2, 1]


def test_the_changes_of_one_event_are_found(store: Store):
    event_id = new_id()
    results = store.write(
        operation(attributes={"customer_number": "C-1"}, event_id=event_id, origin_id=event_id),
        upsert(customer_number="C-1", a=1),
        operation(attributes={"customer_number": "C-2"}, event_id=event_id, origin_id=event_id),
    )
    ids = [result.entity_id for result in results if result.entity_id]
    changes = read.changes_of_event(organization=store.organization, event_id=event_id, entity_ids=ids)
    assert [(change.entity_id, change.version) for change in changes] == [(ids[0], 1), (ids[2], 1)]


def test_a_value_is_found_in_every_schema_that_identifies_by_it(store: Store, stage):
    store.upsert("account", customer_number="X-1")
    store.upsert(customer_number="X-1")
    store.upsert(customer_number="C-2", email=[{"email": "X-1"}])
    store.write(upsert(external_id="E", customer_number="X-1"), delete(external_id="E"))
    Store(stage.next_door).upsert(customer_number="X-1")
    found = read.find_by_identifier(organization=store.organization, value="X-1")
    assert [(entity.schema, entity.deleted_at is None) for entity in found] == [
        ("account", True),
        ("contact", True),
        ("contact", True),
        ("contact", False),
    ]


@pytest.mark.parametrize("value", ["", "  ", "\x00", "x" * 5000, "unknown"])
def test_a_value_nobody_has_finds_nothing(store: Store, value: str):
    store.upsert(customer_number="C-1")
    assert read.find_by_identifier(organization=store.organization, value=value) == []


def test_an_entity_is_read_by_schema_and_id(store: Store, stage):
    result = store.upsert(customer_number="C-1", last_name="Jensen")
    assert result.entity_id
    entity = read.get_entity(organization=store.organization, schema="contact", entity_id=result.entity_id)
    assert read.title(entity) == "Jensen"
    with pytest.raises(NotFound):
        read.get_entity(organization=stage.next_door, schema="contact", entity_id=result.entity_id)
