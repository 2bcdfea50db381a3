"""An organization's own events: what they may be, and each refusal."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.schemas import Schema
from hub.entities.schemas.book import SchemaBook
from hub.entities.schemas.types import KINDS
from hub.events.catalogue import InvalidDefinition, custom_event, expressions_of, json_schema_of, misfits, sample_of
from tests.hub.events.catalogue.books import EXTENDED, ORGANIZATION, PLAIN

pytestmark = pytest.mark.once

FIELD = {"json_schema": {"type": "string"}, "required": True, "graph_source": "contract.contract_number"}
CONTRACT = {"id": "contract", "schema": "contract", "cardinality": "one"}
CONTACT = {"id": "contact", "schema": "contact", "cardinality": "one"}
TAX = {"id": "tax", "schema": "tax"}
EDGE = {"from": "contract", "to": "contact"}
SOUND: dict[str, Any] = {
    "event_name": "ContractSigned",
    "event_title": "Contract signed",
    "event_description": "Fires when a contract is signed.",
    "event_tags": ["sales"],
    "schema_fields": {"number": FIELD},
    "entity_graph": {"nodes": [CONTRACT, CONTACT], "edges": [EDGE]},
    "entity_operation": {"operation": ["updateEntity"], "schema": ["contract"], "values": {"status": ["active"]}},
    "success_criteria": [{"entity_schema": "contract", "attribute": "external_id"}],
    "lineage": {"base_event_name": "MeterReadingAdded", "base_event_version": "2.0"},
}


def graph(*nodes: Any, edges: Any = ()) -> dict[str, Any]:
    return {"entity_graph": {"nodes": list(nodes), "edges": list(edges)}, "entity_operation": None, "lineage": None}


def fields(**more: Any) -> dict[str, Any]:
    return {"schema_fields": {name: FIELD | one for name, one in more.items()}}


def node(**more: Any) -> dict[str, Any]:
    return {"entity_graph": {"nodes": [CONTRACT | more], "edges": []}, "success_criteria": [], "entity_operation": None}


def test_a_sound_event_is_a_draft_of_the_organization():
    event = custom_event(SOUND | {"event_origin": "builtin", "event_status": "active", "event_version": "7.1"}, PLAIN)
    assert (event.origin, event.status, event.version) == ("custom", "draft", "1.0")


def test_its_sample_validates_against_its_schema():
    event = custom_event(SOUND, EXTENDED)
    payload = sample_of(event, EXTENDED, organization=ORGANIZATION)
    assert misfits(json_schema_of(event, EXTENDED), payload) == []
    assert payload["number"] == payload["contract"]["contract_number"]  # type: ignore[index,call-overload]  # an object


def test_an_own_schema_may_be_a_node_whatever_its_attributes_are():
    kinds = {f"a_{kind}": f"{kind}(red|blue)" if kind == "enum" else kind for kind in KINDS}
    part = Schema("spare-part", "Spare part", "Spare parts", "{a_string}", ("a_string",), kinds, is_core=False)
    book = SchemaBook({**PLAIN.schemas, "spare-part": part})
    contract = CONTACT | {"id": "contracts", "schema": "contract", "cardinality": "many"}
    nodes = graph({"id": "part", "schema": "spare-part"}, contract, edges=[{"from": "part", "to": "contracts"}])
    event = custom_event(SOUND | nodes | {"success_criteria": []}, book)
    payload: Any = sample_of(event, book, organization=ORGANIZATION)
    assert misfits(json_schema_of(event, book), payload) == []
    assert len(payload["part"]) == len(payload["contracts"]) == 2


def test_its_expressions_are_told_with_their_places():
    mapping = {"mode": "jsonata", "jsonata": "{}"}
    assert list(expressions_of(custom_event(SOUND | {"mapping": mapping}, PLAIN))) == [
        ("schema_fields.number.graph_source", "contract.contract_number"),
        ("mapping.jsonata", "{}"),
    ]


def test_one_expression_may_give_all_fields():
    mapping = {"mode": "jsonata", "jsonata": "{'number': contract.contract_number}"}
    event = SOUND | {"mapping": mapping, "schema_fields": {"number": {"json_schema": {"type": "string"}}}}
    assert custom_event(event, PLAIN).mapping is not None


@pytest.mark.parametrize(
    ("more", "path", "message"),
    [
        (
            {"event_name": "contract"},
            "event_name",
            "must begin with a capital letter and have 3 to 80 letters and digits",
        ),
        ({"event_name": "Ab"}, "event_name", "must begin with a capital letter and have 3 to 80 letters and digits"),
        (
            {"event_name": "A" * 81},
            "event_name",
            "must begin with a capital letter and have 3 to 80 letters and digits",
        ),
        ({"event_name": "FileCreated"}, "event_name", "is the name of an event that the hub brings"),
        ({"event_title": "x" * 161}, "event_title", "must have 1 to 160 characters and be no blank"),
        ({"event_title": " "}, "event_title", "must have 1 to 160 characters and be no blank"),
        ({"event_description": "x" * 2001}, "event_description", "may have at most 2000 characters"),
        ({"event_tags": ["x"] * 21}, "event_tags", "may have at most 20 tags of 64 characters each"),
        ({"event_tags": ["x" * 65]}, "event_tags", "may have at most 20 tags of 64 characters each"),
        ({"event_tags": ["builtin"]}, "event_tags", "may not have builtin, which marks the events that the hub brings"),
        ({"event_nmae": "x"}, "event_nmae", "is not allowed here"),
        (fields(_event_more={}), "schema_fields._event_more", "is a name that the hub gives"),
        (fields(_own={}), "schema_fields._own", "is a name that the hub gives"),
        (fields(operation={}), "schema_fields.operation", "is a name that the hub gives"),
        (fields(trigger_entity={}), "schema_fields.trigger_entity", "is a name that the hub gives"),
        (fields(activity_id={}), "schema_fields.activity_id", "is a name that the hub gives"),
        (fields(activity_type={}), "schema_fields.activity_type", "is a name that the hub gives"),
        (fields(contact={}), "schema_fields.contact", "is the id of a node"),
        (
            fields(**{"a b": {}}),
            "schema_fields.a b",
            "must begin with a letter and have at most 64 letters, digits and underscores",
        ),
        (fields(**{f"f{number}": {} for number in range(101)}), "schema_fields", "may have at most 100 fields"),
        (
            fields(a={"json_schema": {"type": "text"}}),
            "schema_fields.a.json_schema",
            "is no JSON Schema of draft 2020-12: see type",
        ),
        (
            fields(a={"json_schema": {"properties": {"b": {"$ref": "#/properties/a"}}}}),
            "schema_fields.a.json_schema",
            "must stand alone, without $ref and other keywords that lead elsewhere",
        ),
        (
            fields(a={"json_schema": {"description": "x" * 10_000}}),
            "schema_fields.a.json_schema",
            "may have at most 10000 characters",
        ),
        (
            fields(a={"json_schema": {"maximum": 10**40}}),
            "schema_fields.a.json_schema",
            "is nested too deeply, or holds a number or a character that JSON cannot carry",
        ),
        (
            {"schema_fields": {"a": {"items": {"type": "text"}, "graph_source": "[]"}}},
            "schema_fields.a.items",
            "is no JSON Schema of draft 2020-12: see type",
        ),
        (
            {"schema_fields": {"a": {"entity_schema": "nothing", "graph_source": "contact"}}},
            "schema_fields.a.entity_schema",
            "there is no schema nothing",
        ),
        (
            {"schema_fields": {"a": {"json_schema": {}}}},
            "schema_fields.a.graph_source",
            "is required: nothing else gives the field a value",
        ),
        (
            fields(a={"graph_source": "x" * 20_001}),
            "schema_fields.a.graph_source",
            "may have at most 20000 characters",
        ),
        ({"mapping": {"mode": "free"}}, "mapping.mode", "must be one of guided, jsonata"),
        ({"mapping": {"mode": "jsonata"}}, "mapping.jsonata", "is required in the mode jsonata"),
        (
            {"mapping": {"mode": "jsonata", "jsonata": "x" * 20_001}},
            "mapping.jsonata",
            "may have at most 20000 characters",
        ),
        ({"mapping": {"mode": "guided", "jsonata": "{}"}}, "mapping.jsonata", "is not used in the mode guided"),
        (graph(), "entity_graph.nodes", "needs at least one node"),
        (
            graph(*(CONTACT | {"id": f"n{number}"} for number in range(21))),
            "entity_graph.nodes",
            "may have at most 20 nodes",
        ),
        (graph(CONTRACT, CONTACT, edges=[EDGE] * 41), "entity_graph.edges", "may have at most 40 edges"),
        (graph(CONTRACT, CONTACT, edges=[EDGE] * 2), "entity_graph.edges[1]", "stands there twice"),
        (
            graph(CONTRACT, CONTACT),
            "entity_graph.nodes",
            "need one root, to which no edge leads, but have several: contract, contact",
        ),
        (
            graph(CONTRACT, CONTACT, edges=[EDGE, {"from": "contact", "to": "contract"}]),
            "entity_graph.edges",
            "may not lead in a circle, as they do through contract, contact",
        ),
        (
            graph(CONTRACT, edges=[{"from": "contract", "to": "contract"}]),
            "entity_graph.edges",
            "may not lead in a circle, as they do through contract",
        ),
        (
            graph(CONTRACT, edges=[{"from": "contract", "to": "nobody"}]),
            "entity_graph.edges[0].to",
            "there is no node nobody",
        ),
        (
            graph(CONTRACT, edges=[{"from": "nobody", "to": "contract"}]),
            "entity_graph.edges[0].from",
            "there is no node nobody",
        ),
        (
            graph(CONTRACT, TAX, edges=[{"from": "contract", "to": "tax"}]),
            "entity_graph.edges[0]",
            "no relation leads from contract to tax or back",
        ),
        (graph(CONTRACT, CONTRACT), "entity_graph.nodes[1].id", "is the id of another node too"),
        (node(id="operation"), "entity_graph.nodes[0].id", "is a name that the hub gives"),
        (
            node(id="9"),
            "entity_graph.nodes[0].id",
            "must begin with a letter and have at most 64 letters, digits and underscores",
        ),
        (node(schema="nothing"), "entity_graph.nodes[0].schema", "there is no schema nothing"),
        (node(cardinality="few"), "entity_graph.nodes[0].cardinality", "must be one of one, many"),
        (node(fields=["a"] * 101), "entity_graph.nodes[0].fields", "may have at most 100 entries"),
        (node(fields=["a" * 201]), "entity_graph.nodes[0].fields[0]", "may have at most 200 characters"),
        (
            node(fields=["address.street"]),
            "entity_graph.nodes[0].fields[0]",
            "must name an attribute, not a place inside of one",
        ),
        (node(fields=["!"]), "entity_graph.nodes[0].fields[0]", "must name an attribute, not a place inside of one"),
        (
            {"entity_operation": {"operation": ["createEntity"], "schema": ["nothing"]}},
            "entity_operation.schema[0]",
            "there is no schema nothing",
        ),
        (
            {"entity_operation": {"operation": ["createEntity"], "schema": ["contact"]}},
            "entity_operation.schema[0]",
            "must be the schema of the root of the graph",
        ),
        (
            {"entity_operation": {"operation": ["createEntity"], "schema": ["contract"], "attribute": ["a"] * 51}},
            "entity_operation.attribute",
            "may have at most 50 entries",
        ),
        ({"automation_trigger_seed_node": "nobody"}, "automation_trigger_seed_node", "there is no node nobody"),
        (
            {"automation_trigger_only": True},
            "automation_trigger_seed_node",
            "is required when only automations may fire the event",
        ),
        (
            {"automation_trigger_only": True, "automation_trigger_seed_node": "contract"},
            "entity_operation",
            "cannot fire an event that only automations may fire",
        ),
        (
            {"success_criteria": [{"entity_schema": "meter", "attribute": "status"}]},
            "success_criteria[0].entity_schema",
            "must be the schema of a node of the graph",
        ),
        (
            {"success_criteria": [{"entity_schema": "contact", "attribute": "title"}] * 51},
            "success_criteria",
            "may have at most 50 entries",
        ),
        (
            {"lineage": {"base_event_name": "Nothing", "base_event_version": "1.0"}},
            "lineage.base_event_name",
            "must be an event that the hub brings",
        ),
        (
            {"lineage": {"base_event_name": "FileCreated", "base_event_version": "2.0"}},
            "lineage.base_event_version",
            "FileCreated has no such version",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_place(more: dict[str, Any], path: str, message: str):
    with pytest.raises(InvalidDefinition) as refusal:
        custom_event(SOUND | more, PLAIN)
    assert (path, message) in [(str(one.path), one.message) for one in refusal.value.details]


def test_every_broken_rule_is_told_at_once_and_each_place_once():
    with pytest.raises(InvalidDefinition) as refusal:
        custom_event({"event_tags": ["builtin"], "schema_fields": {"_a": FIELD}}, PLAIN)
    paths = [detail.path for detail in refusal.value.details]
    assert paths == ["event_name", "event_title", "event_tags", "entity_graph.nodes", "schema_fields._a"]


def test_a_customer_of_either_kind_may_be_the_root():
    root = {"id": "customer", "schema": "customer", "cardinality": "one"}
    event = SOUND | graph(root) | {"success_criteria": [{"entity_schema": "account", "attribute": "name"}]}
    trigger = {"operation": ["createEntity"], "schema": ["contact", "account"]}
    source = {"number": FIELD | {"graph_source": "customer.customer_number"}}
    assert custom_event(event | {"entity_operation": trigger, "schema_fields": source}, PLAIN).trigger is not None
