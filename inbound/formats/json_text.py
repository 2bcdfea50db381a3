"""read_json: the ordinary payload in a few microseconds, the suspicious one by the book."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson

from hub.json_types import JSONValue
from hub.jsonata.bounds import has_more_values, is_deeper
from inbound.formats.document import Document, Malformed

DEPTH = 100
NODES = 200_000
STRING_BYTES = 1024 * 1024
DIGITS = 4300
"""Bounds of one payload (proxies-and-security.md section 8.2)."""
SAFE_INTEGER = 2**53 - 1
LOST = Decimal("1e-12")
"""What a double may leave out of a fraction: no amount and no reading has finer digits (mapping.md 12.9)."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_DIGITS_ALIKE = bytes.maketrans(b"123456789E", b"000000000e")
_LONG_NUMBER = b"0" * 16
_EXPONENT = b"0e"
_BEFORE_A_NUMBER = frozenset(b"[:, \n\r\t")
_NO_DIGIT = re.compile(rb"[^0]")


def read_json(body: bytes) -> Document:
    """The document of JSON text in UTF-8; its root must be an object or a list. Raises Malformed."""
    if body[:3] == BYTE_ORDER_MARK:
        body = body[3:]
    _refuse_excess(body)
    alike = body.translate(_DIGITS_ALIKE)
    if len(body) > STRING_BYTES or _has_delicate_number(alike) or b"\\u0000" in body:
        return _read_carefully(body)
    try:
        root: JSONValue = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"Not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    _refuse_scalar(root)
    if b"0." in alike:
        _make_whole(root)
    return Document(root)


def _has_delicate_number(alike: bytes) -> bool:
    """Whether a number may overflow or lose digits in a double: it has 16 digits or an exponent.

    Told with all digits made alike, by the few places where such a number could be. A hit inside a string only costs
    time.
    """
    digits = alike.replace(b".", b"") if b"0.0" in alike else alike
    return _has_number(digits, _LONG_NUMBER, b"0-") or _has_number(alike, _EXPONENT, b"0.-")


def _has_number(alike: bytes, sign: bytes, between: bytes) -> bool:
    """Whether sign stands in a number: behind its beginning there are only bytes of between."""
    at = alike.find(sign)
    while at >= 0:
        before = alike[max(0, at - DIGITS) : at].rstrip(between)
        if not before or before[-1] in _BEFORE_A_NUMBER:
            return True
        end = _NO_DIGIT.search(alike, at)
        at = alike.find(sign, end.start() + 1) if end else -1
    return False


def _make_whole(root: JSONValue) -> None:
    """Numbers such as 80.0 become whole ones, in place."""
    waiting: list[Any] = [root]
    while waiting:
        one = waiting.pop()
        for key, value in one.items() if one.__class__ is dict else enumerate(one):
            kind = value.__class__
            if kind is float:
                if value.is_integer():
                    one[key] = int(value)
            elif kind is dict or kind is list:
                waiting.append(value)


def _refuse_scalar(root: JSONValue) -> None:
    if root.__class__ is not dict and root.__class__ is not list:
        raise Malformed("The payload must be an object or a list")


def _refuse_excess(body: bytes) -> None:
    if is_deeper(body, DEPTH):
        raise Malformed(f"The payload is nested deeper than {DEPTH} levels")
    if has_more_values(body, NODES):
        raise Malformed(f"The payload has more than {NODES} values")


class _Numbers:
    """Keeps every digit that counts of a number; large tells how many had to become text for that."""

    def __init__(self) -> None:
        self.large = 0

    def integer(self, digits: str) -> int | str:
        """A whole number, as text when a double could not hold it."""
        if len(digits) > DIGITS:
            raise Malformed(f"A number has more than {DIGITS} digits")
        number = int(digits)
        if -SAFE_INTEGER <= number <= SAFE_INTEGER:
            return number
        self.large += 1
        return digits

    def fraction(self, digits: str) -> int | float | str:
        """A number with fraction or exponent; whole ones become whole."""
        if len(digits) > DIGITS:
            raise Malformed(f"A number has more than {DIGITS} digits")
        number = float(digits)
        if not math.isfinite(number):
            raise Malformed(f"The number {digits[:40]} is too large")
        exact = Decimal(digits)
        if exact == exact.to_integral_value():
            return self.integer(f"{exact:.0f}")
        if abs(Decimal(repr(number)) - exact) >= LOST:
            self.large += 1
            return digits
        return int(number) if number.is_integer() and abs(number) <= SAFE_INTEGER else number


def _refuse_constant(word: str) -> JSONValue:
    raise Malformed(f"{word} is not a JSON value")


def _read_carefully(body: bytes) -> Document:
    numbers = _Numbers()
    try:
        root: JSONValue = json.loads(
            body.decode("utf-8"),
            parse_int=numbers.integer,
            parse_float=numbers.fraction,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise Malformed(f"Not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except UnicodeDecodeError:
        raise Malformed("The payload is not UTF-8") from None
    _refuse_scalar(root)
    for text in strings_of(root):
        refuse_text(text)
    return Document(root, numbers.large)


def strings_of(root: JSONValue) -> Iterator[str]:
    """Every string of a document, names of members included, without recursion."""
    waiting: list[JSONValue] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.keys())
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def refuse_text(text: str) -> None:
    """Raise Malformed for a string that no database or encoder takes."""
    if "\x00" in text:
        raise Malformed("A string contains the character U+0000")
    if len(text) > STRING_BYTES // 4 and len(text.encode("utf-8", "surrogatepass")) > STRING_BYTES:
        raise Malformed(f"A string is longer than {STRING_BYTES} bytes")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Malformed("A string contains half of a surrogate pair") from None
