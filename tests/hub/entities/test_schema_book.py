"""SchemaBook: what an organization sees, how cheaply, and what saving a schema leaves behind."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from django.db import OperationalError, transaction

from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.entities import key_indexes, read
from hub.entities.editor import Editor
from hub.entities.key_indexes import State
from hub.entities.models import EntityKeyIndex, OrganizationSchema
from hub.entities.query.sql import statements
from hub.entities.schema_changes import AttributeInUse, install_group, save_schema
from hub.entities.schemas import Schema, catalogue, title_of
from hub.entities.schemas.book import book_of, current_book
from hub.entities.schemas.order import SchemaOrder
from hub.errors import Conflict, NotFound
from tests.builders import NOW
from tests.cast import Stage
from tests.hub.entities.conftest import Store, in_threads

PART = {"name": "Spare part", "attributes": [{"name": "number", "type": "string", "identifier": True}]}


def save(organization: Organization, slug: str = "spare-part", raw: Any = PART) -> Schema:
    editor = Editor(organization=organization, actor=SYSTEM, at=NOW)
    return save_schema(editor=editor, slug=slug, order=SchemaOrder.parse(raw))


def with_type(kind: str, **more: Any) -> dict[str, Any]:
    return {"name": "Spare part", "attributes": [{"name": "size", "type": kind} | more]}


def test_without_schemas_of_its_own_an_organization_has_the_catalogue(organization: Organization):
    assert book_of(organization).schemas == catalogue()
    assert book_of(organization).schema_of("nobody").attributes == {}
    assert book_of(organization).find("nobody") is None


def test_a_book_is_read_once_per_version_of_the_configuration(organization: Organization, count_queries: Any):
    save(organization)
    with count_queries() as first:
        book_of(organization)
    with count_queries() as again:
        for _ in range(100):
            book_of(organization).declared_identifiers("spare-part")
    assert (len(first), len(again)) == (1, 0)


def test_where_only_the_id_is_known_a_book_costs_one_query(organization: Organization, count_queries: Any):
    current_book(organization.pk)
    with count_queries() as counted:
        assert current_book(organization.pk) is book_of(organization)
    assert len(counted) == 1


def test_a_save_counts_at_once_for_whoever_knows_the_present_version(organization: Organization):
    book_of(organization)
    save(organization)
    assert book_of(organization).declared_identifiers("spare-part") == ("number",)
    assert current_book(organization.pk).is_declared_somewhere("number")


def test_a_save_that_is_rolled_back_leaves_nothing_behind(organization: Organization):
    with transaction.atomic():
        save(organization)
        transaction.set_rollback(True)
    organization.refresh_from_db()
    assert book_of(organization).find("spare-part") is None
    save(organization, "other")
    assert (book_of(organization).find("spare-part"), book_of(organization).find("other") is None) == (None, False)


def test_an_own_schema_hides_nothing_of_the_neighbours(stage: Stage):
    save(stage.home)
    assert book_of(stage.next_door).find("spare-part") is None


def test_an_entity_is_called_by_the_template_of_its_organization(store: Store):
    save(store.organization, raw=PART | {"title_template": "Part {number}"})
    store.upsert("spare-part", number="7")
    entity = store.only("spare-part")
    schema = book_of(store.organization).schema_of("spare-part")
    assert title_of(schema=schema, entity_id=entity.pk, attributes=entity.attributes) == "Part 7"
    assert read.title(entity, store.organization) == "Part 7"


def test_a_new_entity_has_keys_of_the_identifiers_that_its_schema_declares(store: Store):
    save(store.organization)
    result = store.upsert("spare-part", by=("external_id",), external_id="E", number="7")
    assert store.keys(result.entity_id) == {("external_id", "E"), ("number", "7")}


def test_a_new_identifier_of_a_big_schema_is_indexed_in_the_background(store: Store, monkeypatch: pytest.MonkeyPatch):
    store.write()
    for number in range(3):
        store.upsert("spare-part", external_id=f"E-{number}", number=str(number))
    monkeypatch.setattr(key_indexes, "FILLED_AT_ONCE", 2)
    save(store.organization)
    index = EntityKeyIndex.objects.get(organization=store.organization, attribute="number")
    assert index.state == State.BUILDING
    while key_indexes.fill_due():
        pass
    index.refresh_from_db()
    assert index.state == State.READY


def test_a_look_for_values_that_takes_too_long_takes_them_to_be_there(store: Store, monkeypatch: pytest.MonkeyPatch):
    save(store.organization, raw=with_type("string"))
    stopped = sqlite3.OperationalError("interrupted")
    stopped.sqlite_errorcode = sqlite3.SQLITE_INTERRUPT

    def never_ends(*_: Any) -> int:
        raise OperationalError from stopped

    monkeypatch.setattr(statements(), "count", never_ends)
    with pytest.raises(AttributeInUse):
        save(store.organization, raw=with_type("number"))


def test_a_group_is_installed_on_all_its_schemas_at_once(organization: Organization):
    editor = Editor(organization=organization, actor=SYSTEM, at=NOW)
    save(organization, "ticket", {"attributes": [{"name": "shift", "type": "string"}]})
    schemas = install_group(editor=editor, group="self_service")
    assert [(schema.slug, schema.version) for schema in schemas] == [("contract", 2), ("meter", 2), ("ticket", 3)]
    ticket = book_of(organization).schema_of("ticket")
    assert {"shift", "kundentyp", "new_delivery_address"} <= set(ticket.attributes)
    assert [schema.version for schema in install_group(editor=editor, group="self_service")] == [2, 2, 3]
    with pytest.raises(NotFound):
        install_group(editor=editor, group="nobody")


def test_an_own_attribute_wins_over_one_of_a_group(organization: Organization):
    save(organization, "ticket", {"attributes": [{"name": "value", "type": "string"}]})
    install_group(editor=Editor(organization=organization, actor=SYSTEM, at=NOW), group="self_service")
    assert book_of(organization).schema_of("ticket").attributes["value"] == "string"


def test_there_is_an_end_to_own_schemas(organization: Organization, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hub.entities.schema_changes.MOST_OWN_SCHEMAS", 2)
    for slug in ("a", "b", "contact"):
        save(organization, slug, PART if slug != "contact" else {"attributes": [{"name": "x", "type": "string"}]})
    with pytest.raises(Conflict):
        save(organization, "c")
    save(organization, "a", PART | {"plural": "Parts"})


def test_two_who_save_at_one_moment_make_two_versions(file_store: Store):
    plurals = ("Parts", "Pieces")
    works = [lambda plural=plural: save(_again(file_store), raw=PART | {"plural": plural}) for plural in plurals]
    versions = {schema.version for schema in in_threads(*works)}
    rows = OrganizationSchema.objects.of(file_store.organization).order_by("version")
    assert versions == {1, 2}
    assert [(row.version, row.is_current) for row in rows] == [(1, False), (2, True)]


def _again(store: Store) -> Organization:
    return Organization.objects.get(pk=store.organization.pk)
