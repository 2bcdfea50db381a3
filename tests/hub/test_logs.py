"""A line of the log is one line, whatever a stranger wrote into it."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from hub.logs import FIELD_CHARACTERS, JSONLines


def line_of(message: str, *arguments: object, **more: Any) -> str:
    record = logging.LogRecord("hub", logging.WARNING, __file__, 1, message, arguments, None)
    vars(record).update(more)
    return JSONLines().format(record)


FORGED = [
    'a\n{"level": "info", "message": "all is well"}',
    "a\r\nb",
    "\x1b[2J\x1b[31mred",
    "a\u2028b\u2029c",
    "\u202egpj.exe",
    "a\x85b\x7f",
    "\0",
]


@pytest.mark.parametrize("text", FORGED)
def test_a_forged_text_stays_a_value_of_one_line(text: str) -> None:
    line = line_of("correlation id %s", text, correlation_id=text)
    assert line.isprintable()
    assert json.loads(line)["level"] == "warning"


@pytest.mark.parametrize("text", FORGED)
def test_a_forged_text_in_an_exception_stays_a_value_of_one_line(text: str) -> None:
    record = logging.LogRecord("hub", logging.ERROR, __file__, 1, "failed", (), None)
    try:
        raise ValueError(text)
    except ValueError:
        record.exc_info = sys.exc_info()
    assert JSONLines().format(record).isprintable()


def test_a_text_without_end_is_cut() -> None:
    line = json.loads(line_of("%s", "x" * 1_000_000, path="y" * 1_000_000))
    assert max(len(line["message"]), len(line["path"])) < FIELD_CHARACTERS + 20


def test_a_harmless_text_is_kept_as_it_is() -> None:
    assert json.loads(line_of("Zähler %s", "Grüße"))["message"] == "Zähler Grüße"
