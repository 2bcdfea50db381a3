"""What is exported and imported again changes nothing, whatever the entities hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.entities.models import EntityChange
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
ENTITIES = st.lists(st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES), min_size=1, max_size=4)


def exported(client: Client, **options: Any) -> bytes:
    body = {"schema": "contact"} | options
    answer: Any = client.post("/v1/entity:export", body, content_type="application/json")
    return bytes(answer.getvalue())


def imported(client: Client, content: bytes, kind: str, key: str) -> Any:
    path = f"/v1/entity:import?schema=contact&unique_key={key}"
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
