"""What is exported and imported again changes nothing, whatever the entities hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.accounts.audit import SYSTEM
from hub.entities.editor import Editor
from hub.entities.models import EntityChange
from hub.entities.operations import Mode
from hub.entities.schema_changes import save_schema
from hub.entities.schemas.order import SchemaOrder
from tests.builders import NOW
from tests.cast import MACHINE
from tests.hub.entities.conftest import Store, operation

FEW = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ATTRIBUTES = [
    "last_name",
    "birthdate",
    "age",
    "marketing_permission",
    "email",
    "phone",
    "address",
    "contracts",
    "_tags",
]
TEXTS = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
    st.text(alphabet="'=+-@\t\r\n\";, [{a1.", max_size=8),
    st.sampled_from(["1.234,50", "007", "15.01.2026", "ja", "null", "a@x.de; b@x.de", '[{"email": "a@x.de"}]', "42"]),
)
SCALARS = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(allow_nan=False, allow_infinity=False)
)
ITEMS = st.lists(
    st.dictionaries(st.sampled_from(["email", "phone", "_tags", "label"]), st.one_of(TEXTS, SCALARS), max_size=3),
    max_size=3,
)
VALUES = st.one_of(SCALARS, ITEMS, st.lists(TEXTS, max_size=3), st.dictionaries(st.sampled_from("ab"), SCALARS))
TAGS = st.one_of(st.none(), st.lists(TEXTS, max_size=3))
"""What every door makes of them: a text alone becomes a list."""
ENTITIES = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(ATTRIBUTES, VALUES) | {"_tags": TAGS}), min_size=1, max_size=4
)


PART = {
    "name": "Part",
    "attributes": [
        {"name": "part_number", "type": "string", "identifier": True},
        {"name": "weight", "type": "number"},
        {"name": "price", "type": "money"},
        {"name": "rate", "type": "decimal"},
        {"name": "note", "type": "string"},
    ],
}
NUMBERS = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda one: not one.is_integer() or abs(one) < 2**53),
    st.sampled_from([1.234, -12.5, 1000.0, 1e22, 1.5e-7, "12345678901234567890"]),
)
AMOUNTS = st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.sampled_from([1000.0, 1e22, "12345678901234567890"]))
FITTING = {
    "weight": NUMBERS,
    "price": AMOUNTS,
    "rate": st.from_regex(r"-?[0-9]{1,7}(\.[0-9]{1,4})?", fullmatch=True),
    "note": st.one_of(
        st.sampled_from(["1,5", "1.234", "1.000,5", "-1.5", "1e5", "15.01.2026"]),
        st.text("0123456789.,-;e", min_size=1, max_size=8),
    ),
    "loose": NUMBERS,
}
"""Values that fit their types, and an attribute that no schema lists."""


def exported(client: Client, **options: Any) -> bytes:
    body = {"schema": "contact"} | options
    answer: Any = client.post("/v1/entity:export", body, content_type="application/json")
    return bytes(answer.getvalue())


def imported(client: Client, content: bytes, kind: str, key: str, schema: str = "contact") -> Any:
    path = f"/v1/entity:import?schema={schema}&unique_key={key}"
    return client.post(path, content, content_type=kind).json()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("text/csv", {"format": "csv"}),
        ("text/csv", {"format": "csv", "delimiter": ";", "byte_order_mark": True}),
        ("application/x-ndjson", {"format": "jsonl"}),
        ("application/json", {"format": "json"}),
    ],
    ids=["csv", "csv for Excel", "json lines", "json"],
)
@pytest.mark.parametrize("key", ["_id", "customer_number"])
def test_an_export_that_is_imported_again_is_a_no_op_for_every_row(
    client_of: Any, store: Store, kind: str, options: dict[str, Any], key: str
):
    client = client_of(MACHINE)

    @FEW
    @given(entities=ENTITIES)
    def try_one(entities: list[dict[str, Any]]) -> None:
        before = transaction.savepoint()
        store.write(
            *(
                operation(attributes={"customer_number": f"C {number}"} | one, by=["customer_number"])
                for number, one in enumerate(entities)
            )
        )
        changes = EntityChange.objects.count()
        content = exported(client, **options)
        found = imported(client, content, kind, key)
        written = EntityChange.objects.count() - changes
        transaction.savepoint_rollback(before)
        assert found["counts"] == {"created": 0, "updated": 0, "no_op": len(entities), "failed": 0}, (content, found)
        assert written == 0

    try_one()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_numbers_and_texts_are_the_same_when_a_file_is_imported_where_nothing_is(
    client_of: Any, store: Store, delimiter: str
):
    client = client_of(MACHINE)
    save_schema(editor=Editor(store.organization, SYSTEM, NOW), slug="part", order=SchemaOrder.parse(PART))

    @FEW
    @given(values=st.fixed_dictionaries({}, optional=FITTING))
    def try_one(values: dict[str, Any]) -> None:
        before = transaction.savepoint()
        number = {"part_number": "1.000"}
        store.write(operation("part", attributes=number | values, by=["part_number"]))
        content = exported(client, schema="part", format="csv", delimiter=delimiter)
        store.write(operation("part", identifiers=number, attributes={}, mode=Mode.PURGE))
        found = imported(client, content, "text/csv", "part_number", "part")
        attributes = [entity.attributes for entity in store.entities("part")]
        transaction.savepoint_rollback(before)
        assert attributes == [number | values], (content, found)

    try_one()


def test_numbers_between_semicolons_have_a_comma_and_everything_else_keeps_its_points(client_of: Any, store: Store):
    save_schema(editor=Editor(store.organization, SYSTEM, NOW), slug="part", order=SchemaOrder.parse(PART))
    store.upsert("part", part_number="1.000", weight=1.234, price=7, rate="1.50", note="1.5", loose=1.5)
    columns = ["part_number", "weight", "price", "rate", "note", "_further"]
    content = exported(client_of(MACHINE), schema="part", format="csv", delimiter=";", columns=columns)
    assert content.decode().splitlines()[1] == '1.000;1,234;7;1,50;1.5;"{""loose"":1.5}"'
