"""What golden folders cannot show: facts for the store, failures with their place, the way through the children."""

from __future__ import annotations

import orjson
import pytest

from hub.jsonata.engine import ENGINES
from hub.jsonata.limits import BACKGROUND, ERROR_CHARACTERS
from hub.jsonata.pool import ChildPool
from inbound.formats import read_json
from inbound.mapping import program
from inbound.mapping.plan import MappingPlan, map_event
from inbound.mapping.result import EventMapping, Facts, Job, decode_mapping, encode_job
from tests.inbound.mapping.conftest import PROGRAM

pytestmark = pytest.mark.once

NUMBER = {"attribute": "nr", "field": "nr"}


def _configuration(*fields, **more):
    return {"entities": [{"entity_schema": "contact", "unique_ids": ["nr"], "fields": [NUMBER, *fields], **more}]}


def _value(expression, **more):
    return {"attribute": "v", "jsonataExpression": expression, **more}


@pytest.mark.parametrize(
    ("event_type", "mode", "must_create"),
    [("", "upsert", False), ("UPDATE", "upsert", False), ("CREATE", "upsert", True), ("DELETE", "delete", False)],
)
def test_the_type_of_the_event_decides_what_is_done(event_type, mode, must_create, simulate):
    [update] = simulate(_configuration(), {"nr": "1"}, event_type=event_type).updates
    assert (update.mode, update.must_create) == (mode, must_create)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"42", "42"),
        (b"42.0", "42"),
        (b'"042"', "042"),
        (b"4.50", "4.5"),
        (b"0", "0"),
        (b"true", "true"),
        (b'" x "', " x "),
    ],
)
def test_identifiers_are_looked_up_by_their_text(value, text, simulate):
    [update] = simulate(_configuration(), b'{"nr":' + value + b"}").updates
    assert (update.identifiers, update.missing) == ({"nr": text}, [])


@pytest.mark.parametrize("value", [b"null", b'""', b'"\\t "', b"[]", b"{}", b"[1]", b'{"a":1}', b'["x"]'])
def test_an_identifier_without_a_text_is_missing(value, simulate):
    [update] = simulate(_configuration(), b'{"nr":' + value + b"}").updates
    assert (update.identifiers, list(update.missing)) == ({}, ["nr"])


def test_identifiers_know_whether_they_are_email_or_phone(simulate):
    field = {"attribute": "nr", "field": "nr", "_type": "email"}
    entry = {"entity_schema": "contact", "unique_ids": ["nr"], "fields": [field, {**field, "attribute": "other"}]}
    [update] = simulate({"entities": [entry]}, {"nr": "a@example.org"}).updates
    assert (update.types, update.identifiers) == ({"nr": "email"}, {"nr": "a@example.org"})


def test_updates_name_their_entry_and_item(simulate):
    entry = _configuration(jsonataExpression="rows")["entities"][0]
    mapping = simulate({"entities": [{**entry, "enabled": False}, entry]}, {"rows": [{"nr": 1}, {"nr": 2}]})
    assert [(update.entry, update.item) for update in mapping.updates] == [(1, 0), (1, 1)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_failure_tells_place_line_and_column(engine, simulate):
    failure = simulate(_configuration(_value("1 +\n +")), {"nr": 1}, engine=engine).failure
    assert failure.code == "MAPPING_EXPRESSION_FAILED"
    assert failure.path == "entities[0].fields[1].jsonataExpression"
    assert failure.detail == {"line": failure.detail["line"], "column": failure.detail["column"], "field": "v"}
    assert failure.message.startswith(failure.path)


def test_a_failure_that_echoes_the_payload_is_cut(simulate):
    failure = simulate(_configuration(_value("$error($string($$))")), {"nr": "s" * 100_000}).failure
    assert len(failure.message) <= ERROR_CHARACTERS + len(failure.path) + 2


def test_a_configuration_that_breaks_a_rule_fails_the_event_at_its_place(simulate):
    failure = simulate(_configuration(mode="sometimes"), {"nr": 1}).failure
    assert (failure.code, failure.path) == ("USE_CASE_MISSING_CONFIG", "entities[0].mode")


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        ("($f:=function($s,$n){$n=0?$s:$f({'a':$s},$n-1)};$f(1,150))", "deeper"),
        ("[1..800].[[1..800]]", "values"),
    ],
)
def test_a_result_that_is_too_much_blames_its_field(expression, part, simulate):
    failure = simulate(_configuration(_value("1"), _value(expression)), {"nr": 1}).failure
    assert failure.path == "entities[0].fields[2]"
    assert part in failure.message


def test_a_payload_of_the_greatest_depth_passes_whole(simulate):
    deep = orjson.loads(b"[" * 99 + b"]" * 99)
    mapping = simulate(_configuration({"attribute": "all", "field": "$"}), {"nr": 1, "deep": deep})
    assert mapping.updates[0].attributes["all"]["deep"] == deep


def test_numbers_that_are_not_finite_are_null_in_every_place(simulate):
    [update] = simulate(_configuration(_value("{'a':[1/0, -1/0]}")), {"nr": 1}).updates
    assert update.attributes["v"] == {"a": [None, None]}


def test_what_only_an_author_cares_for_is_not_told_of_live_events(simulate):
    mapping = simulate(_configuration({"attribute": "zip", "field": "a.b"}), {"nr": 1, "a": {"b": 2}})
    assert len(mapping.warnings) == 1
    assert _live(_configuration({"attribute": "zip", "field": "a.b"}), b'{"nr":1,"a":{"b":2}}').warnings == ()


def test_live_events_count_expressions_that_find_nothing():
    [warning] = _live(_configuration(_value("gone")), b'{"nr":1}').warnings
    assert (warning.code, warning.field, warning.entity_schema) == ("MAPPED_FIELD_EMPTY", "v", "contact")


def test_a_list_of_a_hundred_thousand_texts_passes_whole():
    texts = [f"t{number}" for number in range(100_000)]
    mapping = _live(_configuration({"attribute": "v", "field": "list"}), orjson.dumps({"nr": 1, "list": texts}))
    assert mapping.updates[0].attributes["v"] == texts


def test_too_many_items_are_told_with_how_many_would_fit():
    many = {"list": [{"nr": number} for number in range(50_000)]}
    configuration = _configuration(_value("nr"))
    configuration["entities"][0]["jsonataExpression"] = "list"
    failure = _live(configuration, orjson.dumps(many)).failure
    assert failure is not None
    assert failure.message.startswith("resource limit: the result has 50,000 items of about ")
    assert failure.message.endswith("of them")


def test_a_failure_among_items_names_which_it_was():
    rows = [{"nr": 1, "name": "a"}, {"nr": 2, "name": 7}]
    configuration = _configuration(_value("$uppercase(name)"))
    configuration["entities"][0]["jsonataExpression"] = "rows"
    failure = _live(configuration, orjson.dumps({"rows": rows})).failure
    assert failure is not None
    assert "(item 2, line 1, column 1)" in failure.message
    assert failure.detail["item"] == 2


def _live(configuration, body) -> EventMapping:
    plan = program.prepare(orjson.dumps(configuration), "jsonatapy", BACKGROUND)
    return _plain(decode_mapping(program.run(plan, encode_job(Job(body, "json", Facts())))))


def _plain(mapping: EventMapping) -> EventMapping:
    return EventMapping(tuple(mapping.updates), tuple(mapping.warnings), mapping.failure)


def test_mapping_twice_gives_the_same_and_leaves_the_document_alone():
    plan = MappingPlan(
        _configuration({"attribute": "_", "field": "$"}, _value("$random() & $now()")), "jsonatapy", 1000
    )
    document = read_json(b'{"nr":1,"rows":[{"a":1.5}]}')
    before = orjson.dumps(document.root)
    assert map_event(plan, document, Facts(millis=1)) == map_event(plan, document, Facts(millis=1))
    assert orjson.dumps(document.root) == before


def test_many_items_that_read_a_large_payload_are_mapped_in_time(simulate):
    rows = [{"nr": number, "text": "x" * 100} for number in range(3_000)]
    configuration = _configuration(_value("nr & '/' & $$.contract"), jsonataExpression="rows")
    mapping = simulate(configuration, {"contract": "V1", "rows": rows})
    assert mapping.updates[-1].attributes == {"nr": 2999, "v": "2999/V1"}


def test_a_slice_keeps_the_order_of_its_events_around_a_poisoned_one(pools):
    plan = orjson.dumps(_configuration(_value("nr = 7 ? $pad('a', 2000000000) : nr")))
    jobs = [encode_job(Job(orjson.dumps({"nr": number}), "json", Facts())) for number in range(20)]
    answers = pools["jsonatapy"].run("poisoned", plan, jobs)
    numbers = [
        decode_mapping(answer).updates[0].attributes["v"] if isinstance(answer, bytes) else None for answer in answers
    ]
    assert numbers == [*range(7), None, *range(8, 20)]


def test_both_engines_give_the_same_bytes(pools):
    plan = orjson.dumps(_configuration(_value("$sum(rows.a)"), _value("rows.{'b':a}")))
    job = encode_job(Job(b'{"nr":1,"rows":[{"a":1},{"a":2.5}]}', "json", Facts()))
    first, second = [pool.run("sum", plan, [job]) for pool in pools.values()]
    assert first == second


def test_a_pool_of_the_worker_maps_with_the_wider_limits():
    pool = ChildPool(size=1, program=PROGRAM, limits=BACKGROUND)
    [answer] = pool.run("key", orjson.dumps(_configuration()), [encode_job(Job(b'{"nr":"1"}', "json", Facts()))])
    pool.close()
    assert decode_mapping(answer).updates[0].identifiers == {"nr": "1"}
