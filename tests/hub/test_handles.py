"""Handles are found wherever an expression has put them, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from hub.handles import HandleChanged, Handles

pytestmark = pytest.mark.once


def test_a_text_falls_into_what_is_between_its_handles() -> None:
    handles = Handles()
    text = f'{{"a":"{handles.handle(1)}","b":"data:;base64,{handles.handle(0)}"}}'.encode()
    assert [*handles.split(text, 2)] == [b'{"a":"', 1, b'","b":"data:;base64,', 0, b'"}']


def test_digits_behind_a_handle_are_not_part_of_it() -> None:
    handles = Handles()
    assert [*handles.split(f"{handles.handle(1)}5{handles.handle(2)}".encode(), 3)] == [1, b"5", 2]


def test_a_handle_of_another_document_is_a_text_like_any() -> None:
    other = Handles().handle(0)
    assert [*Handles().split(other.encode(), 1)] == [other.encode()]
    assert not Handles().are_in(other)


def test_nothing_is_left_of_an_empty_text() -> None:
    assert [*Handles().split(b"", 0)] == []


def test_a_handle_that_was_never_given_out_is_refused() -> None:
    handles = Handles()
    with pytest.raises(HandleChanged):
        [*handles.split(handles.handle(1).encode(), 1)]


@pytest.mark.parametrize("cut", [slice(0, 13), slice(0, -1), slice(9, 25), slice(20, None), slice(12, 40)])
def test_what_is_left_of_a_handle_is_refused_whatever_its_case(cut: slice) -> None:
    handles = Handles()
    with pytest.raises(HandleChanged):
        [*handles.split(b"before " + handles.handle(0)[cut].upper().encode(), 1)]
