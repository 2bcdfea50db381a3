"""compile_path: a literal key, or a JSONPath when it starts with ``$`` (mapping.md 3.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.failure import ExpressionFailed, shorten
from hub.jsonata.undefined import UNDEFINED

Resolve = Callable[[JSONValue, JSONValue], Any]
"""(context, payload) → the value found or UNDEFINED. Raises ExpressionFailed where a filter does."""
Find = Callable[[Any], Any]
"""(JSON value) → the value found in it or UNDEFINED."""

LONGEST_PATH = 1000
"""Characters; the parser of longer ones takes seconds."""
LONGEST_REASON = 200

_STEP = re.compile(
    r"""\.(?P<name>[^\W\d][\w-]*)|\[(?P<index>-?\d{1,9})\]|\[(?P<quoted>'(?:[^'\\]|\\[\\'])*'|"(?:[^"\\]|\\[\\"])*")\]"""
)
_ESCAPED = re.compile(r"\\(.)")


class InvalidPath(Exception):
    """The text begins like a JSONPath and is none."""


def is_json_path(text: str) -> bool:
    """``$`` alone, or followed by ``.``, ``[`` or another ``$``; a key such as ``$id`` is a literal one."""
    return text.startswith("$") and (len(text) == 1 or text[1] in ".[$")


@lru_cache(maxsize=8192)
def compile_path(text: str) -> Resolve:
    """How the path is resolved. Raises InvalidPath.

    A definite path (names and single indexes) gives the value itself, any other the list of all matches.
    """
    if len(text) > LONGEST_PATH:
        raise InvalidPath(f"must have at most {LONGEST_PATH} characters")
    if not is_json_path(text):
        return _member_of_context(text)
    of_payload = text.startswith("$$")
    rest = text[2:] if of_payload else text[1:]
    steps = _steps(rest)
    find = _definite(steps) if steps is not None else _by_library("$" + rest)
    return _of_payload(find) if of_payload else _of_context(find)


def _of_context(find: Find) -> Resolve:
    return lambda context, payload: find(context)


def _member_of_context(key: str) -> Resolve:
    """The commonest path, without a call in between."""
    return lambda context, payload: context.get(key, UNDEFINED) if context.__class__ is dict else UNDEFINED


def _of_payload(find: Find) -> Resolve:
    return lambda context, payload: find(payload)


def _steps(rest: str) -> tuple[str | int, ...] | None:
    """The steps of a path made of plain ones only; None when the library has to read it."""
    steps: list[str | int] = []
    position = 0
    while position < len(rest):
        match = _STEP.match(rest, position)
        if match is None:
            return None
        steps.append(_step(match))
        position = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> str | int:
    if match["name"] is not None:
        return match["name"]
    if match["index"] is not None:
        return int(match["index"])
    return _ESCAPED.sub(r"\1", match["quoted"][1:-1])


def _definite(steps: tuple[str | int, ...]) -> Find:
    if all(isinstance(step, str) for step in steps):
        return _descent(steps)
    finds = [_member(step) if isinstance(step, str) else _element(step) for step in steps]
    if len(finds) == 1:
        return finds[0]

    def find(value: Any) -> Any:
        for one in finds:
            value = one(value)
        return value

    return find


def _descent(names: Sequence[str | int]) -> Find:
    def find(value: Any) -> Any:
        for name in names:
            if value.__class__ is not dict:
                return UNDEFINED
            value = value.get(name, UNDEFINED)
        return value

    return find


def _member(key: str) -> Find:
    return lambda value: value.get(key, UNDEFINED) if value.__class__ is dict else UNDEFINED


def _element(position: int) -> Find:
    def find(value: Any) -> Any:
        return value[position] if value.__class__ is list and -len(value) <= position < len(value) else UNDEFINED

    return find


def _by_library(text: str) -> Find:
    import jsonpath

    try:
        compiled = jsonpath.compile(text)
        is_single = isinstance(compiled, jsonpath.JSONPath) and compiled.singular_query()
    except Exception as error:
        reason = str(error.args[0]) if error.args else type(error).__name__  # its text draws a picture beside it
        raise InvalidPath(f"not a JSONPath: {reason[:LONGEST_REASON]}") from None

    def find(value: Any) -> Any:
        try:
            matches = compiled.findall(value) if isinstance(value, dict | list) else []
        except Exception as error:
            raise ExpressionFailed(shorten(f"{text}: {error}")) from None
        if not matches:
            return UNDEFINED
        return matches[0] if is_single else matches

    return find
