"""Definitions: what is read from their wire shape, and every finding at its place."""

from __future__ import annotations

from typing import Any

import pytest

from hub.events.catalogue import EventDefinition, FieldKind, InvalidDefinition

pytestmark = pytest.mark.once

SMALL: dict[str, Any] = {"event_name": "Small", "event_title": "A small event"}


def parse(**more: Any) -> EventDefinition:
    return EventDefinition.parse(SMALL | more)


def findings(**more: Any) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as refusal:
        parse(**more)
    return {detail.path: detail.message for detail in refusal.value.details}


def test_what_is_not_said_has_a_default():
    definition = parse()
    assert (definition.version, definition.status, definition.enabled) == ("1.0", "active", True)
    assert (definition.auto_trigger, definition.api_trigger, definition.automation_trigger) == (True, True, False)
    assert (definition.trigger, definition.graph.nodes, definition.fields) == (None, (), ())


def test_an_event_for_automations_alone_cannot_be_fired_by_api():
    definition = parse(automation_trigger_only=True, api_trigger=True)
    assert (definition.api_trigger, definition.automation_trigger) == (False, True)


def test_a_field_is_of_the_kind_that_its_members_tell():
    definition = parse(
        schema_fields={
            "a": {"json_schema": {"type": "string"}, "graph_source": "x.y"},
            "b": {"entity_schema": "contact", "required": True},
            "c": {"items": {"type": "object"}},
        }
    )
    assert [field.kind for field in definition.fields] == [FieldKind.VALUE, FieldKind.ENTITY, FieldKind.ATTACHMENTS]
    assert [field.required for field in definition.fields] == [False, True, False]
    assert definition.find_field("b").schema == "contact"  # type: ignore[union-attr]  # it is there
    assert definition.find_field("d") is None


def test_a_node_without_a_cardinality_may_have_many():
    [node] = parse(entity_graph={"nodes": [{"id": "a", "schema": "contact"}]}).graph.nodes
    assert node.is_many


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"event_name": None}, {"event_name": "is required"}),
        ({"event_title": 7}, {"event_title": "must be a text that is not empty"}),
        ({"more": 1}, {"more": "is not allowed here"}),
        ({"enabled": "yes"}, {"enabled": "must be true or false"}),
        ({"event_tags": "erp"}, {"event_tags": "must be a list"}),
        ({"event_tags": [1]}, {"event_tags[0]": "must be a text that is not empty"}),
        ({"event_status": "new"}, {"event_status": "must be one of active, deprecated, draft, disabled"}),
        ({"schema_fields": []}, {"schema_fields": "must be an object"}),
        ({"schema_fields": {"a": 1}}, {"schema_fields.a": "must be an object"}),
        (
            {"schema_fields": {"a": {"required": True}}},
            {"schema_fields.a": "needs exactly one of json_schema, entity_schema, items"},
        ),
        (
            {"schema_fields": {"a": {"json_schema": {}, "extra": 1}}},
            {"schema_fields.a.extra": "is not allowed here"},
        ),
        (
            {"entity_graph": {"nodes": [{"id": "a"}], "edges": [1, {"from": "a"}]}},
            {
                "entity_graph.nodes[0].schema": "is required",
                "entity_graph.edges[0]": "must be an object",
                "entity_graph.edges[1].to": "is required",
            },
        ),
        (
            {"entity_graph": {"nodes": [{"id": "a", "schema": "b", "cardinality": "two"}]}},
            {"entity_graph.nodes[0].cardinality": "must be one of one, many"},
        ),
        (
            {"entity_operation": {"operation": ["purgeEntity"]}},
            {
                "entity_operation.operation[0]": "must be one of createEntity, updateEntity, deleteEntity",
                "entity_operation.schema": "needs at least one",
            },
        ),
        (
            {"entity_operation": {"operation": ["createEntity"], "schema": ["a"], "purpose_filters": [{"id": "1"}]}},
            {"entity_operation.purpose_filters[0].display_name": "is required"},
        ),
        ({"mapping": {"mode": "free"}}, {"mapping.mode": "must be one of guided, jsonata"}),
        ({"lineage": {"base_event_name": "A"}}, {"lineage.base_event_version": "is required"}),
        (
            {"success_criteria": [{"entity_schema": "a"}]},
            {"success_criteria[0].attribute": "is required"},
        ),
    ],
)
def test_what_is_wrong_is_found_at_its_place(more: dict[str, Any], found: dict[str, str]):
    assert findings(**more) == found


def test_all_that_is_wrong_is_found_at_once():
    assert len(findings(event_name=None, enabled=1, event_tags=1)) == 3


def test_everything_that_is_said_comes_back():
    document = parse(
        entity_operation={
            "operation": ["updateEntity"],
            "schema": ["contact"],
            "attribute": ["status"],
            "purpose": ["Move"],
            "values": {"status": ["done"]},
            "purpose_filters": [{"id": "1", "display_name": "Move"}],
        },
        entity_graph={"nodes": [{"id": "a", "schema": "contact", "cardinality": "one", "fields": ["x*"]}], "edges": []},
        mapping={"mode": "jsonata", "jsonata": "{}"},
        lineage={"base_event_name": "FileCreated", "base_event_version": "1.0"},
        automation_trigger_seed_node="a",
    ).as_json()
    assert EventDefinition.parse(document).as_json() == document
    assert document["entity_operation"]["values"] == {"status": ["done"]}  # type: ignore[index,call-overload]  # an object
