"""Identifiers: their public text, and the order they are made in."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.ids import find_id, new_ids, to_text

NUMBERS = some.integers(min_value=0, max_value=2**128 - 1)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "00000000000000000000000000"),
        (31, "0000000000000000000000000Z"),
        (2**60, "00000000000001000000000000"),
        (0x01563E3AB5D3D6764C61EFB99302BD5B, "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        (2**128 - 1, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"),
    ],
)
def test_the_public_text_is_that_of_the_ulid_specification(number: int, text: str) -> None:
    assert to_text("evt_", UUID(int=number)) == f"evt_{text}"


@given(NUMBERS)
def test_a_public_text_leads_back_to_its_id(number: int) -> None:
    assert find_id("evt_", to_text("evt_", UUID(int=number))) == UUID(int=number)


@given(NUMBERS, NUMBERS)
def test_public_texts_sort_as_their_ids(one: int, other: int) -> None:
    assert (to_text("", UUID(int=one)) < to_text("", UUID(int=other))) == (one < other)


@pytest.mark.parametrize("text", ["", "evt_", "evt_0", f"evt_{'U' * 26}", f"tok_{'0' * 26}", f"evt_8{'Z' * 25}"])
def test_what_is_no_public_text_is_found_nowhere(text: str) -> None:
    assert find_id("evt_", text) is None


def test_ids_grow_and_are_usual_ones() -> None:
    ids = new_ids(1000)
    assert ids == sorted(set(ids))
    assert (UUID(str(ids[0])), hash(ids[0])) == (ids[0], hash(UUID(str(ids[0]))))
