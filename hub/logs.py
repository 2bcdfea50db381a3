"""One line per log record, JSON or text; external strings are values, escaped and bounded."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from datetime import UTC, datetime
from math import isfinite

FIELD_CHARACTERS = 2000
"""Longest text kept of one field; what is longer is cut and says so."""

_DETAIL = re.compile(r"^(DETAIL|CONTEXT|QUERY):.*", re.MULTILINE)
"""Where PostgreSQL repeats what it was given: keys and values of rows, or a statement with them."""
_LINE_BREAKING = {"Cc", "Cf", "Zl", "Zp"}
"""Unicode categories that could break a line, move a terminal's cursor or reverse its text."""


def _clean(text: str) -> str:
    text = _DETAIL.sub(r"\1: (left out)", text)
    kept = text if len(text) <= FIELD_CHARACTERS else text[:FIELD_CHARACTERS] + "… (cut)"
    if kept.isascii() and kept.isprintable():
        return kept
    return "".join(_escape(character) for character in kept)


def _escape(character: str) -> str:
    return f"\\u{ord(character):04x}" if unicodedata.category(character) in _LINE_BREAKING else character


class JSONLines(logging.Formatter):
    """Formats a record as {time, level, logger, message, …extra, exception_type, exception}."""

    standard = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request"}
    """What is no field of a line; the framework puts in a request, whose text holds the query."""

    def format(self, record: logging.LogRecord) -> str:
        """One line without a line break, whatever the message contains."""
        return json.dumps(self.fields_of(record), ensure_ascii=False)

    def fields_of(self, record: logging.LogRecord) -> dict[str, object]:
        """What the line holds; numbers stay numbers, everything else is text, cleaned and bounded."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _clean(record.getMessage()),
        }
        line |= {key: _plain(value) for key, value in vars(record).items() if key not in self.standard}
        if record.exc_info:
            told = record.exc_text or self.formatException(record.exc_info)
            if record.exc_info[0] is not None:
                line["exception_type"] = record.exc_info[0].__qualname__
            line["exception"] = _clean(told[-FIELD_CHARACTERS:])
        return line


class TextLines(JSONLines):
    """The same for people who read along: time, level, logger and message, then name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        fields = self.fields_of(record)
        head = [str(fields.pop(name)) for name in ("time", "level", "logger", "message")]
        return " ".join([*head, *(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())])


def _plain(value: object) -> object:
    is_number = isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value))
    return value if is_number else _clean(str(value))
