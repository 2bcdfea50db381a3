"""Values of variables: the bounds of each type, their stored form, and how one reads inside a text (section 1.1)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from hub.environments.models import VariableType
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject, JSONPath, JSONValue

TEXT_CHARACTERS = 32_768
SECRET_BYTES = 4096
JSON_BYTES = 32 * 1024
LIST_ITEMS = 100
URL_CHARACTERS = 2048
LABEL_CHARACTERS = 255
NOTE_CHARACTERS = 1024
MAX_EXACT = 2**53 - 1
"""Beyond it a number changes on its way through other people's JSON."""
ITEM_TYPES = tuple(
    kind.value for kind in VariableType if kind not in {VariableType.LIST, VariableType.JSON, VariableType.MAP}
)
"""What a list may consist of."""
LINK_MEMBERS = {"url": URL_CHARACTERS, "label": LABEL_CHARACTERS, "description": NOTE_CHARACTERS}

_UNFIT = re.compile("[\0\ud800-\udfff]")


class NotText(Exception):
    """A value of a type that has no form inside a text."""


def check_value(value: JSONValue, *, kind: str, item_kind: str, at: JSONPath) -> None:
    """Raise Invalid, which names the place and never the value, unless the value keeps the bounds of its type."""
    for text in _texts(value):
        if _UNFIT.search(text):
            raise _wrong(at, "must not contain NUL characters or halves of surrogate pairs")
    if kind == VariableType.LIST:
        _check_list(value, item_kind, at)
    else:
        _CHECKS[kind](value, at)


def stored_form(value: JSONValue) -> bytes:
    """The value as bytes, with every digit of its numbers."""
    return _compact(value).encode()


def value_of(stored: bytes) -> JSONValue:
    """The value that stored_form was given."""
    value: JSONValue = json.loads(stored)
    return value


def text_of(value: JSONValue, kind: str) -> str:
    """The value as it stands inside a text. Raises NotText for Map, List and Link (section 1.2)."""
    if kind == VariableType.JSON:
        return _compact(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(value)
    raise NotText(kind)


def _number_text(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_EXACT:
        return str(int(value))
    return _compact(value)


def _check_text(value: JSONValue, at: JSONPath) -> None:
    if not isinstance(value, str) or len(value) > TEXT_CHARACTERS:
        raise _wrong(at, f"must be a text of at most {TEXT_CHARACTERS} characters")


def _check_secret(value: JSONValue, at: JSONPath) -> None:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= SECRET_BYTES:
        raise _wrong(at, f"must be a text of 1 to {SECRET_BYTES} bytes")


def _check_number(value: JSONValue, at: JSONPath) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or (isinstance(value, int) and abs(value) > MAX_EXACT):  # type: ignore[arg-type]
        raise _wrong(at, f"must be a number; a whole one lies between -{MAX_EXACT} and {MAX_EXACT}")


def _check_boolean(value: JSONValue, at: JSONPath) -> None:
    if not isinstance(value, bool):
        raise _wrong(at, "must be true or false")


def _check_json(value: JSONValue, at: JSONPath) -> None:
    if not isinstance(value, dict) or len(stored_form(value)) > JSON_BYTES:
        raise _wrong(at, f"must be an object of at most {JSON_BYTES} bytes")


def _check_map(value: JSONValue, at: JSONPath) -> None:
    _check_json(value, at)
    for inner in value.values() if isinstance(value, dict) else ():
        if not isinstance(inner, str | int | float):
            raise _wrong(at, "must have texts, numbers, true and false as its members")


def _check_link(value: JSONValue, at: JSONPath) -> None:
    if not isinstance(value, dict) or not value.get("url") or set(value) - set(LINK_MEMBERS):
        raise _wrong(at, f"must be an object with url and, if wanted, {' and '.join(list(LINK_MEMBERS)[1:])}")
    _check_link_texts(value, at)
    if not _is_web_address(str(value["url"])):
        raise _wrong(at.key("url"), "must be an absolute address that begins with https:// or http://")


def _check_link_texts(link: JSONObject, at: JSONPath) -> None:
    for name, text in link.items():
        if not isinstance(text, str) or len(text) > LINK_MEMBERS[name]:
            raise _wrong(at.key(name), f"must be a text of at most {LINK_MEMBERS[name]} characters")


def _check_list(value: JSONValue, item_kind: str, at: JSONPath) -> None:
    if not isinstance(value, list) or not 0 < len(value) <= LIST_ITEMS:
        raise _wrong(at, f"must be a list of 1 to {LIST_ITEMS} members")
    for position, member in enumerate(value):
        _CHECKS[item_kind](member, at.index(position))
    if len(_compact(value)) > TEXT_CHARACTERS:
        raise _wrong(at, f"must have at most {TEXT_CHARACTERS} characters as JSON")


_CHECKS: dict[str, Callable[[JSONValue, JSONPath], None]] = {
    VariableType.STRING: _check_text,
    VariableType.TEXT: _check_text,
    VariableType.SECRET: _check_secret,
    VariableType.NUMBER: _check_number,
    VariableType.BOOLEAN: _check_boolean,
    VariableType.JSON: _check_json,
    VariableType.MAP: _check_map,
    VariableType.LINK: _check_link,
}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\x00-\x20\x7f\\]", url)


def _texts(value: JSONValue) -> Iterator[str]:
    """Every text in the value, names of members included; however deep, without recursion."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            yield from each
            waiting += each.values()


def _compact(value: JSONValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _wrong(at: JSONPath, message: str) -> Invalid:
    return Invalid("The value does not fit its type.", details=[ErrorDetail(at, message)])
