"""Samples and JSON Schemas: they fit each other, the schemas of the organization, and the default mappings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.events.catalogue import EventDefinition, built_in, built_ins, json_schema_of, links, misfits, sample_of
from hub.events.catalogue.sample_entities import id_of
from hub.jsonata.undefined import UNDEFINED
from tests.hub.events.catalogue.books import BOOKS, EXTENDED, ORGANIZATION, OWN, PLAIN, SELF_SERVICE, nodes_of, value_of

pytestmark = pytest.mark.once
every_event = pytest.mark.parametrize("name", built_ins())
every_book = pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
MAPPINGS = json.loads(Path(__file__).with_name("mappings.json").read_text(encoding="utf-8"))


def sample(name: str, book: Any = SELF_SERVICE) -> dict[str, Any]:
    return sample_of(built_in(name), book, organization=ORGANIZATION)


@every_book
@every_event
def test_a_sample_validates_against_the_schema_of_its_event(name: str, book: Any):
    assert misfits(json_schema_of(built_in(name), book), sample(name, book)) == []


@every_book
@every_event
def test_projections_agree_with_the_fields_of_the_sample(name: str, book: Any):
    payload = sample(name, book)
    sources = {field.name: field.source for field in built_in(name).fields if field.source}
    projected = {one: value_of(source, nodes_of(built_in(name), payload)) for one, source in sources.items()}
    assert projected == {one: payload.get(one, UNDEFINED) for one in sources}


@every_event
def test_nothing_in_a_sample_is_empty_or_null(name: str):
    assert [path for path, value in _leaves(sample(name)) if value in (None, {}, [], "")] == []


@every_event
def test_a_sample_is_the_same_each_time(name: str):
    assert sample(name) == sample(name)


@every_event
def test_along_every_edge_the_best_link_leads_from_sample_to_sample(name: str):
    graph, payload = built_in(name).graph, sample(name)
    for edge in graph.edges:
        parent, child = graph.find(edge.parent), graph.find(edge.child)
        assert parent
        assert child
        best = links(parent, child, SELF_SERVICE)[0]
        holder, target = (parent, child) if best.is_forward else (child, parent)
        if not holder.fields:
            assert set(_ids(payload[target.id])) <= _related(payload[holder.id], best.attribute)


@every_event
def test_attributes_of_the_organization_are_in_sample_and_schema(name: str):
    properties, payload = json_schema_of(built_in(name), EXTENDED)["properties"], sample(name, EXTENDED)
    for node in built_in(name).graph.nodes:
        if node.fields:
            continue
        form = properties[node.id]["items"] if node.is_many else properties[node.id]
        assert set(OWN) <= set(form["properties"])
        shown = payload[node.id][0] if node.is_many else payload[node.id]
        assert set(OWN) <= set(shown)


@pytest.mark.parametrize("case", MAPPINGS, ids=[case["template"] for case in MAPPINGS])
def test_a_default_mapping_finds_all_that_it_asks_for(case: dict[str, Any]):
    payload = sample(case["event"])
    shaped = value_of(case["mapping"], payload)
    assert {path for path, _ in _leaves(shaped)} == set(case["keys"])
    assert "filter" not in case or value_of(case["filter"], payload) is True


def test_the_submission_shows_who_it_is_and_no_more():
    assert set(sample("TerminateContractRequested")["submission"]) == {"_id", "_schema", "_org"}


def test_the_entity_that_fires_has_the_values_that_the_event_waits_for():
    assert sample("ProductOrderCompleted")["product_order"]["status"] == "completed"
    assert sample("ProductOrderStatusChanged")["status"] == "planned"


def test_a_created_file_is_its_first_version_and_an_updated_one_its_last():
    file = sample("FileUpdated")["file"] | {"versions": [{}, {}, {}]}
    [updated] = value_of(built_in("FileUpdated").find_field("event_attachments").source, {"file": file})  # type: ignore[union-attr,arg-type]  # it has one
    [created] = value_of(built_in("FileCreated").find_field("event_attachments").source, {"file": file})  # type: ignore[union-attr,arg-type]  # it has one
    assert (created["version_index"], updated["version_index"]) == (0, 2)


def test_a_custom_field_without_a_source_follows_its_form():
    field = {"json_schema": {"type": "integer", "minimum": 3}, "required": True}
    contact = {"entity_schema": "contact", "required": True}
    definition = EventDefinition.parse(
        {
            "event_name": "Own",
            "event_title": "Own",
            "event_origin": "custom",
            "schema_fields": {"a": field, "b": contact},
        }
    )
    payload: Any = sample_of(definition, PLAIN, organization=ORGANIZATION)
    assert payload["a"] == 3
    assert payload["b"]["_id"] == id_of("contact")
    assert misfits(json_schema_of(definition, PLAIN), payload) == []


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
    else:
        yield path, value


def _ids(shown: Any) -> list[str]:
    return [one["_id"] for one in shown] if isinstance(shown, list) else [shown["_id"]]


def _related(shown: Any, attribute: str) -> set[str]:
    holders = shown if isinstance(shown, list) else [shown]
    return {item["entity_id"] for one in holders for item in one[attribute]["$relation"]}
