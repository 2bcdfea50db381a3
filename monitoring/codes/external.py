"""Codes of spans that a middleware pushes; the level it gives chooses the code (api.md appendix A.5)."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, Code, Level, error_code

_BY_LEVEL: Final = {
    Level.SUCCESS: Code("EXTERNAL_SUCCESS", Level.SUCCESS, "A step outside the hub went well."),
    Level.INFO: Code(
        "EXTERNAL_INFO",
        Level.INFO,
        "A step outside the hub had something to tell.",
        "Nothing to do here; the system that sent it knows more.",
    ),
    Level.WARNING: Code(
        "EXTERNAL_WARNING",
        Level.WARNING,
        "A step outside the hub went well with a reservation.",
        "Read its message; the system that sent it knows more.",
    ),
    Level.ERROR: error_code(
        "EXTERNAL_ERROR",
        Category.DOWNSTREAM_API,
        "A step outside the hub failed.",
        "Read its message and repair the system that sent it; the hub can only repeat its own steps.",
    ),
}
EXTERNAL_CODES: Final = list(_BY_LEVEL.values())
EXTERNAL_CODE_OF: Final = {level.value: code for level, code in _BY_LEVEL.items()}
"""Level → the code of a pushed span."""
