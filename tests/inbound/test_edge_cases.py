"""The edge cases of mapping.md section 18: edge_cases.json says in which golden folders each row of it stands."""

from __future__ import annotations

from pathlib import Path

import orjson

GOLDEN = Path(__file__).parents[1] / "golden"
EDGE_CASES = orjson.loads((GOLDEN / "edge_cases.json").read_bytes())
ROWS = {*map(str, range(1, 111)), "77b"}


def test_every_edge_case_has_a_golden_folder() -> None:
    assert {row for row, folders in EDGE_CASES.items() if folders} == ROWS


def test_every_folder_that_an_edge_case_names_is_there() -> None:
    named = {folder for folders in EDGE_CASES.values() for folder in folders}
    assert {folder for folder in named if not (GOLDEN / folder / "expected.json").exists()} == set()
