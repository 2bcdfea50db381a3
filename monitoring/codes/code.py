"""Code: the level, category, sentence and advice of one monitoring code, and how often it is retried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How loud a span is; the loudest span of an event gives its status."""

    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Category(StrEnum):
    """Whose move an error is (api.md 15.1)."""

    NONE = ""
    VALIDATION = "validation"
    CONFIGURATION = "configuration"
    DOWNSTREAM_API = "downstream_api"
    TIMEOUT = "timeout"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Code:
    """One code. attempts is how often an event with this failure is tried in all; 1 means never again.

    listed_as: the entry of the catalogue that explains it, where that is not the one of its own name; "" for none.
    """

    name: str
    level: Level
    sentence: str
    advice: str = ""
    category: Category = Category.NONE
    attempts: int = 1
    listed_as: str | None = None

    @property
    def anchor(self) -> str:
        """Where on the page of all codes it is explained; "" for a code that the catalogue does not know."""
        return self.name if self.listed_as is None else self.listed_as


def error_code(name: str, category: Category, sentence: str, advice: str, attempts: int = 1) -> Code:
    """A code of level error."""
    return Code(name, Level.ERROR, sentence, advice, category, attempts)
