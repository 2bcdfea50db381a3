"""Source text cut into coloured tokens, and shortened ids; pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.json_types import JSONValue

COLOUR_LIMIT = 400_000
"""Characters above which text is shown plain: colouring a payload of megabytes would cost more than it helps."""

LANGUAGES = {
    "json": r"""(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*")"""
    r"""|(?P<number>-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\b(?:true|false|null)\b)""",
    "jsonata": r"""(?P<comment>/\*.*?\*/)|(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:[^=]))"""
    r"""|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<function>\$\w+(?=\s*\())"""
    r"""|(?P<variable>\$\$?\w*)|(?P<number>\b\d+(?:\.\d+)?\b|\b(?:true|false|null)\b)""",
    "xml": r"""(?P<comment><!--.*?-->|<\?.*?\?>)|(?P<key></?[\w:.-]+|/?>)|(?P<function>[\w:.-]+(?==["']))"""
    r"""|(?P<string>"[^"<]*"|'[^'<]*')""",
    "shell": r"""(?P<comment>^\s*\#.*?$)|(?P<string>"(?:[^"\\]|\\.)*"|'[^']*')|(?P<function>^\s*(?:curl|export)\b)"""
    r"""|(?P<variable>\$\w+)""",
}
PATTERNS = {name: re.compile(pattern, re.DOTALL | re.MULTILINE) for name, pattern in LANGUAGES.items()}


class Token(NamedTuple):
    """kind is "" for plain text, else key, string, number, function, variable or comment."""

    kind: str
    text: str


def code_tokens(text: str, language: str) -> Iterator[Token]:
    """The whole text in order, nothing lost; an unknown language and very long text are one plain token."""
    pattern = PATTERNS.get(language)
    if pattern is None or len(text) > COLOUR_LIMIT:
        yield Token("", text)
        return
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield Token("", text[end : match.start()])
        yield Token(match.lastgroup or "", match.group())
        end = match.end()
    if end < len(text):
        yield Token("", text[end:])


def json_text(value: JSONValue) -> str:
    """A JSON value the way people read it: two spaces per level, characters as they are, keys in their order."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def json_tokens(value: JSONValue) -> Iterator[Token]:
    """The tokens of json_text(value)."""
    return code_tokens(json_text(value), "json")


def short_id(value: object, head: int = 6, tail: int = 4) -> str:
    """An id without its middle: "01JP5K…9XHD". Ids that would hardly get shorter stay whole."""
    text = str(value)
    return text if len(text) <= head + tail + 3 else f"{text[:head]}…{text[-tail:]}"
