"""Errors of the engines as ExpressionFailed: bounded text, and the place in the author's text where it can be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

from hub.jsonata import source
from hub.jsonata.failure import ExpressionFailed, shorten

_FUNCTION = re.compile(r"\$[A-Za-z_]\w*")
_CODE = re.compile(r"([DT]\d{4}):")
"""Of failures that depend on the data; limits of time and depth have others."""
_OF_THE_AUTHOR = frozenset({"T1005", "T1006", "T1007", "T1008", "T1010", "T2006"})
"""Something that is no function is called: it is mistyped, whatever the data."""
_LATER_ARGUMENT = re.compile(r"(T0410: )Argument (?!1\b)\d+ must be .*", re.DOTALL)
"""The first engine counts on where an argument was left out or is of another type: no later number can be trusted, nor
the type that goes with it. The second one calls every argument the first."""
_LIMITS = frozenset({"D1011", "D1012", "D2015"})
"""Depth, time and length of what is worked out: where they are met says nothing."""


def syntax_error(text: str, error: BaseException) -> ExpressionFailed:
    """The engine's message with the place that the second engine's parser names: the first one tells none."""
    line, column = _syntax_place(text)
    return ExpressionFailed(_message(error), line=line, column=column)


def _syntax_place(text: str) -> tuple[int | None, int | None]:
    offset = import_module("hub.jsonata.engine.python").error_offset(text)
    return (None, None) if offset is None else source.place(text, offset)


def runtime_error(
    text: str, error: BaseException, find_offset: Callable[[str], int | None] = lambda code: None
) -> ExpressionFailed:
    """A failure while evaluating; placed at the function that the message names, if it is called only once, else where
    find_offset, given the code of the failure, says."""
    message = _message(error)
    code = _code_of(message)
    offset = _offset_of_function(text, message)
    if offset is None and code:
        offset = find_offset(code)
    line, column = (None, None) if offset is None else source.place(text, offset)
    return ExpressionFailed(message, line=line, column=column, is_data=bool(code) and code not in _OF_THE_AUTHOR)


def _code_of(message: str) -> str:
    """The code of a failure that is no limit; empty for any other."""
    found = _CODE.match(message)
    return found[1] if found and found[1] not in _LIMITS else ""


def _offset_of_function(text: str, message: str) -> int | None:
    for name in _FUNCTION.findall(message):
        offsets = [at for kind, token, at in source.tokens(text) if kind == "variable" and token == name]
        if len(offsets) == 1:
            return offsets[0]
    return None


def _message(error: BaseException) -> str:
    """Code and sentence; the second engine keeps the code apart."""
    code = getattr(error, "error", None)
    text = str(error) or type(error).__name__
    whole = f"{code}: {text}" if isinstance(code, str) and code not in text else text
    return shorten(_LATER_ARGUMENT.sub(r"\1An argument has another type than the function takes", whole))
