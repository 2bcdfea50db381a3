"""render: an author's template with values and environment filled in, encoded for where it stands (section 2); pure.

A template is read once. What comes from a value or from the environment is never looked at again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from hub import strict_json
from hub.environments.references import has_remnant
from hub.environments.resolve import ConfigurationError
from hub.json_types import JSONValue
from proxies.encodings import ENCODERS, Position, RenderingRefused, fault_in, json_literal, text_of
from proxies.templates import Placeholder, TemplateBroken, placeholders

LONGEST_RESULT: Final = 1024 * 1024
"""Characters of a rendered URL, parameter or header."""
LONGEST_BODY: Final = 10 * 1024 * 1024
BODIES: Final = frozenset({Position.JSON, Position.FORM, Position.XML, Position.PLAIN})

_MARK: Final = "\0"
"""Stands before every value while the segments of a path are looked at; no URL holds it."""
_BEFORE_PATH = re.compile(r"(?:[^/?#:]+:/{0,2})?[^/?#]*")
_PATH = re.compile(r"(?:[^/?#]*://[^/?#]*)?([^?#]*)")
_QUOTES = re.compile(r'\\.?|"', re.DOTALL)
_DOT_SEGMENTS: Final = frozenset({".", ".."})


@dataclass(frozen=True, slots=True)
class Values:
    """What placeholders stand for.

    context: the document that paths lead into, such as ``{"params": …, "steps": […]}`` or the payload of a call.
    env: name of a reference as it is written → its text, as ``hub.environments.resolve.lookup`` finds them.
    refuses_missing: a value that is absent or null is refused, and an empty one in a path; else it is empty text.
    """

    context: Mapping[str, JSONValue] = field(repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    refuses_missing: bool = False


def render(template: str, position: Position, values: Values) -> str:
    """The template with everything filled in.

    Position.URL: one that begins with / is a path, every other one a whole URL; a placeholder at its very beginning
    is that URL, unencoded, and none may stand where the host is decided.

    Raises RenderingRefused: MISSING_REQUIRED_PARAM, INVALID_PARAM_TYPE for a list or an object that is not written
    with ``json``, INVALID_PARAM_VALUE for what cannot stand in the position. Raises ConfigurationError for a template
    outside the grammar.
    """
    rendering = _Rendering(position, values)
    end = 0
    for placeholder in _parsed(template, position in BODIES):
        rendering.add_literal(template[end : placeholder.start])
        rendering.add(placeholder, template)
        end = placeholder.end
    rendering.add_literal(template[end:])
    return rendering.finished()


def find_value(context: Mapping[str, JSONValue], segments: Iterable[str]) -> JSONValue:
    """The value that a path leads to: own members of objects and positions in lists only; None where it ends."""
    found: object = context
    for segment in segments:
        if isinstance(found, Mapping):
            found = found.get(segment)
        elif isinstance(found, list) and segment.isascii() and segment.isdigit() and int(segment[:9]) < len(found):
            found = found[int(segment[:9])]
        else:
            return None
    return found  # type: ignore[return-value]  # every member of a document is one


@lru_cache(maxsize=2048)
def _parsed(template: str, may_hold_braces: bool) -> tuple[Placeholder, ...]:
    try:
        return tuple(placeholders(template, may_hold_braces=may_hold_braces))
    except TemplateBroken as failure:
        raise ConfigurationError(f"A template {failure}.") from failure


class _Rendering:
    """One template on its way, piece by piece."""

    def __init__(self, position: Position, values: Values) -> None:
        self._position = position
        self._values = values
        self._pieces: list[str] = []
        self._length = 0
        self._quotes = _Quotes()

    def add_literal(self, text: str) -> None:
        """What the author wrote; the value of a query parameter is the only thing they write unencoded."""
        if self._position is Position.URL and _MARK in text:
            raise ConfigurationError("A template holds a NUL, which no URL may. Remove it.")
        self._append(ENCODERS[self._position](text) if self._position is Position.QUERY_VALUE else text)

    def add(self, placeholder: Placeholder, template: str) -> None:
        """What stands there instead of it."""
        if placeholder.is_escaped:
            self._add_escaped(template[placeholder.start + 1 : placeholder.end])
        elif placeholder.is_env:
            self._append(self._fit(self._values.env[placeholder.path], f"env.{placeholder.path}"))
        else:
            self._add_value(placeholder)

    def finished(self) -> str:
        """The whole text. Raises RenderingRefused where the whole is not what it has to be."""
        text = "".join(self._pieces)
        if self._position is Position.URL:
            _check_segments(text)
            return text.replace(_MARK, "")
        if self._position is Position.JSON:
            _check_json(text)
        return text

    def _add_escaped(self, text: str) -> None:
        if has_remnant(text):
            raise ConfigurationError("A template has {{env. without a key after it; write {{env.KEY}}.")
        self.add_literal(text)

    def _add_value(self, placeholder: Placeholder) -> None:
        text = self._text(placeholder)
        is_whole_url = self._position is Position.URL and placeholder.start == 0
        if self._position is Position.URL and not is_whole_url and self._decides_host():
            raise RenderingRefused(f"{placeholder.path} stands where the host is decided. Write the host down.")
        if not placeholder.is_raw and not is_whole_url:
            text = self._encoded(text, placeholder)
        text = self._fit(text, placeholder.path)
        self._append(text if is_whole_url or self._position is not Position.URL else _MARK + text)

    def _text(self, placeholder: Placeholder) -> str:
        value = find_value(self._values.context, placeholder.segments())
        if placeholder.is_json:
            return json_literal(value)
        if value is None and self._values.refuses_missing:
            raise RenderingRefused(f"{placeholder.path} is missing. Send a value.", code="MISSING_REQUIRED_PARAM")
        text = text_of(value)
        if text is None:
            raise RenderingRefused(
                f"{placeholder.path} is a list or an object. Send a text, a number, true or false.",
                code="INVALID_PARAM_TYPE",
            )
        if not text and self._values.refuses_missing and self._position is Position.URL:
            raise RenderingRefused(f"{placeholder.path} is empty, which no part of a path may be. Send a value.")
        return text

    def _encoded(self, text: str, placeholder: Placeholder) -> str:
        if self._position is not Position.JSON or self._quotes.is_open:
            return ENCODERS[self._position](text)
        if placeholder.is_json or _is_scalar(text):
            return text
        path = placeholder.path
        raise RenderingRefused(f"{path} is a text and stands in a JSON body without quotes. Write {{{{json {path}}}}}.")

    def _decides_host(self) -> bool:
        """Whether what is there already ends within the host of a whole URL, or before it."""
        return _BEFORE_PATH.fullmatch("".join(self._pieces)) is not None

    def _fit(self, text: str, name: str) -> str:
        fault = fault_in(self._position, text)
        if fault is not None:
            raise RenderingRefused(f"{name} {fault}.")
        return text

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
        if self._length > (LONGEST_BODY if self._position in BODIES else LONGEST_RESULT):
            raise RenderingRefused("With its values a template becomes too long. Send shorter ones.")
        if self._position is Position.JSON:
            self._quotes.read(text)


class _Quotes:
    """Whether JSON that is read piece by piece stands within a text."""

    def __init__(self) -> None:
        self.is_open = False
        self._skips = False

    def read(self, text: str) -> None:
        """The next piece."""
        start = int(self._skips and bool(text))
        self._skips = self._skips and not text
        for mark in _QUOTES.finditer(text, start):
            if mark.group() == '"':
                self.is_open = not self.is_open
            else:
                self._skips = len(mark.group()) == 1


def _check_segments(marked: str) -> None:
    """No . and .. in the path, whoever wrote them; and a value may not leave a whole segment empty."""
    path = _PATH.match(marked)
    for segment in path.group(1).split("/") if path else ():
        plain = segment.replace(_MARK, "")
        if plain.lower().replace("%2e", ".") in _DOT_SEGMENTS:
            raise RenderingRefused("A value makes a segment of the path . or .., which is refused.")
        if not plain and segment:
            raise RenderingRefused("A value leaves a segment of the path empty. Send one that is not.")


def _check_json(text: str) -> None:
    try:
        strict_json.parse(text.encode(errors="surrogatepass"))
    except strict_json.MalformedJSON as failure:
        raise RenderingRefused(f"With its values the body is no JSON. {failure.message}") from failure


def _is_scalar(text: str) -> bool:
    """Whether the text is a number, true, false, null or a text in quotes, as JSON writes them."""
    try:
        return not isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
