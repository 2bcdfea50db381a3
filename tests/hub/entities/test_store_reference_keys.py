"""Whom an entity refers to is kept apart from whom it is related to: prunes go by relations only."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from hub.entities.models import EntityKey
from hub.entities.operations import Mode
from tests.hub.entities.conftest import Store, operation

pytestmark = pytest.mark.django_db


def pointer(entity_id: object) -> dict:
    return {"$relation_ref": [{"entity_id": str(entity_id), "path": "last_name"}]}


def referred(store: Store) -> list[tuple[str, str]]:
    return list(EntityKey.objects.filter(attribute__startswith="$").values_list("attribute", "value"))


def test_a_reference_has_a_key_of_its_own_until_its_entity_is_purged(store: Store):
    contact = store.upsert(customer_number="C-1").entity_id
    store.upsert("contract", contract_number="V-1", name_of=pointer(contact))
    assert referred(store) == [("$relation_ref", str(contact))]
    gone = {"_id": str(store.only("contract").pk)}
    store.write(operation("contract", identifiers=gone, attributes={}, mode=Mode.PURGE))
    assert referred(store) == []


def test_entities_written_before_get_their_keys(store: Store):
    contact = store.upsert(customer_number="C-1").entity_id
    store.upsert("contract", contract_number="V-1", name_of=pointer(contact), again=pointer(contact), other={"a": [1]})
    EntityKey.objects.filter(attribute="$relation_ref").delete()
    migration = importlib.import_module("hub.entities.migrations.0012_keys_of_references")
    migration.fill(apps, None)
    migration.fill(apps, None)
    assert referred(store) == [("$relation_ref", str(contact))]


def test_what_is_too_long_to_be_an_id_gets_no_key(store: Store):
    store.upsert("contract", contract_number="V-1", name_of=pointer("x" * 301))
    assert referred(store) == []
