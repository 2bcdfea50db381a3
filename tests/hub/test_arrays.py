"""Binary arrays arrive in PostgreSQL as what they were; elsewhere there is nothing to arrive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from hub import database
from hub.arrays import Array, booleans, documents, integers, texts, uuids

ONE = UUID("01a20e4a-aad7-2ea1-64e4-b2be9472073b")

CASES: list[tuple[Array, list[Any]]] = [
    (texts([]), []),
    (texts(["", "ä€😀", "x" * 5000, 'a"b,{}\\']), ["", "ä€😀", "x" * 5000, 'a"b,{}\\']),
    (uuids([ONE, None]), [ONE, None]),
    (uuids([None]), [None]),
    (integers([0, -1, 2**31 - 1, None]), [0, -1, 2**31 - 1, None]),
    (booleans([True, False]), [True, False]),
    (documents([b'{"a": [1, null]}', None]), ['{"a": [1, null]}', None]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("array", "values"), CASES, ids=lambda case: type(case).__name__)
def test_an_array_reads_back_as_its_values(array: Array, values: list[Any]):
    if connection.vendor != "postgresql":
        assert array.binary[8:12] == array.element_oid.to_bytes(4)
        return
    assert [value for (value,) in database.rows("SELECT unnest(%s)", [array])] == values


def test_a_number_beyond_32_bits_is_refused():
    with pytest.raises(OverflowError):
        integers([2**31])


def test_half_a_character_is_refused():
    with pytest.raises(UnicodeEncodeError):
        texts(["\ud800"])
