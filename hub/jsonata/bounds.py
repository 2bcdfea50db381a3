"""find_excess: is a JSON text within depth and size, told without parsing it and without recursion."""

from __future__ import annotations

import re

from hub.jsonata.limits import ANSWER_DEPTH, ANSWER_NODES

OWN_DEPTH = 10
"""Brackets that a program puts around what an expression yielded."""

_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{\]},]', re.DOTALL)


def find_excess(text: bytes, *, depth: int = ANSWER_DEPTH + OWN_DEPTH, nodes: int = ANSWER_NODES) -> str:
    """A sentence about what is too much, or empty. Counting brackets bounds both from above in almost every case."""
    openings = text.count(b"{") + text.count(b"[")
    if openings <= depth and (len(text) <= nodes or openings + text.count(b",") < nodes):
        return ""
    deepest, values = _measure(text)
    if deepest > depth:
        return f"resource limit: the result is nested deeper than {depth} levels"
    if values > nodes:
        return f"resource limit: the result has more than {nodes} values"
    return ""


def _measure(text: bytes) -> tuple[int, int]:
    """Depth, and values counted by their brackets and commas."""
    deepest = depth = values = 0
    for match in _STRUCTURE.finditer(text):
        token = match.group()
        if token in b"[{":
            depth += 1
            values += 1
            deepest = max(deepest, depth)
        elif token in b"]}":
            depth -= 1
        elif token == b",":
            values += 1
    return deepest, values
