"""How documents are written."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from hub.json_encoding import encode, json_bytes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 1, 15, 8, 0, 0, 123_999, tzinfo=UTC), '"2026-01-15T08:00:00.123Z"'),
        (datetime(2026, 1, 15, 9, 0, tzinfo=timezone(timedelta(hours=1))), '"2026-01-15T08:00:00.000Z"'),
        (datetime(1, 1, 1, tzinfo=UTC), '"0001-01-01T00:00:00.000Z"'),
        (date(2026, 1, 15), '"2026-01-15"'),
        (UUID(int=255), '"00000000-0000-0000-0000-0000000000ff"'),
        (Decimal("1.10"), '"1.10"'),
        ("ü", '"ü"'),
        ({"b": 1, "a": None}, '{"b":1,"a":null}'),
    ],
)
def test_a_value_is_written_one_way(value, text):
    assert encode(value).decode() == text


def test_no_digit_of_a_large_integer_is_lost():
    assert json.loads(encode({"n": 10**30, "at": datetime(2026, 1, 15, tzinfo=UTC)}))["n"] == 10**30


def test_what_has_no_json_form_is_an_error():
    with pytest.raises(TypeError):
        encode({"a": object()})


def test_the_text_is_the_shortest_json() -> None:
    assert (
        json_bytes({"name": "Müller", "list": [1, 1.5, None, True]})
        == '{"name":"Müller","list":[1,1.5,null,true]}'.encode()
    )


def test_nothing_is_kept_beside_the_text() -> None:
    assert sys.getsizeof(json_bytes({"a": 1})) == sys.getsizeof(b"") + len(b'{"a":1}')


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        json_bytes({"a": object()})
