"""POST /v1/entity:export: what stands in the file, who may have it, and that its length costs nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import AuditEntry
from hub.entities.models import Entity
from hub.entities.transfer import walking
from tests.builders import make_token
from tests.conftest import FixedClock
from tests.hub.api.entities.conftest import Api
from tests.hub.entities.conftest import Store, delete, upsert


def exported(api: Api, **body: Any) -> Any:
    return api.send("post", "/v1/entity:export", {"schema": "contact"} | body)


def lines(api: Api, **body: Any) -> list[list[str]]:
    """Head and rows of a CSV export."""
    text = exported(api, format="csv", **body).getvalue().decode()
    return list(csv.reader(io.StringIO(text), delimiter=body.get("delimiter", ",")))


def numbers(api: Api, **body: Any) -> list[str]:
    return [one["customer_number"] for one in json.loads(exported(api, **body).getvalue())]


@pytest.fixture
def three(store: Store) -> None:
    """C-1 to C-3."""
    store.write(*(upsert(customer_number=f"C-{number}", age=number) for number in (1, 2, 3)))


def test_the_file_is_named_after_schema_and_day(api: Api, three: None):
    answer = exported(api, format="csv")
    assert answer["Content-Disposition"] == 'attachment; filename="contact-2026-01-15.csv"'
    assert (answer.streaming, answer["Content-Type"]) == (True, "text/csv; charset=utf-8")


def test_a_json_file_holds_what_one_entity_shows(api: Api, three: None, store: Store):
    first, *_ = json.loads(exported(api).getvalue())
    assert first == api.get(f"contact/{store.entities()[0].pk}").json()["entity"]


def test_json_lines_are_one_object_each(api: Api, three: None):
    answer = exported(api, format="jsonl", columns=["customer_number", "_version", "nothing"])
    documents = [json.loads(line) for line in answer.getvalue().splitlines()]
    assert documents == [{"customer_number": f"C-{number}", "_version": 1} for number in (1, 2, 3)]


@pytest.mark.parametrize(("kind", "content"), [("json", b"[]\n"), ("jsonl", b"")])
def test_a_file_of_nothing_can_be_read(api: Api, kind: str, content: bytes):
    assert exported(api, format=kind).getvalue() == content


def test_columns_are_those_of_the_schema(api: Api, three: None):
    head, *rows = lines(api)
    assert head[0] == "_id"
    assert {"customer_number", "email", "_updated_at"} <= set(head)
    assert len(rows) == 3


def test_attributes_without_a_column_stand_in_the_last_one(api: Api, store: Store):
    store.upsert("zebra", name="Zoe", stripes=80, foals=["Ann"])
    store.upsert("zebra", name="Ida")
    head, *rows = lines(api, schema=None, q="_schema:zebra")
    assert (head[0], head[-1]) == ("_id", "_further")
    further = [json.loads(row[-1]) for row in rows]
    assert further == [{"name": "Zoe", "stripes": 80, "foals": ["Ann"]}, {"name": "Ida"}]


def test_the_last_column_is_empty_where_the_schema_knows_everything(api: Api, store: Store):
    store.upsert(customer_number="C-1")
    head, row = lines(api)
    assert (head[-1], row[-1]) == ("_further", "")
    assert "_further" not in lines(api, columns=["customer_number"])[0]


def test_columns_can_be_chosen(api: Api, store: Store):
    store.upsert(customer_number="C-1", email=[{"email": "a@x.de"}, {"email": "b@x.de"}], last_name='Kern "K";\nLtd')
    head, row = lines(api, columns=["last_name", "email", "_created_at"], delimiter=";")
    assert head == ["last_name", "email", "_created_at"]
    assert row == ['Kern "K";\nLtd', "a@x.de; b@x.de", "2026-01-15T08:00:00.000Z"]


def test_no_cell_is_a_formula(api: Api, store: Store):
    store.upsert(customer_number="C-1", last_name='=HYPERLINK("http://x")')
    assert lines(api, columns=["last_name"])[1] == ['\'=HYPERLINK("http://x")']


def test_a_byte_order_mark_stands_before_a_file_for_excel(api: Api):
    content = exported(api, format="csv", columns=["last_name"], byte_order_mark=True).getvalue()
    assert content == b"\xef\xbb\xbflast_name\r\n"


def test_a_query_chooses_within_the_schema(api: Api, three: None, store: Store):
    store.upsert("account", customer_number="C-2")
    assert numbers(api, q="age:[2 TO *]") == ["C-2", "C-3"]
    assert numbers(api, q="customer_number:C-2") == ["C-2"]
    assert len(json.loads(exported(api, schema=None, q="customer_number:C-2").getvalue())) == 2


def test_the_recycle_bin_is_left_out_unless_asked_for(api: Api, three: None, store: Store):
    store.write(delete(customer_number="C-2"))
    assert numbers(api) == ["C-1", "C-3"]
    assert len(numbers(api, include_deleted=True)) == 3


def test_a_file_of_many_pages_holds_each_entity_once(
    api: Api, store: Store, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
):
    monkeypatch.setattr(walking, "PAGE", 7)
    for start in range(0, 40, 10):
        store.write(*(upsert(customer_number=f"C-{start + number}") for number in range(10)))
        Entity.objects.filter(updated_at=clock.at).update(updated_at=clock.move(seconds=start))
    found = numbers(api)
    assert len(found) == len(set(found)) == 40


def test_what_no_row_of_a_page_matches_does_not_end_the_file(api: Api, store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walking, "PAGE", 3)
    store.write(*(upsert(customer_number=f"C-{number}", age=number) for number in range(20)))
    assert sorted(numbers(api, q="age:[18 TO *]")) == ["C-18", "C-19"]


def test_an_entity_that_changes_meanwhile_is_never_missing(
    api: Api, store: Store, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
):
    monkeypatch.setattr(walking, "PAGE", 2)
    store.write(*(upsert(customer_number=f"C-{number}") for number in range(6)))
    answer = exported(api, format="jsonl", columns=["customer_number"])
    chunks = [next(iter(answer.streaming_content))]
    last = Entity.objects.order_by("-id")[0]
    Entity.objects.filter(pk=last.pk).update(updated_at=clock.move(seconds=9))
    chunks += list(answer.streaming_content)
    assert {json.loads(line)["customer_number"] for line in b"".join(chunks).splitlines()} == {
        f"C-{number}" for number in range(6)
    }


def test_statements_do_not_grow_with_the_page(
    api: Api, store: Store, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
):
    store.upsert(customer_number="C-0")
    exported(api).getvalue()
    with count_queries() as few:
        exported(api).getvalue()
    store.write(*(upsert(customer_number=f"C-{number}") for number in range(200)))
    with count_queries() as many:
        exported(api).getvalue()
    assert len(many) == len(few)


def test_a_token_for_one_schema_exports_that_one_only(client_of: Callable[[Any], Client], store: Store):
    token = make_token(
        organization=store.organization, grants=({"action": "entity:view", "resource": "entity:contact"},)
    )
    api = Api(client_of(token))
    assert exported(api).status_code == 200
    assert exported(api, schema="account").status_code == 403
    assert exported(api, schema=None, q="customer_number:C-1").status_code == 403


def test_an_export_is_in_the_audit_trail(api: Api, three: None):
    exported(api, format="csv", q="last_name:Kern")
    entry = AuditEntry.objects.get(action="entities.export")
    assert (entry.object_id, entry.changes) == ("contact", {"format": "csv"})


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"schema": None}, "schema"),
        ({"schema": None, "q": "customer_number:C-1", "format": "csv"}, "schema"),
        ({"format": "xlsx"}, "format"),
        ({"columns": []}, "columns"),
        ({"columns": ["a", 1]}, "columns"),
        ({"columns": ["a"] * 1001}, "columns"),
        ({"format": "csv", "delimiter": "|"}, "delimiter"),
        ({"q": 7}, "q"),
        ({"schema": None, "q": "last_name:*"}, "q"),
    ],
)
def test_a_wrong_wish_is_refused_before_the_file_begins(api: Api, body: dict[str, Any], path: str):
    answer = exported(api, **body)
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, path)
