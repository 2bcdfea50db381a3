"""place_of: where in the text of a JSON document the value at a path stands; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hub.json_types import ROOT, JSONPath

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_LAST_STEP = re.compile(r"(\.[^.\[\]]+|\[\d+\]|^[^.\[\]]+)$")


@dataclass(slots=True)
class _Open:
    """An object or a list whose end has not been met."""

    at: JSONPath
    is_list: bool
    position: int = 0
    key: str = ""
    awaits_key: bool = True

    @property
    def place(self) -> JSONPath:
        """Where the next value of it stands."""
        return self.at.index(self.position) if self.is_list else self.at.key(self.key)


def place_of(text: str, path: str) -> tuple[int, int]:
    """Line and column, counted from 1, of the value at path, or of what encloses the place where it is missing."""
    starts = dict(_starts(text))
    while path and path not in starts:
        path = _LAST_STEP.sub("", path)
    offset = starts.get(JSONPath(path), 0)
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _starts(text: str) -> Iterator[tuple[JSONPath, int]]:
    """Each value of a valid document with the offset at which it, or the key before it, begins."""
    around: list[_Open] = []
    for match in _TOKEN.finditer(text):
        token, inner = match.group(), around[-1] if around else None
        if token in "}]":
            around.pop()
        elif inner and token == ",":
            inner.position, inner.awaits_key = inner.position + 1, True
        elif inner and not inner.is_list and inner.awaits_key and token != ":":
            inner.key, inner.awaits_key = json.loads(token), False
            yield inner.place, match.start()
        elif token != ":":
            at = inner.place if inner else ROOT
            if inner is None or inner.is_list:
                yield at, match.start()
            if token in "{[":
                around.append(_Open(at, token == "["))
