"""parse: the one decoder of JSON that strangers send; everything a database or an encoder would choke on is refused."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import NoReturn

from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONPath, JSONValue

MAX_DEPTH = 100
MAX_NODES = 200_000
MAX_TEXT_CHARACTERS = 1024 * 1024

_UNFIT_CHARACTER = re.compile("[\0\ud800-\udfff]")
_TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"
_TOO_MANY = f"has more than {MAX_NODES} values"
LONGEST_PATH = 255
"""Characters of a place that an error names; a key may be longer than any sentence."""


class MalformedJSON(Invalid):
    """The body is not JSON that the hub accepts; the message says why."""


Number = Callable[[str], JSONValue]
"""What the text of a number becomes."""


def parse(body: bytes, *, number: Number | None = None, longest_text: int = MAX_TEXT_CHARACTERS) -> JSONValue:
    """The document in body (UTF-8, a leading byte order mark is skipped). Of repeated keys the last one counts.

    number: for whoever needs more digits than a double has; None makes whole numbers and doubles. longest_text: for
    whoever hands texts on and keeps none.

    Raises MalformedJSON for anything else, and for NaN, infinities, numbers that overflow, integers over 4300
    digits, NUL characters, lone surrogates, a nesting over 100 and more than 200,000 values.
    """
    document = decode(body, number=number)
    if unfit := find_unfit(document, longest_text):
        raise MalformedJSON(f"The body {unfit}.", details=_places(document, unfit, longest_text))
    return document


def decode(body: bytes, *, number: Number | None = None) -> JSONValue:
    """As parse, for whoever judges each part for itself with find_unfit. Raises MalformedJSON for what is no JSON."""
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJSON(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    try:
        document: JSONValue = json.loads(text, parse_int=number, parse_float=number, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise MalformedJSON(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise MalformedJSON(f"The body {_TOO_DEEP}.") from error
    except ValueError as error:
        raise MalformedJSON("The body contains an integer of more than 4300 digits.") from error
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJSON(f"The body contains {name}, which is not JSON.")


def find_unfit(document: JSONValue, longest_text: int = MAX_TEXT_CHARACTERS) -> str:
    """Why a decoded document is refused, such as ``is nested deeper than 100 levels``; empty for a good one."""
    try:
        _inspect(document, longest_text)
    except _Unfit as unfit:
        return str(unfit)
    return ""


class _Unfit(Exception):
    """Ends the walk; says why."""


def _inspect(document: JSONValue, longest_text: int) -> None:
    """Walk without recursion, level by level, so that no nesting can exhaust the stack."""
    level = [document]
    nodes = depth = 0
    while level:
        nodes += len(level)
        if nodes > MAX_NODES:
            raise _Unfit(_TOO_MANY)
        if depth > MAX_DEPTH:
            raise _Unfit(_TOO_DEEP)
        level = [child for value in level for child in _children(value, longest_text)]
        depth += 1


def _children(value: JSONValue, longest_text: int) -> list[JSONValue]:
    if isinstance(value, dict):
        for key in value:
            _inspect_text(key, longest_text)
        return list(value.values())
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        _inspect_text(value, longest_text)
    elif isinstance(value, float) and not math.isfinite(value):
        raise _Unfit("contains a number that is too large")
    return []


def _places(document: JSONValue, unfit: str, longest_text: int) -> list[ErrorDetail]:
    """Where the first value stands that is refused, of an object with such a key the object; nothing for what is wrong
    with the document as a whole. A walk in the order of the one that found it, which only what is refused pays for."""
    if unfit in (_TOO_DEEP, _TOO_MANY):
        return []
    walked: list[tuple[int, str | int, JSONValue]] = [(0, "", document)]
    for place, (_parent, _step, value) in enumerate(walked):  # which grows meanwhile
        try:
            _children(value, longest_text)
        except _Unfit as found:
            return [ErrorDetail(_path(walked, place), str(found))]
        if len(walked) < MAX_NODES:
            walked += [(place, step, child) for step, child in islice(_members(value), MAX_NODES)]
    return []


def _members(value: JSONValue) -> Iterable[tuple[str | int, JSONValue]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _path(walked: list[tuple[int, str | int, JSONValue]], place: int) -> str:
    """Of the keys on the way each was looked at before what is behind it: they can be told."""
    steps: list[str | int] = []
    while place:
        place, step, _value = walked[place]
        steps.append(step)
    path = ROOT
    for step in reversed(steps):
        path = path.index(step) if isinstance(step, int) else path.key(step)
    return path if len(path) <= LONGEST_PATH else JSONPath(f"{path[:LONGEST_PATH]}…")


def _inspect_text(text: str, longest: int) -> None:
    if _UNFIT_CHARACTER.search(text):
        raise _Unfit("contains a NUL character or half of a surrogate pair")
    if len(text) > longest:
        raise _Unfit(f"contains a text of more than {longest} characters")
