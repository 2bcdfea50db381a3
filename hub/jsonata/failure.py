"""ExpressionFailed: what went wrong in an expression, in bounded text, with its place where it is known."""

from __future__ import annotations

import unicodedata

from hub.jsonata.limits import ERROR_CHARACTERS

TOO_SLOW = "D1012"
"""The code with which both engines say that an expression took too long."""


class ExpressionFailed(Exception):
    """message is the engine's, shortened; line and column count from 1 and are None where nobody knows them.

    is_data: the data raised it, or $error did; else the expression itself is wrong, or takes too long.
    """

    def __init__(
        self, message: str, *, line: int | None = None, column: int | None = None, is_data: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.is_data = is_data

    @property
    def is_timeout(self) -> bool:
        """Whether the expression took too long; nobody knows what it would have yielded."""
        return self.message.startswith(f"{TOO_SLOW}:")


def shorten(text: str) -> str:
    """At most ERROR_CHARACTERS characters without control characters: the text may be the caller's data."""
    printable = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in text[: ERROR_CHARACTERS * 2])
    return printable if len(printable) <= ERROR_CHARACTERS else printable[: ERROR_CHARACTERS - 1] + "…"
