"""encode: a value as text for the position in which its placeholder stands (proxies-and-security.md 2.4); pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from hub.errors import HubError
from hub.json_types import JSONValue


class Position(StrEnum):
    """Where a template stands in a request. It decides how values are written into it."""

    URL = "URL"
    """A path with its query, or a whole URL."""
    QUERY_VALUE = "query parameter"
    """The value of one parameter, which the author wrote unencoded: its text is encoded, too."""
    HEADER = "header"
    JSON = "JSON body"
    FORM = "form body"
    XML = "XML body"
    PLAIN = "body"


class RenderingRefused(HubError):
    """A template that cannot be rendered with these values; the text names the placeholder, never its value."""

    code = "INVALID_PARAM_VALUE"
    status = 400


_JSON_TYPES: Final = frozenset({"application/json", "text/json"})
_XML_TYPES: Final = frozenset({"application/xml", "text/xml"})
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_QUOTES: Final = {'"': "&quot;", "'": "&apos;"}
_REFUSED_IN_HEADERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def is_json_type(content_type: str) -> bool:
    """Whether a body of that type is JSON."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in _JSON_TYPES or media_type.endswith("+json")


def position_of_body(content_type: str | None, template: str) -> Position:
    """By the media type of the request; JSON as well where the template begins as JSON does."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if is_json_type(media_type):
        return Position.JSON
    if media_type == _FORM_TYPE:
        return Position.FORM
    if media_type in _XML_TYPES or media_type.endswith("+xml"):
        return Position.XML
    return Position.JSON if template.lstrip()[:1] in {"{", "["} else Position.PLAIN


def text_of(value: JSONValue) -> str | None:
    """A value as the text it stands for: numbers as in JSON, whole ones without fraction. None for lists, objects."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        case int() | float():
            return json.dumps(value)
        case _:
            return None


def json_literal(value: JSONValue) -> str:
    """The value as compact JSON, a text in its quotes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def percent_encoded(text: str) -> str:
    """Everything but letters, digits, - . _ and ~ is encoded."""
    return quote(text, safe="", errors="surrogatepass")


def fault_in(position: Position, text: str) -> str | None:
    """What makes the text impossible in that position, however it is encoded, or None."""
    if position in {Position.URL, Position.QUERY_VALUE} and _CONTROL.search(text):
        return "holds a control character, which no URL may"
    if position is Position.HEADER and _REFUSED_IN_HEADERS.search(text):
        return "holds a line break, a control character or one that is not Latin-1, which no header may"
    return None


ENCODERS: Final[dict[Position, Callable[[str], str]]] = {
    Position.URL: percent_encoded,
    Position.QUERY_VALUE: percent_encoded,
    Position.HEADER: str,
    Position.JSON: lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    Position.FORM: lambda text: quote_plus(text, errors="surrogatepass"),
    Position.XML: lambda text: escape(text, _QUOTES),
    Position.PLAIN: str,
}
"""What {{x}} becomes; {{{x}}} stays as it is."""
