"""Finding: what one check of the doctor found, how bad it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """The worst one is the exit code of the command."""

    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. advice is empty where nothing is to be done."""

    check: str
    grade: Grade
    message: str
    advice: str = ""


Check = Callable[[], Iterator[Finding]]


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, Grade.OK, message)


def warn(check: str, message: str, advice: str) -> Finding:
    """The hub works; somebody should have a look."""
    return Finding(check, Grade.WARN, message, advice)


def fail(check: str, message: str, advice: str) -> Finding:
    """Something does not work."""
    return Finding(check, Grade.FAIL, message, advice)
