"""The codes of meter readings."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, Code, Level, error_code

READING_CODES: Final = [
    Code("METER_READING_UPSERTED", Level.SUCCESS, "Readings were written, or were there with these values already."),
    Code("METER_READING_DELETED", Level.SUCCESS, "Readings were deleted for good, or were not there."),
    Code(
        "METER_READING_SUPERSEDED",
        Level.INFO,
        "A later reading of the same event has the same external id; that one was written.",
        "Give every reading an external id of its own.",
    ),
    error_code(
        "INVALID_METER_READING_ATTRIBUTES",
        Category.VALIDATION,
        "An attribute of the reading is missing or has a value that no reading can have; the reading was not written.",
        "Correct the mapping of the attribute that the message names, then replay the event.",
    ),
    error_code(
        "METER_NOT_FOUND",
        Category.VALIDATION,
        "No meter has the identifiers of the reading; a reading never creates one.",
        "Send the meter first; replay the event once it is there.",
        attempts=3,
    ),
    error_code(
        "METER_COUNTER_NOT_FOUND",
        Category.VALIDATION,
        "No counter has the identifiers of the reading; a reading never creates one.",
        "Send the meter with its counters first; replay the event once they are there.",
        attempts=3,
    ),
    error_code(
        "READING_MATCH_AMBIGUOUS",
        Category.VALIDATION,
        "Several stored readings could be the one that is meant; nothing was written.",
        "Delete the surplus readings, or send the external id of the one that is meant; then replay the event.",
    ),
]
