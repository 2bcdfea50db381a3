"""The text of an expression: where its variables stand, told apart from strings, names and regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache

PAYLOAD = "__payload"
"""The private variable that carries the original payload where the context is an item of it."""

_TOKEN = re.compile(
    r"""
      (?P<comment>/\*.*?\*/)
    | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<quoted>`[^`]*`)
    | (?P<variable>\$\w*\$?)
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<name>[^\W\d]\w*)
    | (?P<space>\s+)
    | (?P<regex>/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n\[])+/[im]*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS_VALUE = frozenset({"string", "quoted", "variable", "number", "name"})
"""Kinds after which a slash divides; anywhere else it begins a regular expression."""
_CLOSING = frozenset(")]}")
_WORD_OPERATORS = frozenset({"and", "or", "in"})


def tokens(expression: str) -> list[tuple[str, str, int]]:
    """(kind, text, offset) of every token but comments and blanks; a division is of kind other."""
    found: list[tuple[str, str, int]] = []
    offset = 0
    while offset < len(expression):
        match = _TOKEN.match(expression, offset)
        if match is None:  # cannot happen: the last alternative takes any character
            break
        kind, text = str(match.lastgroup), match.group()
        if kind == "regex" and _divides(found):
            kind, text = "other", "/"
        if kind not in {"comment", "space"}:
            found.append((kind, text, offset))
        offset += len(text)
    return found


def _divides(before: list[tuple[str, str, int]]) -> bool:
    if not before:
        return False
    kind, text, _ = before[-1]
    if kind == "name" and text in _WORD_OPERATORS:
        return False
    return kind in _ENDS_VALUE or text in _CLOSING


@lru_cache(maxsize=4096)
def variables(expression: str) -> frozenset[str]:
    """The names of all variables: ``$`` for the context, ``$$`` for the payload, ``$name`` for others."""
    return frozenset(text for kind, text, _ in tokens(expression) if kind == "variable")


def with_payload_variable(expression: str) -> str:
    """The expression with every ``$$`` replaced by the private variable."""
    pieces: list[str] = []
    end = 0
    for kind, text, offset in tokens(expression):
        if kind == "variable" and text == "$$":
            pieces.append(expression[end:offset] + "$" + PAYLOAD)
            end = offset + len(text)
    return "".join(pieces) + expression[end:]


def starts_path_with(expression: str, name: str) -> bool:
    """True when some path of the expression begins with that bare name."""
    previous = ""
    for kind, text, _ in tokens(expression):
        if kind == "name" and text == name and previous != ".":
            return True
        previous = text
    return False


def signature_depth(expression: str) -> int:
    """The deepest run of opened ``<`` without a closing ``>``: how far a function signature may nest."""
    deepest = depth = 0
    for character in expression:
        if character == "<":
            depth += 1
            deepest = max(deepest, depth)
        elif character == ">":
            depth = max(0, depth - 1)
        elif character in "{}()":
            depth = 0
    return deepest


def place(expression: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character offset."""
    before = expression[: max(0, min(offset, len(expression)))]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
