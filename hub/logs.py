"""One JSON object per log line; every external string is a value, control characters escaped, nothing unbounded."""

from __future__ import annotations

import json
import logging
import unicodedata
from datetime import UTC, datetime

FIELD_CHARACTERS = 2000
"""Longest text kept of one field; what is longer is cut and says so."""

_LINE_BREAKING = {"Cc", "Cf", "Zl", "Zp"}
"""Unicode categories that could break a line, move a terminal's cursor or reverse its text."""


def _clean(text: str) -> str:
    kept = text if len(text) <= FIELD_CHARACTERS else text[:FIELD_CHARACTERS] + "… (cut)"
    if kept.isascii() and kept.isprintable():
        return kept
    return "".join(_escape(character) for character in kept)


def _escape(character: str) -> str:
    return f"\\u{ord(character):04x}" if unicodedata.category(character) in _LINE_BREAKING else character


class JSONLines(logging.Formatter):
    """Formats a record as {time, level, logger, message, …extra, exception}."""

    standard = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        """One line without a line break, whatever the message contains."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _clean(record.getMessage()),
        }
        line |= {key: _clean(str(value)) for key, value in vars(record).items() if key not in self.standard}
        if record.exc_info:
            told = record.exc_text or self.formatException(record.exc_info)
            line["exception"] = _clean(told[-FIELD_CHARACTERS:])
        return json.dumps(line, ensure_ascii=False)
