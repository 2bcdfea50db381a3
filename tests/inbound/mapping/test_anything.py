"""Whatever a payload, an expression or a configuration holds: it ends in an answer that can be written down."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import ErrorDetail, Invalid
from hub.jsonata.limits import BACKGROUND
from inbound.configuration import parse_configuration
from inbound.mapping import program
from inbound.mapping.result import EventMapping, Facts, Job, decode_mapping, encode_job
from inbound.mapping.simulation import direct_document, simulation_document

pytestmark = pytest.mark.once

LEAVES = (
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.sampled_from(["", " ", "a", "$"])
)
NAMES = st.sampled_from(
    [
        "entity_schema", "unique_ids", "attribute", "constant", "field", "jsonataExpression", "_type", "_tags", "path",
        "value", "operation", "type", "entity_slug", "attributes", "meter", "counter", "mode", "version", "operations",
        "$relation", "$relation_ref", "_set", "$entity_unique_ids", "_schema", "external_id", "a",
    ]
)  # fmt: skip
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4))
IDENTIFIER = {"attribute": "nr", "field": "nr", "_type": "email"}
TARGET = {"entity_schema": "contact", "unique_ids": [IDENTIFIER], "_tags": ["A"]}
VALUE = {"attribute": "address", "operation": "_set", "field": "a"}
OWN = {"attribute": "nr", "constant": "1"}
EVERYTHING = {
    "entities": [
        {
            "entity_schema": "contract",
            "unique_ids": ["nr"],
            "fields": [
                OWN,
                {"attribute": "a", "relations": {"operation": "_set", "items": [TARGET]}},
                {"attribute": "b", "relation_refs": {"items": [{**TARGET, "path": "address", "value": VALUE}]}},
                {"attribute": "c", "file_proxy_url": {"use_case_slug": "docs", "params": {"id": {"field": "nr"}}}},
                {"attribute": "d", "portal_ref": {"filter": {"origin": "B2B_PORTAL"}, "return": "domain"}},
                {"attribute": "e", "env_var_ref": {"key": "a", "return": "jsonata", "jsonataExpression": "$"}},
            ],
            "mode": "upsert-prune-scope-purge",
            "scope": {"scope_mode": "query", "query": [IDENTIFIER]},
            "pricing": {
                "items": [
                    {"_custom": True, "description": "A", "quantity": 1, "unit_amount": {"field": "a"}},
                    {"product": TARGET, "price": TARGET, "quantity": {"constant": 1}},
                ],
                "result_mapping": {"currency": None},
            },
        }
    ],
    "meter_readings": [
        {
            "meter": {"unique_ids": [IDENTIFIER]},
            "meter_counter": {"unique_ids": [IDENTIFIER]},
            "fields": [{"attribute": name, "field": "a"} for name in ("external_id", "timestamp", "source", "value")],
            "mode": "upsert-prune-scope",
            "scope": {"source": "ERP"},
        }
    ],
}


def _mapped(configuration: Any, payload: Any, *, advise: bool = True) -> EventMapping:
    plan = program.prepare(orjson.dumps(configuration), "jsonatapy", BACKGROUND)
    job = encode_job(Job(orjson.dumps(payload), "json", Facts(advise=advise, event_type="CREATE")))
    return decode_mapping(program.run(plan, job))


@given(VALUES, st.sampled_from(["relations", "relation_refs"]), st.booleans())
def test_a_computed_relation_may_be_anything(value: Any, kind: str, advise: bool) -> None:
    field = {"attribute": "a", kind: {"jsonataExpression": "v"}}
    entry = {"entity_schema": "contract", "unique_ids": ["nr"], "fields": [OWN, field]}
    mapping = _mapped({"entities": [entry]}, {"v": value}, advise=advise)
    if mapping.failure is None:
        assert orjson.dumps(simulation_document(mapping))
    else:
        assert mapping.failure.code == "MAPPING_EXPRESSION_FAILED"


@given(VALUES)
def test_a_direct_payload_may_be_anything(payload: Any) -> None:
    root = payload if isinstance(payload, dict | list) else [payload]
    assert direct_document(_mapped({"direct": True}, root))["valid"] is False


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6), min_size=1, max_size=3))
def test_operations_of_a_direct_payload_may_be_anything(operations: Any) -> None:
    document = direct_document(_mapped({"direct": True}, {"version": "1", "operations": operations}))
    assert document["valid"] is not bool(document["errors"])
    assert orjson.dumps(document)


@given(VALUES)
def test_every_part_of_a_payload_may_be_anything(value: Any) -> None:
    mapping = _mapped(EVERYTHING, {"nr": value, "a": value})
    assert mapping.failure is None or mapping.failure.code == "MAPPING_EXPRESSION_FAILED"
    assert orjson.dumps(simulation_document(mapping, parse_configuration(EVERYTHING)))


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """EVERYTHING with one part of it replaced."""
    whole = copy.deepcopy(EVERYTHING)
    place: Any = whole
    while True:
        key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 3)) == 0:
            place[key] = draw(VALUES)
            return whole
        place = inner


@settings(max_examples=400)
@given(damaged())
def test_a_configuration_with_a_damaged_part_is_told_or_works(configuration: Any) -> None:
    findings = _findings(configuration)
    failure = _mapped(configuration, {"nr": 1, "a": 2}).failure
    if findings:
        assert failure.code == "USE_CASE_MISSING_CONFIG"
    else:
        assert failure is None or failure.code in ("MAPPING_EXPRESSION_FAILED", "USE_CASE_MISSING_CONFIG")


def _findings(configuration: Any) -> Sequence[ErrorDetail]:
    try:
        parse_configuration(configuration)
    except Invalid as error:
        return error.details
    return []
