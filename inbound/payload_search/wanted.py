"""PayloadWanted: a place in a payload and the value that stands there; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

from hub.entities.keys import string_form
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.paths import InvalidPath, Resolve, compile_path

LONGEST_VALUE: Final = 255


@dataclass(frozen=True, slots=True)
class PayloadWanted:
    """path leads from the root of the payload; value is the string form, in which 42, 42.0 and "42" are one.

    A list at the end of the path is searched item by item.
    """

    path: str
    value: str
    resolve: Resolve

    @classmethod
    def of(cls, path: str, value: str) -> Self | None:
        """None where the path is none or the value is empty or too long. ``KUNNR`` and ``$.KUNNR`` are one path."""
        path, value = path.strip(), value.strip()
        if not path or not 0 < len(value) <= LONGEST_VALUE:
            return None
        whole = path if path.startswith("$") else f"${path}" if path.startswith("[") else f"$.{path}"
        try:
            resolve = compile_path(whole)
        except InvalidPath:
            return None
        return cls(whole, value, resolve)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """``path = value``, divided at the first sign of equality; None where it is not that."""
        path, sign, value = text.partition("=")
        return cls.of(path, value) if sign else None

    def is_in(self, root: Any) -> bool:
        """Whether a payload has the value there. Any: a JSON value."""
        try:
            found = self.resolve(root, root)
        except ExpressionFailed:
            return False
        return found is not UNDEFINED and any(string_form(one) == self.value for one in _items(found))


def _items(found: Any) -> Iterator[Any]:
    """Any: a JSON value; lists within lists count too, as a path with ``*`` makes them."""
    if isinstance(found, list):
        for one in found:
            yield from _items(one)
    else:
        yield found


def plain_path(text: str) -> str:
    """A path of a mapping or a search, so written that two that lead to one place are one text."""
    return text.removeprefix("$$").removeprefix("$").removeprefix(".")
