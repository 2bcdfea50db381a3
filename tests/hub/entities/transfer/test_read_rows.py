"""read_rows: what spreadsheets write, and what nobody should."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.transfer import read_rows
from hub.entities.transfer.read_rows import rows_of_lines, rows_of_list, rows_of_table
from hub.errors import Invalid
from hub.strict_json import parse


def table(content: str | bytes, **options: Any) -> list[tuple[int, dict[str, Any]]]:
    """Number and values of each row."""
    found = rows_of_table(content if isinstance(content, bytes) else content.encode(), **options)
    return [(row.number, row.values) for row in found.rows]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n",
        "a,b\r\n1,2\r\n",
        "a,b\r1,2",
        "a;b\n1;2",
        "a\tb\n1\t2",
        '"a";"b"\n"1";"2"\n',
        "\ufeffa;b\n1;2",
        " a , b \n1,2",
    ],
)
def test_every_usual_form_is_read(content: str):
    assert table(content) == [(2, {"a": "1", "b": "2"})]


def test_cells_hold_quotes_delimiters_and_line_breaks():
    assert table('a,b\n"say ""x"";\r\n,","2"\n') == [(2, {"a": 'say "x";\r\n,', "b": "2"})]


def test_a_delimiter_within_quotes_is_none():
    assert table('"a,b,c";d\n1;2') == [(2, {"a,b,c": "1", "d": "2"})]


def test_a_file_of_a_german_spreadsheet_names_its_charset():
    content = "name;ort\nJürgen;Köln\n".encode("windows-1252")
    assert table(content, charset="windows-1252") == [(2, {"name": "Jürgen", "ort": "Köln"})]
    with pytest.raises(Invalid, match="windows-1252"):
        table(content)


def test_empty_rows_are_passed_over_and_counted():
    assert table("a,b\n\n,\n 1,\n , \n") == [(4, {"a": " 1", "b": ""})]


def test_short_rows_have_no_value_behind_their_end():
    assert table("a,b\n1\n") == [(2, {"a": "1"})]


def test_columns_without_a_name_are_counted_and_not_read():
    found = rows_of_table(b"a,,\n1,2,\n")
    assert (found.columns, found.nameless, found.rows[0].values) == (["a"], 2, {"a": "1"})


def test_the_apostrophe_before_a_formula_is_taken_away():
    assert table("a\n'=1\n") == [(2, {"a": "=1"})]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a,b\n1,2,3\n", "3 cells"),
        ("a,b\n1,\0\n", "NUL"),
    ],
)
def test_a_wrong_row_spares_the_others(content: str, reason: str):
    wrong, right = rows_of_table((content + "5,6\n").encode()).rows
    assert reason in wrong.problem
    assert right.values == {"a": "5", "b": "6"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b,a\n1,2,3", "several columns are called a"),
        (b"a\0,b\n1,2", "NUL"),
        (b'a,b\n1,2\n"3,4\n', "row 3 is not CSV"),
        (b'a,b\n"1"x,2\n', "row 2 is not CSV"),
        (b"a,b\n\xff\xfe,2\n", "byte 4 is not utf-8"),
        (",".join(f"c{number}" for number in range(10_000)).encode() + b"\n1", "10000 columns"),
        (b"a\n" + b"x" * (read_rows.LONGEST_CELL + 1), "field larger"),
    ],
)
def test_a_file_that_cannot_be_understood_says_why(content: bytes, reason: str):
    with pytest.raises(Invalid, match=reason):
        rows_of_table(content)


def test_too_many_rows_are_refused_with_advice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(read_rows, "MOST_ROWS", 2)
    with pytest.raises(Invalid, match="background, come with a later release"):
        rows_of_table(b"a\n1\n2\n3\n")
    with pytest.raises(Invalid, match="more than 2 rows"):
        rows_of_list([{}, {}, {}])


def test_an_unknown_charset_is_refused():
    with pytest.raises(Invalid, match="charset"):
        rows_of_table(b"a\n1", charset="utf-7")


def test_json_lines_are_read_one_by_one():
    content = b'\xef\xbb\xbf{"a": 1}\r\n\n[1]\n{"a": NaN}\n{"a": "\\u0000"}\n{"b": null}'
    found = rows_of_lines(content, parse)
    assert [(row.number, row.values, bool(row.problem)) for row in found.rows] == [
        (1, {"a": 1}, False),
        (3, {}, True),
        (4, {}, True),
        (5, {}, True),
        (6, {"b": None}, False),
    ]
    assert found.columns == ["a", "b"]


@pytest.mark.parametrize("document", [None, {}, "a", 7, []])
def test_a_json_file_is_a_list_of_rows(document: Any):
    with pytest.raises(Invalid):
        rows_of_list(document)
