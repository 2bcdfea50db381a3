"""find_excess: is a JSON text within depth and size, told without parsing it and without recursion."""

from __future__ import annotations

import re
from itertools import accumulate

from hub.jsonata.limits import ANSWER_DEPTH, ANSWER_NODES

OWN_DEPTH = 10
"""Brackets that a program puts around what an expression yielded."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
"""An unfinished one reaches to the end: a second search from within it would make long texts slow."""
_STEPS = [(byte in b"[{") - (byte in b"]}") for byte in range(256)]
"""Byte → how the depth changes with it."""
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def find_excess(text: bytes, *, depth: int = ANSWER_DEPTH + OWN_DEPTH, nodes: int = ANSWER_NODES) -> str:
    """A sentence about what is too much, or empty. Counting brackets bounds both from above in almost every case."""
    openings = text.count(b"{") + text.count(b"[")
    if openings <= depth and (len(text) <= nodes or openings + text.count(b",") < nodes):
        return ""
    bare = _STRING.sub(b"", text)
    if _is_deeper(bare, depth):
        return f"resource limit: the result is nested deeper than {depth} levels"
    if _has_more_values(bare, nodes):
        return f"resource limit: the result has more than {nodes:,} values: let an event bring fewer items"
    return ""


def is_deeper(text: bytes, depth: int) -> bool:
    """True when a JSON text is nested deeper than depth."""
    return text.count(b"{") + text.count(b"[") > depth and _is_deeper(_STRING.sub(b"", text), depth)


def has_more_values(text: bytes, nodes: int) -> bool:
    """True when a JSON text has more than that many values, counted by their brackets and commas."""
    return len(text) > nodes and _has_more_values(text, nodes) and _has_more_values(_STRING.sub(b"", text), nodes)


def values_in(text: bytes) -> int:
    """How many values a JSON text has, counted by its brackets and commas."""
    return _values(_STRING.sub(b"", text))


def _is_deeper(bare: bytes, depth: int) -> bool:
    brackets = bare.translate(None, _ALL_BUT_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > depth


def _has_more_values(bare: bytes, nodes: int) -> bool:
    return _values(bare) > nodes


def _values(bare: bytes) -> int:
    return bare.count(b"{") + bare.count(b"[") + bare.count(b",")
