"""What a mapping hands to the store beside what a simulation shows: string forms, types, lines, completeness."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.once

IDENTIFIER = {"attribute": "nr", "field": "nr"}
MAIL = {"attribute": "email", "field": "mail", "_type": "email"}
READING_FIELDS = [{"attribute": name, "field": name} for name in ("external_id", "timestamp", "source", "value")]
VALUES = {"timestamp": "2025-07-01", "source": "ERP", "value": 1}


def entry(*fields: Any, **more: Any) -> dict[str, Any]:
    own = {"attribute": "nr", "field": "nr"}
    return {"entities": [{"entity_schema": "contract", "unique_ids": ["nr"], "fields": [own, *fields], **more}]}


def reading(**more: Any) -> dict[str, Any]:
    meter = {"unique_ids": [{"attribute": "meter_number", "field": "meter"}]}
    return {"meter_readings": [{"meter": meter, "fields": READING_FIELDS, **more}]}


def related(kind: str, *identifiers: Any, **more: Any) -> dict[str, Any]:
    item = {"entity_schema": "contact", "unique_ids": list(identifiers), **more}
    return {"attribute": "customer", kind: {"operation": "_set", "items": [item]}}


def pruning(*terms: Any, **more: Any) -> dict[str, Any]:
    scope = {"scope_mode": "query", "query": list(terms)}
    return entry(mode="upsert-prune-scope-purge", scope=scope, jsonataExpression="rows", **more)


def test_types_of_related_identifiers_travel_beside_the_bare_text(simulate):
    [update] = simulate(entry(related("relations", MAIL, IDENTIFIER)), {"nr": 1, "mail": "a@example.org"}).updates
    [item] = update.attributes["customer"]["$relation"]["_set"]
    assert item["$types"] == {"email": "email"}
    assert item["$entity_unique_ids"] == {"email": "a@example.org", "nr": 1}


def test_types_of_references_travel_as_well(simulate):
    value = {"attribute": "address", "operation": "_append", "constant": {"city": "Kiel"}}
    field = related("relation_refs", MAIL, path="address", value=value)
    [update] = simulate(entry(field), {"nr": 1, "mail": "a@example.org"}).updates
    assert update.attributes["customer"]["$relation_ref"]["_set"][0]["$types"] == {"email": "email"}


def test_a_reference_whose_value_found_nothing_reaches_the_store_without_one(simulate):
    value = {"attribute": "address", "operation": "_append", "field": "gone"}
    field = related("relation_refs", IDENTIFIER, path="address", value=value)
    mapping = simulate(entry(field), {"nr": 1}, advise=False)
    [item] = mapping.updates[0].attributes["customer"]["$relation_ref"]["_set"]
    assert item["value"] == {"attribute": "address", "operation": "_append"}
    assert mapping.warnings == []


def test_a_dropped_relation_is_counted_of_live_events_too(simulate):
    [warning] = simulate(entry(related("relations", MAIL)), {"nr": 1}, advise=False).warnings
    assert (warning.code, warning.entity_schema, warning.field) == ("MAPPED_FIELD_EMPTY", "contract", "customer")


def test_a_scope_has_string_forms_types_and_a_way_to_delete(simulate):
    [prune] = simulate(pruning(MAIL, IDENTIFIER), {"mail": "a@example.org", "nr": 7.0, "rows": [{"nr": 42}]}).prunes
    assert (prune.entry, prune.schema, prune.deletion, prune.kind) == (0, "contract", "purge", "query")
    assert (prune.terms, prune.types) == ({"email": "a@example.org", "nr": "7"}, {"email": "email"})
    assert (prune.keep, prune.is_complete, prune.missing, prune.shown["nr"]) == ([{"nr": "42"}], True, [], 7)


def test_a_scope_is_incomplete_while_an_item_lacks_its_identifier(simulate):
    [prune] = simulate(pruning(IDENTIFIER), {"nr": 1, "rows": [{"nr": 1}, {"nr": None}]}).prunes
    assert (prune.keep, prune.is_complete) == ([{"nr": "1"}], False)


def test_a_scope_names_the_terms_it_lacks(simulate):
    [prune] = simulate(pruning(IDENTIFIER, MAIL), {"mail": " ", "rows": []}).prunes
    assert (prune.missing, prune.terms, prune.keep) == (["nr", "email"], {}, [])


def test_scopes_that_are_not_resolved_are_never_merged(simulate):
    [one] = pruning(IDENTIFIER)["entities"]
    assert len(simulate({"entities": [one, one]}, {"rows": []}).prunes) == 2


def test_merged_scopes_are_incomplete_when_one_of_them_is(simulate):
    [one] = pruning(IDENTIFIER)["entities"]
    other = {**one, "jsonataExpression": "more"}
    [prune] = simulate({"entities": [one, other]}, {"nr": 1, "rows": [{"nr": 1}], "more": [{}]}).prunes
    assert (prune.keep, prune.is_complete) == ([{"nr": "1"}], False)


@pytest.mark.parametrize(
    ("event_type", "mode", "must_create"), [("CREATE", "upsert", True), ("DELETE", "delete", False)]
)
def test_pruning_entries_follow_the_type_of_the_event(event_type, mode, must_create, simulate):
    [update] = simulate(pruning(IDENTIFIER), {"nr": 1, "rows": [{"nr": 1}]}, event_type=event_type).updates
    assert (update.mode, update.must_create) == (mode, must_create)


def test_a_reading_has_string_forms_of_meter_and_counter(simulate):
    counter = {"unique_ids": [{"attribute": "obis", "field": "obis", "_type": "phone"}]}
    payload = {"meter": 7, "obis": 180, "external_id": 9, **VALUES}
    [made] = simulate(reading(meter_counter=counter, reading_matching="strict-date"), payload).readings
    assert (made.meter, made.counter, made.counter_types) == ({"meter_number": "7"}, {"obis": "180"}, {"obis": "phone"})
    assert (made.matching, made.mode, made.attributes["external_id"]) == ("strict-date", "upsert", 9)


def test_a_reading_without_a_configured_counter_has_none(simulate):
    [made] = simulate(reading(), {"meter": "Z1", "external_id": "A", **VALUES}).readings
    assert (made.counter, made.shown) == (None, {"meter": {"meter_number": "Z1"}})


def test_a_reading_names_what_it_lacks_with_its_schema(simulate):
    counter = {"unique_ids": [{"attribute": "obis", "field": "obis"}]}
    [made] = simulate(reading(meter_counter=counter), {"external_id": "A", **VALUES}).readings
    assert made.missing == ["meter.meter_number", "meter_counter.obis"]


@pytest.mark.parametrize("event_type", ["CREATE", "UPDATE", "DELETE"])
def test_a_reading_follows_the_type_of_the_event(event_type, simulate):
    [made] = simulate(reading(), {"meter": "Z1", "external_id": "A", **VALUES}, event_type=event_type).readings
    assert (made.mode, made.must_create) == ("delete" if event_type == "DELETE" else "upsert", event_type == "CREATE")


def readings_of(*rows: dict[str, Any]) -> Any:
    return {"rows": [{"meter": "Z1", **VALUES, **row} for row in rows]}


def test_a_reading_without_external_id_makes_the_group_of_its_meter_incomplete(simulate):
    configuration = reading(mode="upsert-prune-scope", jsonataExpression="rows")
    payload = readings_of({"external_id": "A"}, {}, {"external_id": "B", "meter": "Z2"})
    first, second = simulate(configuration, payload).reading_prunes
    assert (first.keep, first.is_complete) == (["A"], False)
    assert (second.keep, second.is_complete) == (["B"], True)


def test_a_reading_of_an_unknown_meter_makes_every_group_incomplete(simulate):
    configuration = reading(mode="upsert-prune-scope", jsonataExpression="rows")
    [prune] = simulate(
        configuration, readings_of({"external_id": "A"}, {"external_id": "B", "meter": ""})
    ).reading_prunes
    assert (prune.keep, prune.is_complete) == (["A"], False)


def test_external_ids_that_are_kept_are_texts_named_once(simulate):
    configuration = reading(mode="upsert-prune-scope", jsonataExpression="rows")
    payload = readings_of({"external_id": 9}, {"external_id": "9"}, {"external_id": 9.0})
    [prune] = simulate(configuration, payload).reading_prunes
    assert prune.keep == ["9"]


def lines_of(simulate: Any, pricing: Any, payload: Any, engine: str = "jsonatapy") -> Any:
    mapping = simulate(entry(pricing=pricing), {"nr": 1, **payload}, engine=engine)
    return mapping.updates[0].pricing


def test_one_priced_item_is_the_template_of_all_data(simulate):
    item = {"_custom": True, "description": "Fee", "quantity": {"constant": 2}, "unit_amount": {"field": "cents"}}
    pricing = lines_of(simulate, {"jsonataExpression": "rows", "items": [item]}, {"rows": [{"cents": 1}, {"cents": 2}]})
    assert [(line["kind"], line["quantity"], line["unit_amount"]) for line in pricing["lines"]] == [
        ("custom", 2, 1),
        ("custom", 2, 2),
    ]


def test_several_priced_items_go_with_their_data_one_by_one(simulate):
    items = [
        {"_custom": True, "description": text, "quantity": {"constant": 1}, "unit_amount": {"field": "cents"}}
        for text in ("A", "B")
    ]
    pricing = lines_of(simulate, {"jsonataExpression": "rows", "items": items}, {"rows": [{"cents": 1}, {"cents": 2}]})
    assert [(line["description"], line["unit_amount"]) for line in pricing["lines"]] == [("A", 1), ("B", 2)]


def test_priced_items_that_do_not_fit_their_data_are_a_problem_of_the_pricing_alone(simulate):
    item = {"_custom": True, "description": "A", "quantity": {"constant": 1}, "unit_amount": {"field": "cents"}}
    pricing = lines_of(simulate, {"jsonataExpression": "rows", "items": [item, item]}, {"rows": [{"cents": 1}]})
    assert (pricing["lines"], pricing["problem"]) == (
        [],
        "pricing has 2 items for 1 pieces of data; it needs as many, or one",
    )


def test_a_priced_product_is_named_by_string_forms_and_sees_its_data_and_the_payload(simulate):
    product = {"entity_schema": "product", "unique_ids": [{"attribute": "code", "field": "p"}, MAIL]}
    item = {"product": product, "quantity": {"jsonataExpression": "n * $$.factor"}}
    payload = {"factor": 10, "rows": {"p": 7, "n": 2}}
    [line] = lines_of(simulate, {"jsonataExpression": "rows", "items": [item]}, payload)["lines"]
    reference = {"schema": "product", "identifiers": {"code": "7"}, "types": {"email": "email"}, "missing": ["email"]}
    assert line == {"kind": "reference", "product": reference, "quantity": 20}


def test_pricing_by_expression_takes_what_was_selected_and_gives_ready_lines(simulate):
    pricing = {"jsonataExpression": "rows", "items_jsonata": "$.{'unit_amount': cents * $$.factor}"}
    made = lines_of(simulate, pricing, {"factor": 2, "rows": [{"cents": 5}]})
    assert made["lines"] == [{"kind": "ready", "values": {"unit_amount": 10}}]


def test_results_of_pricing_are_named_and_kept_back_as_configured(simulate):
    item = {"_custom": True, "description": "A", "quantity": 1, "unit_amount": 5, "unit_amount_currency": "CHF"}
    mapping = {"line_items": "positions", "currency": None}
    made = lines_of(simulate, {"items": [item], "result_mapping": mapping, "on_error": "warn"}, {})
    assert (made["results"]["line_items"], made["results"]["currency"], made["on_error"]) == ("positions", None, "warn")
    assert made["lines"][0]["currency"] == "CHF"


def test_a_direct_operation_becomes_the_update_that_a_mapping_would_make(simulate):
    operation = {
        "entity_slug": "contact",
        "unique_ids": {"email": "a@example.org"},
        "unique_id_types": {"email": "email"},
        "attributes": {"last_name": "Kern"},
    }
    mapping = simulate({"direct": True}, {"version": "1", "operations": [operation]}, event_type="CREATE")
    [update] = mapping.updates
    assert (update.identifiers, update.types, update.missing) == ({"email": "a@example.org"}, {"email": "email"}, [])
    assert (update.mode, update.must_create, update.attributes) == ("upsert", True, {"last_name": "Kern"})


def test_a_direct_payload_with_one_mistake_writes_nothing(simulate):
    good = {"entity_slug": "contact", "unique_ids": {"nr": 1}, "attributes": {}}
    mapping = simulate({"direct": True}, {"version": "1", "operations": [good, {}, good]})
    assert (mapping.updates, mapping.failure.code, mapping.failure.path) == (
        [],
        "DIRECT_PAYLOAD_INVALID",
        "operations[1].unique_ids",
    )


def test_a_value_that_is_not_in_its_table_has_a_code_of_its_own(simulate):
    field = {"attribute": "v", "jsonataExpression": "$mapValue({'1': 'gas'}, 2)"}
    [warning] = simulate(entry(field), {"nr": 1}, advise=False).warnings
    assert (warning.code, warning.field) == ("LOOKUP_UNMAPPED", "v")
