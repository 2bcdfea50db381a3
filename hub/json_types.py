"""JSONValue, JSONObject and JSONPath: what a parsed document is, and where in it something stands."""

from __future__ import annotations

from typing import TypeAlias

JSONValue: TypeAlias = "dict[str, JSONValue] | list[JSONValue] | str | int | float | bool | None"
JSONObject: TypeAlias = dict[str, JSONValue]


class JSONPath(str):
    """A place in a document, written the way error details show it: ``entities[0].fields[3].attribute``."""

    __slots__ = ()

    def key(self, name: str) -> JSONPath:
        """The place of the member called name."""
        return JSONPath(f"{self}.{name}" if self else name)

    def index(self, position: int) -> JSONPath:  # type: ignore[override]  # a path is never searched as a text
        """The place of the list member at position, counted from 0."""
        return JSONPath(f"{self}[{position}]")


ROOT = JSONPath("")
"""The document itself."""
