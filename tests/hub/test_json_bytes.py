"""json_bytes: JSON in a block of its own size."""

from __future__ import annotations

import sys

import pytest

from hub.json_bytes import json_bytes


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
