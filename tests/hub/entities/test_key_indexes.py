"""A new identifier attribute knows every older entity before anybody relies on it."""

from __future__ import annotations

import pytest

from hub.entities import key_indexes
from hub.entities.key_indexes import ensure_key_indexes, fill_due
from hub.entities.models import EntityKeyIndex
from hub.entities.store import Outcome
from tests.hub.entities.conftest import Store, upsert


def ensure(store: Store, *attributes: str, schema: str = "contact") -> bool:
    return ensure_key_indexes(organization_id=store.organization.pk, schema=schema, attributes=attributes)


def states(store: Store) -> dict[str, str]:
    rows = EntityKeyIndex.objects.of(store.organization).filter(schema="contact")
    return dict(rows.values_list("attribute", "state"))


@pytest.fixture
def big(monkeypatch: pytest.MonkeyPatch, store: Store) -> Store:
    """A schema that counts as too big to be filled at once: five entities, filled two at a time."""
    store.write(*[upsert(customer_number=f"C-{number}", legacy=number) for number in range(5)])
    monkeypatch.setattr(key_indexes, "FILLED_AT_ONCE", 3)
    monkeypatch.setattr(key_indexes, "FILL_CHUNK", 2)
    return store


def test_a_schema_begins_with_its_declared_identifiers(store: Store):
    assert ensure(store, "legacy")
    assert set(states(store)) == {"legacy", "customer_number", "external_id", "email"}
    assert set(states(store).values()) == {"ready"}


def test_an_unknown_schema_begins_with_what_is_asked_for(store: Store):
    assert ensure(store, "legacy", schema="machine")
    assert list(EntityKeyIndex.objects.filter(schema="machine").values_list("attribute", flat=True)) == ["legacy"]


def test_older_entities_of_a_small_schema_are_filled_at_once(store: Store):
    older = store.upsert(customer_number="C-1", legacy=7)
    assert ensure(store, "legacy")
    assert ("legacy", "7") in store.keys(older.entity_id)


def test_a_write_by_a_new_identifier_finds_older_entities(store: Store):
    store.upsert(customer_number="C-1", legacy="L-1")
    assert store.upsert(legacy="L-1", title="Dr.").outcome is Outcome.UPDATED


def test_asking_again_changes_nothing(store: Store, count_queries):
    ensure(store, "legacy")
    with count_queries() as counted:
        assert ensure(store, "legacy", "_id")
    assert [query["sql"] for query in counted if query["sql"].lstrip().startswith(("INSERT", "UPDATE"))] == []


def test_a_name_too_long_for_the_index_is_left_out(store: Store):
    assert ensure(store, "n" * 129)
    assert "n" * 129 not in states(store)


def test_a_big_schema_is_filled_in_turns(big: Store):
    assert not ensure(big, "legacy")
    assert states(big)["legacy"] == "building"
    assert big.upsert(legacy=3).code == "IDENTIFIER_INDEX_BUILDING"
    assert [fill_due(), fill_due(), fill_due(), fill_due()] == [2, 2, 1, 0]
    assert states(big)["legacy"] == "ready"
    assert big.upsert(legacy=3, title="Dr.").outcome is Outcome.UPDATED


def test_an_entity_written_while_its_index_is_filled_has_one_right_key(big: Store):
    ensure(big, "legacy")
    fill_due()
    changed = big.upsert(customer_number="C-0", legacy=100)
    created = big.upsert(customer_number="C-9", legacy=900)
    while fill_due():
        pass
    assert ("legacy", "100") in big.keys(changed.entity_id)
    assert ("legacy", "0") not in big.keys(changed.entity_id)
    assert ("legacy", "900") in big.keys(created.entity_id)
