"""The page of threats names tests, and all of them are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "threats.md"
ROW = re.compile(r"^\| (?!threat \||-)(.+?) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def functions(path: str) -> set[str]:
    """Names of the tests of a module; none where there is no module."""
    file = TESTS / path
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_threat_names_a_test() -> None:
    rows = ROW.findall(PAGE.read_text())
    assert rows
    assert [threat for threat, tests in rows if not NAMED.search(tests)] == []


def test_every_test_that_is_named_is_there() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
