"""cell_of, with_comma, guarded, bared: what stands in a cell, and that no spreadsheet runs it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.entities.transfer.cells import bared, cell_of, guarded, with_comma


@pytest.mark.parametrize(
    ("value", "kind", "cell"),
    [
        (None, "string", ""),
        ("", "string", ""),
        (" a ", "string", " a "),
        (True, "boolean", "true"),
        (42, "number", "42"),
        (42.0, "number", "42"),
        (0.5, "number", "0.5"),
        ([{"email": "a@x.de", "_id": "1"}, {"email": "b@x.de"}], "email", "a@x.de; b@x.de"),
        ([{"phone": "+49 30 1"}], "phone", "+49 30 1"),
        ([{"email": "a@x.de", "_tags": ["p"]}], "email", '[{"email":"a@x.de","_tags":["p"]}]'),
        ([{"email": "a;b@x.de"}], "email", '[{"email":"a;b@x.de"}]'),
        ([], "email", "[]"),
        (["ä", "b"], "strings", '["ä","b"]'),
        ({"street": "Weg 1"}, "address", '{"street":"Weg 1"}'),
    ],
)
def test_values_become_cells(value: Any, kind: str, cell: str):
    assert cell_of(value, kind) == cell


@pytest.mark.parametrize("kind", ["number", "money", "decimal"])
@pytest.mark.parametrize(("cell", "german"), [("1.234", "1,234"), ("-0.5", "-0,5"), ("1.5e-07", "1,5e-07"), ("7", "7")])
def test_a_number_gets_a_decimal_comma(cell: str, german: str, kind: str):
    assert with_comma(cell, kind) == german


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("1.234", "string"), ("1,5", "string"), ("1.234.567", "number"), ("15.01.2026", "number"), ("[1.5]", "list")],
)
def test_what_is_no_number_keeps_its_points(cell: str, kind: str):
    assert with_comma(cell, kind) == cell


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(text: str):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'tis", "'"])
def test_other_cells_stay_as_they_are(text: str):
    assert guarded(text) == bared(text) == text


@given(st.text(alphabet="'=+-@\t\ra", max_size=6))
def test_the_apostrophe_can_be_taken_away_again(text: str):
    assert bared(guarded(text)) == text
