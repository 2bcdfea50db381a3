"""compile_path: a literal key, or a JSONPath when it starts with ``$`` (mapping.md 3.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.undefined import UNDEFINED

Resolve = Callable[[JSONValue, JSONValue], Any]
"""(context, payload) → the value found or UNDEFINED."""

_STEP = re.compile(
    r"""\.(?P<name>[^\W\d][\w-]*)|\[(?P<index>-?\d+)\]|\[(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]"""
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
    if not is_json_path(text):
        return _literal(text)
    of_payload = text.startswith("$$")
    rest = text[2:] if of_payload else text[1:]
    steps = _steps(rest)
    found = _definite(steps) if steps is not None else _indefinite("$" + rest)
    if of_payload:
        return lambda context, payload: found(payload)
    return lambda context, payload: found(context)


def _literal(key: str) -> Resolve:
    def resolve(context: JSONValue, payload: JSONValue) -> Any:
        return context.get(key, UNDEFINED) if isinstance(context, dict) else UNDEFINED

    return resolve


def _steps(rest: str) -> tuple[str | int, ...] | None:
    """The steps of a definite path; None when it is not one."""
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


def _definite(steps: tuple[str | int, ...]) -> Callable[[JSONValue], Any]:
    def find(value: JSONValue) -> Any:
        for step in steps:
            if isinstance(step, str):
                value = value.get(step, UNDEFINED) if isinstance(value, dict) else UNDEFINED
            elif isinstance(value, list) and -len(value) <= step < len(value):
                value = value[step]
            else:
                return UNDEFINED
            if value is UNDEFINED:
                return UNDEFINED
        return value

    return find


def _indefinite(text: str) -> Callable[[JSONValue], Any]:
    import jsonpath

    try:
        compiled = jsonpath.compile(text)
    except Exception as error:
        raise InvalidPath(f"not a JSONPath: {error}") from None

    def find(value: JSONValue) -> Any:
        if not isinstance(value, dict | list):
            return UNDEFINED
        return compiled.findall(value) or UNDEFINED

    return find
