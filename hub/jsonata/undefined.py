"""UNDEFINED: what an expression or a path yields that found nothing; not the same as null."""

from __future__ import annotations

from typing import Any


class Undefined:
    """The one value of its kind; false, and equal only to itself."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Any = Undefined()  # Any: it stands wherever a JSON value may be missing
