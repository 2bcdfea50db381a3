"""POST /v1/entity:import: what rows do, what a dry run tells, and that no row stops another."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from hub.accounts.models import AuditEntry
from hub.entities.models import Entity
from hub.entities.transfer import importing
from tests.builders import make_token
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import Store, delete, operation


def sent(api: Api, content: str | bytes, kind: str = "text/csv", **options: str) -> Any:
    path = f"/v1/entity:import?{urlencode({'schema': 'contact'} | options)}"
    body = content if isinstance(content, bytes) else content.encode()
    return api.client.post(path, body, content_type=kind)


def report(api: Api, content: str, **options: str) -> Any:
    answer = sent(api, content, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcomes(found: Any) -> list[tuple[int, str]]:
    return [(row["row"], row["outcome"]) for row in found["rows"]]


def counts(found: Any) -> list[int]:
    return [found["counts"][name] for name in ("created", "updated", "no_op", "failed")]


def failed(found: Any) -> list[Any]:
    return [row for row in found["rows"] if row["outcome"] == "failed"]


FILE = "customer_number;last_name;birthdate;email\nC-1;Kern;15.01.1980;a@x.de\nC-2;Jensen;;\n"


def test_rows_make_and_change_entities(api: Api, store: Store):
    store.upsert(customer_number="C-2", last_name="Janssen", age=40)
    found = report(api, FILE)
    assert (counts(found), found["unique_key"]) == ([1, 1, 0, 0], ["customer_number"])
    changed, made = store.entities()
    assert changed.attributes == {"customer_number": "C-2", "last_name": "Jensen", "age": 40}
    assert (made.attributes["birthdate"], made.attributes["email"][0]["email"]) == ("1980-01-15", "a@x.de")


def test_repeating_an_import_changes_nothing(api: Api):
    report(api, FILE)
    assert counts(report(api, FILE)) == [0, 0, 2, 0]


def test_a_dry_run_tells_everything_and_writes_nothing(api: Api, store: Store):
    store.upsert(customer_number="C-2", last_name="Janssen")
    found = report(api, FILE + "C-2;Jensen;;\nC-4;x;soon;\n", dry_run="true")
    assert outcomes(found) == [(2, "created"), (3, "updated"), (4, "no_op"), (5, "failed")]
    assert found["rows"][1]["changes"] == {"last_name": {"old": "Janssen", "new": "Jensen"}}
    assert "entity_id" not in found["rows"][0]
    assert store.only().attributes["last_name"] == "Janssen"
    assert not AuditEntry.objects.filter(action="entities.import").exists()


def test_a_row_that_fails_tells_where_and_what_to_do(api: Api, store: Store):
    found = report(api, "customer_number,birthdate\nC-1,soon\nC-2,2026-01-15\n,2026-01-15\n")
    assert counts(found) == [1, 0, 0, 2]
    misfit, nameless = (row["errors"][0] for row in failed(found))
    assert (misfit["column"], misfit["code"]) == ("birthdate", "ATTRIBUTE_TYPE_MISMATCH")
    assert misfit["message"] == 'birthdate is "soon", but must be a date such as 2026-01-15 or 15.01.2026.'
    assert (nameless["column"], nameless["code"]) == ("customer_number", "MISSING_UNIQUE_IDENTIFIERS")
    assert store.only().attributes["customer_number"] == "C-2"


def test_columns_are_mapped_to_attributes(api: Api, store: Store):
    content = "Kundennr.;Name;Notiz\nC-1;Kern;egal\n"
    mapping = json.dumps({"Kundennr.": "customer_number", "Name": "last_name"})
    found = report(api, content, mapping=mapping)
    assert found["ignored_columns"] == ["Notiz"]
    assert store.only().attributes == {"customer_number": "C-1", "last_name": "Kern"}


def test_several_attributes_may_tell_entities_apart(api: Api, store: Store):
    store.write(operation(attributes={"customer_number": "C-1", "last_name": "A"}, by=("customer_number", "last_name")))
    content = "customer_number,last_name,first_name\nC-1,A,Ada\nC-1,B,Bo\n"
    assert counts(report(api, content, unique_key="customer_number,last_name")) == [1, 1, 0, 0]


def test_an_id_finds_and_never_makes(api: Api, store: Store):
    entity_id = store.upsert(customer_number="C-1").entity_id
    found = report(api, f"_id,last_name\n{entity_id},Kern\nabc,x\n7d444840-9dc0-11d1-b245-5ffdce74fad2,x\n")
    assert counts(found) == [0, 1, 0, 2]
    assert {row["errors"][0]["code"] for row in failed(found)} == {"ENTITY_REFERENCE_NOT_FOUND"}
    assert "other than _id" in failed(found)[0]["errors"][0]["advice"]


def test_what_is_in_the_recycle_bin_stays_there(api: Api, store: Store):
    store.upsert(customer_number="C-1")
    store.write(delete(customer_number="C-1"))
    found = report(api, "customer_number,last_name\nC-1,Kern\nC-2,Kern\n")
    assert (counts(found), found["rows"][0]["errors"][0]["code"]) == ([1, 0, 0, 1], "ENTITY_DELETED")
    assert store.entities()[0].deleted_at is not None


def test_several_matches_fail_alone(api: Api, store: Store):
    for number in ("C-1", "C-2"):
        store.upsert(customer_number=number, email=[{"email": "a@x.de"}])
    found = report(api, "email,last_name\na@x.de,Kern\nb@x.de,Kern\n", unique_key="email")
    assert (counts(found), found["rows"][0]["errors"][0]["code"]) == ([1, 0, 0, 1], "UNIQUE_ID_MULTIPLE_MATCHES")


@pytest.mark.parametrize("most_related", [2, 100])
@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_chunks_know_of_each_other(api: Api, monkeypatch: pytest.MonkeyPatch, dry_run: str, most_related: int):
    monkeypatch.setattr(importing, "CHUNK", 2)
    monkeypatch.setattr(importing, "MOST_RELATED", most_related)
    rows = "".join(f"C-{number % 3},N{number}\n" for number in range(7))
    found = report(api, f"customer_number,last_name\n{rows}", dry_run=dry_run)
    assert counts(found) == [3, 4, 0, 0]


CLASHES = {
    "two rows claim one identifier": "C-1,E-1\nC-2,E-2\nC-3,E-1\n",
    "one frees what another claims": "A,E-9\nC-2,E-2\nC-3,E-A\n",
    "one brings back what another has": "A,E-9\nC-2,E-2\nA,E-9\n",
    "one claims what is stored": "C-1,E-1\nC-2,E-A\nC-3,E-1\n",
}


@pytest.mark.parametrize("rows", CLASHES.values(), ids=CLASHES)
def test_a_rehearsal_says_what_the_import_says(api: Api, store: Store, monkeypatch: pytest.MonkeyPatch, rows: str):
    monkeypatch.setattr(importing, "CHUNK", 1)
    store.upsert(customer_number="A", external_id="E-A")
    content = f"customer_number,external_id\n{rows}"
    rehearsed, written = (report(api, content, dry_run=flag) for flag in ("true", "false"))
    assert outcomes(rehearsed) == outcomes(written)
    assert [row["errors"][0]["code"] for row in failed(rehearsed)] == [
        row["errors"][0]["code"] for row in failed(written)
    ]


def test_a_value_kept_in_another_form_is_left_alone(api: Api, store: Store):
    entity_id = store.upsert(customer_number="C-1", last_name=42, birthdate="soon").entity_id
    content = f"_id,last_name,birthdate\n{entity_id},42,soon\n{entity_id},43,\n{entity_id},43,soon\n"
    assert counts(report(api, content)) == [0, 1, 2, 0]
    assert store.only().attributes["last_name"] == "43"


def test_a_number_of_twenty_digits_in_an_attribute_of_texts_is_left_alone(api: Api, store: Store):
    store.upsert(customer_number="C-1", last_name=1.8446744073709552e19)
    body = {"schema": "contact", "format": "csv", "columns": ["customer_number", "last_name"]}
    content = api.send("post", "/v1/entity:export", body).getvalue().decode()
    assert counts(report(api, content)) == [0, 0, 1, 0]


def test_columns_without_a_name_are_told(api: Api):
    assert report(api, "customer_number,_version,\nC-1,7,x\n")["ignored_columns"] == ["_version", ""]


def test_json_comes_as_lines_a_list_or_an_object(api: Api, store: Store):
    row = '{"customer_number": "C-1", "tags": 1}'
    assert counts(sent(api, row, "application/x-ndjson").json()) == [1, 0, 0, 0]
    assert counts(sent(api, f"[{row}]", "application/json").json()) == [0, 0, 1, 0]
    body = {"schema": "contact", "rows": [json.loads(row)], "dry_run": True}
    assert outcomes(api.send("post", "/v1/entity:import", body).json()) == [(1, "no_op")]


LONG = (
    '{"customer_number": "C-1", "a": 0.12345678901234567890, "b": 123456789012345678901234567890,'
    ' "c": [9007199254740993]}'
)


@pytest.mark.parametrize(
    ("body", "kind", "query"),
    [
        (LONG, "application/x-ndjson", "?schema=contact"),
        (f"[{LONG}]", "application/json", "?schema=contact"),
        (f'{{"schema": "contact", "rows": [{LONG}]}}', "application/json", ""),
    ],
)
def test_numbers_of_json_keep_every_digit_as_those_of_cells_do(
    api: Api, store: Store, body: str, kind: str, query: str
):
    found = api.client.post(f"/v1/entity:import{query}", body.encode(), content_type=kind).json()
    assert counts(found) == [1, 0, 0, 0]
    attributes = store.only().attributes
    assert (attributes["a"], attributes["b"], attributes["c"]) == (
        "0.12345678901234567890",
        "123456789012345678901234567890",
        ["9007199254740993"],
    )


def test_a_long_number_that_is_stored_already_is_left_alone(api: Api, store: Store):
    store.upsert(customer_number="C-1", a=9007199254740993)
    found = sent(api, '{"customer_number": "C-1", "a": 9007199254740993}', "application/x-ndjson").json()
    assert (counts(found), store.only().attributes["a"]) == ([0, 0, 1, 0], 9007199254740993)


@pytest.mark.parametrize("number", ["1e999", "1" * 301])
def test_a_number_of_json_that_is_none_for_anybody_is_refused(api: Api, number: str):
    content = f'{{"customer_number": "C-1"}}\n{{"customer_number": "C-2", "a": {number}}}'
    [row] = failed(sent(api, content, "application/x-ndjson").json())
    assert "too large or has more than 300 characters" in row["errors"][0]["message"]


def test_values_of_json_must_fit_too(api: Api, store: Store):
    body = {"schema": "contact", "rows": [{"customer_number": "C-1", "birthdate": 7}, 8, {"customer_number": "C-2"}]}
    found = api.send("post", "/v1/entity:import", body).json()
    assert [row["errors"][0]["code"] for row in failed(found)] == ["ATTRIBUTE_TYPE_MISMATCH", "ROW_UNREADABLE"]
    assert store.only().attributes == {"customer_number": "C-2"}


def test_history_and_audit_name_who_imported(client_of: Callable[[Any], Client], store: Store):
    token = make_token(organization=store.organization)
    sent(Api(client_of(token)), FILE)
    assert [store.changes(entity.pk)[0].actor_id for entity in store.entities()] == [token.id] * 2
    entry = AuditEntry.objects.get(action="entities.import")
    assert (entry.object_id, entry.changes["created"]) == ("contact", 2)


def test_a_token_for_one_schema_imports_that_one_only(client_of: Callable[[Any], Client], store: Store):
    grant = {"action": "entity:edit", "resource": "entity:contact"}
    api = Api(client_of(make_token(organization=store.organization, grants=(grant,))))
    assert sent(api, FILE).status_code == 200
    assert sent(api, FILE, schema="account").status_code == 403
    assert Entity.objects.filter(schema="account").count() == 0


def test_a_file_over_the_limit_is_refused(api: Api):
    answer = sent(api, b"a" * (10 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert "background" in answer.json()["message"]


@pytest.mark.parametrize(
    ("options", "status", "path"),
    [
        ({"schema": "nobody"}, 404, None),
        ({"schema": ""}, 400, "schema"),
        ({"unique_key": "phone"}, 400, "unique_key"),
        ({"unique_key": ","}, 400, "unique_key"),
        ({"mapping": '{"Nummer": "customer_number"}'}, 400, "mapping"),
        ({"mapping": '{"last_name": "email", "email": "email"}'}, 400, "mapping"),
        ({"mapping": "[]"}, 400, "mapping"),
        ({"mapping": "{"}, 400, None),
        ({"mapping": '{"last_name": "last_name"}'}, 400, "unique_key"),
        ({"dry_run": "maybe"}, 400, "dry_run"),
        ({"delimiter": "|"}, 400, "delimiter"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_written(
    api: Api, options: dict[str, str], status: int, path: str | None
):
    answer = sent(api, FILE, **options)
    assert answer.status_code == status, answer.text
    assert path is None or answer.json()["details"][0]["path"] == path
    assert not Entity.objects.exists()


def test_a_thousand_with_a_point_is_ambiguous_between_semicolons_only(api: Api, store: Store):
    found = report(api, "order_number;amount_total\nN-1;1.000\nN-2;1.000,0\n", schema="order")
    assert counts(found) == [1, 0, 0, 1]
    problem = found["rows"][0]["errors"][0]
    assert (problem["column"], problem["code"]) == ("amount_total", "ATTRIBUTE_TYPE_MISMATCH")
    meanings = "1000 if the point divides thousands, 1,000 if it is the decimal point"
    assert problem["message"] == f'amount_total is "1.000", but must be unambiguous: {meanings}.'
    assert counts(report(api, "order_number,amount_total\nN-3,1.000\n", schema="order")) == [1, 0, 0, 0]


def test_a_number_that_says_what_is_stored_is_left_alone_however_it_is_written(api: Api, store: Store):
    store.upsert("contract", contract_number="N-1", balance=1.234)
    found = report(api, "contract_number;balance\nN-1;1.234\n", schema="contract")
    assert counts(found) == [0, 0, 1, 0]


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_every_row_is_reported_with_its_entity(api: Api, store: Store, dry_run: str):
    known = store.upsert(customer_number="C-2", last_name="Jensen").entity_id
    found = report(api, FILE + "C-4;x;soon;\n", dry_run=dry_run)
    assert outcomes(found) == [(2, "created"), (3, "no_op"), (4, "failed")]
    assert found["rows"][1]["entity_id"] == str(known)
    made = {str(entity.pk) for entity in store.entities()} - {str(known)}
    assert {found["rows"][0].get("entity_id")} == (made or {None})


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("text/csv", "it is empty; the first line must name the columns"), ("application/x-ndjson", "it has no rows")],
)
def test_a_file_without_any_bytes_is_told_as_what_it_is(api: Api, store: Store, kind: str, reason: str):
    path = "/v1/entity:import?schema=contact"
    answer = api.client.generic("POST", path, headers={"Content-Type": kind})
    assert (answer.status_code, reason in answer.text, "list of objects" in answer.text) == (400, True, False)


def test_columns_that_the_schema_does_not_know_are_read_and_listed(api: Api, store: Store):
    found = report(api, "customer_number,bogus,_tags,last_name\nC-1,7,,Kern\n")
    assert (counts(found), found["unknown_columns"]) == ([1, 0, 0, 0], ["bogus"])
    assert store.only().attributes["bogus"] == "7"


def test_further_attributes_are_read_out_of_their_column(api: Api, store: Store):
    further = json.dumps({"age": 40, "pets": ["Rex"], "note": None}).replace('"', '""')
    found = report(api, f'customer_number,_further\nC-1,"{further}"\nC-2,\n')
    assert (counts(found), found["unknown_columns"]) == ([2, 0, 0, 0], [])
    assert [entity.attributes for entity in store.entities()] == [
        {"customer_number": "C-1", "age": 40, "pets": ["Rex"], "note": None},
        {"customer_number": "C-2"},
    ]


@pytest.mark.parametrize(
    ("further", "message"),
    [
        ("[1]", "_further is a list of 1, but must be a JSON object of attributes."),
        ("7", "_further is 7, but must be a JSON object of attributes."),
        ("{", "_further is no JSON: "),
        ('{""_version"": 7}', "_further is an object, but must be an object of attributes, which _version is not."),
        ('{""last_name"": ""x""}', "must be without last_name: there is a column of that name."),
        ('{""birthdate"": ""soon""}', 'birthdate in _further is "soon", but must be a date'),
    ],
)
def test_a_row_whose_further_attributes_cannot_be_read_fails(api: Api, further: str, message: str):
    found = report(api, f'customer_number,last_name,_further\nC-1,Kern,"{further}"\nC-2,Kern,\n')
    assert (counts(found), found["rows"][0]["errors"][0]["column"]) == ([1, 0, 0, 1], "_further")
    assert message in found["rows"][0]["errors"][0]["message"]


def test_rows_of_json_may_have_further_attributes_as_a_file_has_them(api: Api, store: Store):
    body = {"schema": "contact", "rows": [{"customer_number": "C-1", "_further": {"age": 40}}]}
    assert api.send("post", "/v1/entity:import", body).json()["counts"]["created"] == 1
    assert store.only().attributes == {"customer_number": "C-1", "age": 40}


def test_a_mapping_in_the_query_string_that_is_no_json_is_told_apart_from_the_body(api: Api):
    answer = api.client.post("/v1/entity:import?schema=contact&mapping={", "a;b\n", content_type="text/csv")
    assert answer.json()["details"][0]["path"] == "mapping"
    assert "query string" in answer.json()["message"]
