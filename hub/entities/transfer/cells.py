"""cell_of: a value as the text of a CSV cell; with_comma for German spreadsheets, guarded against formulas; pure."""

from __future__ import annotations

import json
import re
from typing import Final

from hub.entities.keys import ITEM_TEXTS, string_form
from hub.json_types import JSONValue

BETWEEN_ITEMS: Final = "; "
"""Stands between the e-mail addresses or phone numbers of one cell."""

NUMBERS: Final = frozenset({"number", "money", "decimal"})
"""Kinds whose values are numbers, as JSON has them or as their digits."""

_POINTED: Final = re.compile(r"-?[0-9]+\.[0-9]+([eE][+-]?[0-9]+)?")
_RISKY: Final = re.compile(r"'*[=+\-@\t\r]")
"""How a formula begins; with the apostrophes before it, so that each text has its own guarded form."""
_PLAIN_ITEM: Final = re.compile(r"[^\s;\['][^;]*(?<!\s)")
"""Texts of items that survive being joined."""


def cell_of(value: JSONValue, kind: str = "string") -> str:
    """The text of a value whose attribute has that kind of type: nothing for null, JSON for what is nested.

    Lists of e-mail addresses and phone numbers that hold nothing else are joined by BETWEEN_ITEMS.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        joined = _joined(value, kind) if isinstance(value, list) and kind in ITEM_TEXTS else None
        return _json(value) if joined is None else joined
    return string_form(value) or ""


def with_comma(cell: str, kind: str) -> str:
    """What cell_of made of a number, with a decimal comma; of every other kind as it is, whatever it looks like."""
    return cell.replace(".", ",") if kind in NUMBERS and _POINTED.fullmatch(cell) else cell


def _joined(items: list[JSONValue], name: str) -> str | None:
    texts: list[str] = []
    for item in items:
        text = item.get(name) if isinstance(item, dict) and item.keys() <= {name, "_id"} else None
        if not isinstance(text, str) or not _PLAIN_ITEM.fullmatch(text):
            return None
        texts.append(text)
    return BETWEEN_ITEMS.join(texts) if texts else None


def _json(value: JSONValue) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def guarded(text: str) -> str:
    """text with an apostrophe before it where a spreadsheet would read a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def bared(text: str) -> str:
    """What guarded() was given."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
