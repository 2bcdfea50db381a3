"""Errors of the engines as ExpressionFailed: bounded text, and the place in the author's text where it can be told."""

from __future__ import annotations

import re
from importlib import import_module

from hub.jsonata import source
from hub.jsonata.failure import ExpressionFailed, shorten

_FUNCTION = re.compile(r"\$[A-Za-z_]\w*")


def syntax_error(text: str, error: BaseException) -> ExpressionFailed:
    """The engine's message with the place that the second engine's parser names: the first one tells none."""
    line, column = _syntax_place(text)
    return ExpressionFailed(_message(error), line=line, column=column)


def _syntax_place(text: str) -> tuple[int | None, int | None]:
    offset = import_module("hub.jsonata.engine.python").error_offset(text)
    return (None, None) if offset is None else source.place(text, offset)


def runtime_error(text: str, error: BaseException) -> ExpressionFailed:
    """A failure while evaluating; placed at the function that the message names, if it is called only once."""
    message = _message(error)
    for name in _FUNCTION.findall(message):
        offsets = [at for kind, token, at in source.tokens(text) if kind == "variable" and token == name]
        if len(offsets) == 1:
            line, column = source.place(text, offsets[0])
            return ExpressionFailed(message, line=line, column=column)
    return ExpressionFailed(message)


def _message(error: BaseException) -> str:
    """Code and sentence; the second engine keeps the code apart."""
    code = getattr(error, "error", None)
    text = str(error) or type(error).__name__
    return shorten(f"{code}: {text}" if isinstance(code, str) and code not in text else text)
