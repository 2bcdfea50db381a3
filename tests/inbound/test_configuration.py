"""A configuration is parsed whole: every finding with its place, expressions listed, unknown keys kept as warnings."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from hub.errors import Invalid
from inbound.configuration import parse_configuration
from inbound.configuration.sources import FromPath

IDENTIFIER = {"attribute": "nr", "field": "nr"}
FIELD = {"attribute": "nr", "field": "nr"}
ENTRY = {"entity_schema": "contact", "unique_ids": ["nr"], "fields": [FIELD]}
READING_FIELDS = [{"attribute": name, "field": name} for name in ("external_id", "timestamp", "source", "value")]
READING = {"meter": {"unique_ids": [IDENTIFIER]}, "fields": READING_FIELDS}
RELATION = {"entity_schema": "account", "unique_ids": [IDENTIFIER]}
REFERENCE = {**RELATION, "path": "address", "value": {"attribute": "address", "operation": "_append", "field": "a"}}
PRODUCT = {"entity_schema": "product", "unique_ids": [IDENTIFIER]}
CUSTOM = {"_custom": True, "description": "Fee", "quantity": {"constant": 1}, "unit_amount": {"field": "cents"}}


def _entry(**more: Any) -> dict[str, Any]:
    return {"entities": [{**ENTRY, **more}]}


def _field(**more: Any) -> dict[str, Any]:
    return _entry(fields=[FIELD, {"attribute": "a", **more}])


def _reading(**more: Any) -> dict[str, Any]:
    return {"meter_readings": [{**READING, **more}]}


def _pricing(**more: Any) -> dict[str, Any]:
    return _entry(pricing=more)


def _findings(raw: Any) -> list[str]:
    try:
        parse_configuration(raw)
    except Invalid as error:
        return [str(detail.path) for detail in error.details]
    return []


E, F, R = "entities[0]", "entities[0].fields[1]", "meter_readings[0]"


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        ([], [""]),
        ({"entities": {}}, ["entities"]),
        ({"entities": [1]}, ["entities[0]"]),
        ({"direct": "yes"}, ["direct"]),
        ({"mapping": {"events": {}}}, ["mapping"]),
        ({"settings": {"lane": ""}}, ["settings.lane"]),
        ({"settings": {"ignore_event_type": 1}}, ["settings.ignore_event_type"]),
        (_entry(entity_schema=""), [f"{E}.entity_schema"]),
        (_entry(unique_ids=[]), [f"{E}.unique_ids"]),
        (_entry(unique_ids=["nr", "nr"]), [f"{E}.unique_ids"]),
        (_entry(unique_ids="nr"), [f"{E}.unique_ids"]),
        (_entry(unique_ids=["nr", "gone"]), [f"{E}.unique_ids[1]"]),
        (_entry(fields=None), [f"{E}.fields", f"{E}.unique_ids[0]"]),
        (_entry(mode="upsert-prune-scope"), [f"{E}.mode"]),
        (_entry(enabled=""), [f"{E}.enabled"]),
        (_entry(enabled=1), [f"{E}.enabled"]),
        (_entry(jsonataExpression=" "), [f"{E}.jsonataExpression"]),
        (_entry(mode="upsert-prune-scope-delete"), [f"{E}.scope"]),
        (_entry(mode="upsert-prune-scope-purge", scope={"scope_mode": "all"}), [f"{E}.scope.scope_mode"]),
        (
            _entry(mode="upsert-prune-scope-purge", scope={"scope_mode": "relations"}),
            [f"{E}.scope.schema", f"{E}.scope.unique_ids"],
        ),
        (_entry(mode="upsert-prune-scope-purge", scope={"scope_mode": "query", "query": []}), [f"{E}.scope.query"]),
        (_field(), [F]),
        (_field(field=""), [f"{F}.field"]),
        (_field(field="$.a["), [f"{F}.field"]),
        (_field(field="$" + ".a" * 600), [f"{F}.field"]),
        (_field(constant=1, jsonataExpression=None), [f"{F}.jsonataExpression"]),
        (_field(constant=1, attribute=""), [f"{F}.attribute"]),
        (_field(constant=1, _type="fax"), [f"{F}._type"]),
        (_field(constant=1, _tags="x"), [f"{F}._tags"]),
        (_field(constant=1, enabled=None), [f"{F}.enabled"]),
        (_field(relation={}, constant=1), [f"{F}.relation"]),
        (_field(relations={"items": []}, env_var_ref={"key": "a"}), [F]),
        (_field(relations={"items": []}, field="a"), [f"{F}.field"]),
        (_field(relations={}), [f"{F}.relations"]),
        (_field(relations={"operation": "_add", "items": []}), [f"{F}.relations.operation"]),
        (_field(relations={"items": [{**RELATION, "unique_ids": []}]}), [f"{F}.relations.items[0].unique_ids"]),
        (
            _field(relations={"items": [{**RELATION, "unique_ids": [{"attribute": "nr"}]}]}),
            [f"{F}.relations.items[0].unique_ids[0]"],
        ),
        (
            _field(relation_refs={"items": [RELATION]}),
            [f"{F}.relation_refs.items[0].{key}" for key in ("path", "value")],
        ),
        (
            _field(relation_refs={"items": [{**REFERENCE, "value": {}}]}),
            [f"{F}.relation_refs.items[0].value.attribute", f"{F}.relation_refs.items[0].value"],
        ),
        (_field(file_proxy_url={}), [f"{F}.file_proxy_url"]),
        (_field(file_proxy_url={"use_case_slug": "a", "use_case_id": "b"}), [f"{F}.file_proxy_url"]),
        (_field(file_proxy_url={"use_case_slug": "No Slug"}), [f"{F}.file_proxy_url.use_case_slug"]),
        (
            _field(
                file_proxy_url={
                    "use_case_slug": "a",
                    "params": {"orgId": {"constant": 1}, "signature": {"constant": 1}, "x": {}},
                }
            ),
            [f"{F}.file_proxy_url.params.{name}" for name in ("orgId", "signature", "x")],
        ),
        (
            _field(file_proxy_url={"use_case_slug": "a", "params": {"x": {"constant": 1, "field": "a"}}}),
            [f"{F}.file_proxy_url.params.x"],
        ),
        (
            _field(portal_ref={"filter": {"origin": "SHOP", "enabled": "yes"}, "select": "some", "return": "jsonata"}),
            [f"{F}.portal_ref.{key}" for key in ("filter.origin", "filter.enabled", "select", "jsonataExpression")],
        ),
        (_field(env_var_ref={"key": "Upper"}), [f"{F}.env_var_ref.key"]),
        (
            _field(env_var_ref={"key": "a", "default": 1, "return": "jsonata"}),
            [f"{F}.env_var_ref.default", f"{F}.env_var_ref.jsonataExpression"],
        ),
        (_pricing(), [f"{E}.pricing"]),
        (_pricing(items=[CUSTOM], items_jsonata="a"), [f"{E}.pricing"]),
        (_pricing(items=[]), [f"{E}.pricing.items"]),
        (_pricing(items=[{}]), [f"{E}.pricing.items[0].{key}" for key in ("product", "quantity")]),
        (
            _pricing(items=[{"_custom": True, "type": "recurring", "quantity": {}}]),
            [f"{E}.pricing.items[0].{key}" for key in ("description", "unit_amount", "quantity", "billing_period")],
        ),
        (
            _pricing(items=[CUSTOM], on_error="stop", result_mapping={"line_items": None, "sum": "x"}),
            [f"{E}.pricing.{key}" for key in ("on_error", "result_mapping.line_items", "result_mapping.sum")],
        ),
        (_reading(meter=None), [f"{R}.meter"]),
        (_reading(meter={"unique_ids": ["nr"]}), [f"{R}.meter.unique_ids[0]"]),
        (_reading(meter_counter={"unique_ids": []}), [f"{R}.meter_counter.unique_ids"]),
        (_reading(mode="purge"), [f"{R}.mode"]),
        (_reading(reading_matching="day"), [f"{R}.reading_matching"]),
        (_reading(fields=READING_FIELDS[1:]), [f"{R}.fields"]),
        (_reading(mode="upsert-prune-scope", scope={"source": 1}), [f"{R}.scope.source"]),
    ],
)
def test_every_violation_is_found_at_its_place(raw, paths):
    assert _findings(raw) == paths


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"entities": [], "meter_readings": []},
        _entry(),
        _entry(mode=None, enabled="true", jsonataExpression="rows"),
        _entry(mode="delete"),
        _entry(mode="upsert-prune-scope-delete", scope={"scope_mode": "reverse-relations", **RELATION, "schema": "a"}),
        _field(constant=None),
        _field(constant=1, jsonataExpression="a", field="b"),
        _field(relations={"items": [{**RELATION, "_tags": ["A"]}], "operation": "_append_all"}),
        _field(relations={"jsonataExpression": "[a.{}]"}),
        _field(relation_refs={"operation": "_set", "items": [REFERENCE]}),
        _field(file_proxy_url={"use_case_id": "x", "params": {"id": {"field": "$.id"}}}),
        _field(portal_ref={"filter": {"origin": ["B2B_PORTAL"], "enabled": None}, "select": "all", "return": "domain"}),
        _field(env_var_ref={"key": "erp.url", "return": "jsonata", "jsonataExpression": "$"}),
        _pricing(items=[{"product": PRODUCT, "price": PRODUCT, "quantity": {"constant": 1}}], on_error="warn"),
        _pricing(items=[CUSTOM], result_mapping={"currency": None}),
        _pricing(items_jsonata="rows", jsonataExpression="a"),
        _reading(meter_counter={"unique_ids": [IDENTIFIER]}, jsonataExpression="rows"),
        _reading(mode="delete", fields=READING_FIELDS[:1]),
        _reading(mode="delete", reading_matching="strict-date", fields=READING_FIELDS[1:2]),
        {"direct": True},
        {"direct": True, "entities": [{"entity_schema": "contact", "unique_ids": ["nr"]}]},
    ],
)
def test_what_the_language_allows_is_parsed_and_left_as_it_is(raw):
    before = copy.deepcopy(raw)
    assert _findings(raw) == []
    assert raw == before


def test_all_findings_are_told_at_once():
    raw = {"entities": [{}, {"entity_schema": "a", "unique_ids": ["b"], "fields": [{"attribute": "c"}]}]}
    assert len(_findings(raw)) == 5


def test_the_message_is_the_first_finding_with_its_place():
    with pytest.raises(Invalid, match=r"^entities\[0\].mode: must be one of"):
        parse_configuration(_entry(mode="no"))


def test_every_expression_is_listed_with_its_place():
    entry = _entry(jsonataExpression="rows", enabled="on", fields=[FIELD])["entities"][0]
    entry["fields"] = [FIELD, {"attribute": "a", "jsonataExpression": "x", "constant": 1, "enabled": "y"}]
    reading = _reading(jsonataExpression="z")["meter_readings"][0]
    parsed = parse_configuration({"entities": [entry], "meter_readings": [reading]})
    assert {str(path): text for path, text in parsed.expressions} == {
        "entities[0].jsonataExpression": "rows",
        "entities[0].enabled": "on",
        "entities[0].fields[1].jsonataExpression": "x",
        "entities[0].fields[1].enabled": "y",
        "meter_readings[0].jsonataExpression": "z",
    }


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"entities": [], "version": "2.0"}, "version"),
        (_entry(create="later"), f"{E}.create"),
        (_entry(scope={"scope_mode": "query"}), f"{E}.scope"),
        (_entry(conditional={"from_rows": [{}]}), f"{E}.conditional"),
        (_field(constant=1, note="x"), f"{F}.note"),
        (_field(relations={"items": [], "jsonataExpression": "a"}), f"{F}.relations.items"),
        (_reading(scope={"source": "ERP"}), f"{R}.scope"),
        ({"settings": {"speed": 1}}, "settings.speed"),
    ],
)
def test_what_has_no_effect_is_a_warning(raw, path):
    assert [str(warning.path) for warning in parse_configuration(raw).warnings] == [path]


def test_the_lane_of_the_settings_is_read():
    parsed = parse_configuration({**_entry(), "settings": {"lane": "contracts", "ignore_event_type": True}})
    assert (parsed.lane, parsed.ignores_event_type) == ("contracts", True)


def _special(**more: Any) -> Any:
    """The special part of the second field."""
    return parse_configuration(_field(**more)).entities[0].fields[1].special


def test_relations_keep_their_operation_targets_and_tags():
    relations = _special(relations={"operation": "_append", "items": [{**RELATION, "_tags": ["A"]}]})
    [target] = relations.targets
    assert (relations.operation, relations.is_reference, target.schema, target.tags) == (
        "_append",
        False,
        "account",
        ("A",),
    )
    assert [(one.attribute, one.source) for one in target.identifiers] == [("nr", FromPath("nr"))]


def test_references_keep_path_and_value():
    [target] = _special(relation_refs={"items": [REFERENCE]}).targets
    assert (target.path, target.value.attribute, target.value.operation) == ("address", "address", "_append")


def test_a_reference_without_operation_appends():
    value = {"attribute": "address", "field": "a"}
    [target] = _special(relation_refs={"items": [{**REFERENCE, "value": value}]}).targets
    assert target.value.operation == "_append"


def test_an_address_keeps_its_parameters_in_order():
    link = _special(file_proxy_url={"use_case_slug": "docs", "params": {"b": {"constant": 1}, "a": {"field": "x"}}})
    assert (link.use_case_slug, [param.name for param in link.params]) == ("docs", ["b", "a"])


def test_a_portal_is_enabled_and_no_dummy_unless_said_otherwise():
    assert dict(_special(portal_ref={}).wanted) == {"enabled": True, "is_dummy": False}
    filters = {"origin": ["B2B_PORTAL"], "enabled": None, "name": "Shop"}
    portal = _special(portal_ref={"filter": filters, "select": "all"})
    assert (dict(portal.wanted), portal.origins, portal.takes_all) == (
        {"is_dummy": False, "name": "Shop"},
        ("B2B_PORTAL",),
        True,
    )


def test_an_environment_value_knows_no_default_from_an_empty_one():
    assert _special(env_var_ref={"key": "a"}).default is None
    assert _special(env_var_ref={"key": "a", "default": ""}).default == ""


def test_a_scope_in_its_retired_spelling_is_one_of_relations():
    scope = {"scope_mode": "reverse-relations", "schema": "account", "unique_ids": [IDENTIFIER]}
    [entry] = parse_configuration(_entry(mode="upsert-prune-scope-purge", scope=scope)).entities
    assert (entry.scope.kind, entry.scope.schema) == ("relations", "account")


def test_a_reading_entry_keeps_meter_counter_and_source():
    raw = _reading(meter_counter={"unique_ids": [IDENTIFIER]}, mode="upsert-prune-scope", scope={"source": "ERP"})
    [reading] = parse_configuration(raw).readings
    assert (reading.mode, reading.source, reading.matching) == ("upsert-prune-scope", "ERP", "external_id")
    assert [one.attribute for one in (*reading.meter, *reading.counter)] == ["nr", "nr"]


def test_the_missing_attributes_of_a_reading_are_told_in_order():
    with pytest.raises(Invalid, match=r"meter_readings\[0\]\.fields: maps no external_id, source, value"):
        parse_configuration(_reading(fields=READING_FIELDS[1:2]))


def test_pricing_keeps_what_was_configured_beside_what_was_read():
    [entry] = parse_configuration(_pricing(items=[CUSTOM], result_mapping={"currency": None})).entities
    assert entry.pricing.raw == {"items": [CUSTOM], "result_mapping": {"currency": None}}
    assert (entry.pricing.results["currency"], entry.pricing.results["line_items"]) == (None, "line_items")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"{F}.jsonataExpression", ("contact", "a")),
        (f"{F}.relations.items[0]", ("contact", "a")),
        (f"{E}.enabled", ("contact", "")),
        (f"{R}.fields[3].field", ("meter", "value")),
        (f"{R}.meter", ("meter", "")),
        ("settings.lane", ("", "")),
    ],
)
def test_a_place_is_described_by_schema_and_attribute(path, told):
    assert parse_configuration({**_field(constant=1), **_reading()}).described(path) == told


@pytest.mark.parametrize(
    ("raw", "empty"), [({}, True), (_entry(), False), (_reading(), False), ({"direct": True}, False)]
)
def test_a_configuration_that_does_nothing_is_told(raw, empty):
    assert parse_configuration(raw).is_empty is empty


def test_a_prune_mode_without_a_scope_says_that_it_needs_one():
    with pytest.raises(Invalid) as refused:
        parse_configuration(_entry(mode="upsert-prune-scope-delete"))
    assert [detail.message for detail in refused.value.details] == ["is required with this mode: what may be removed"]
