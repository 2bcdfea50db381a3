"""Codes that runs of automations end with, beside those of entities, events and deliveries."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Category, error_code

_SETUP: Final = Category.CONFIGURATION

AUTOMATION_CODES: Final = [
    error_code(
        "AUTOMATION_LOOP",
        _SETUP,
        "The automation has followed from itself too often, so it was stopped.",
        "Narrow its condition to changes that it does not make itself, or have it write only what is different.",
    ),
    error_code(
        "AUTOMATION_NOT_FOUND",
        _SETUP,
        "The automation was deleted before the run came to its end.",
        "Nothing to do, unless it is still needed: make it again.",
    ),
    error_code(
        "AUTOMATION_DISABLED",
        _SETUP,
        "The automation was disabled before the run came to its end.",
        "Enable it, then have the run go on.",
    ),
    error_code(
        "AUTOMATION_UNUSABLE",
        _SETUP,
        "The automation cannot be read as it was in the version of the run.",
        "Save the automation as it should be, then run again from the start.",
    ),
    error_code(
        "EVENT_DISABLED",
        _SETUP,
        "The core event that was to be published is disabled.",
        "Enable the event, then have the run go on.",
    ),
    error_code(
        "EVENT_NOT_FOUND",
        _SETUP,
        "There is no core event of the name that was to be published.",
        "Choose another event in the step, or define it; then have the run go on.",
    ),
    error_code(
        "VALIDATION_ERROR",
        Category.VALIDATION,
        "What was mapped is refused.",
        "Read the message, correct the expression of the step, then have the run go on.",
    ),
    error_code(
        "ENTITY_IN_RECYCLE_BIN",
        Category.VALIDATION,
        "The entity that was to be written is in the recycle bin.",
        "Restore or purge it, then have the run go on.",
    ),
    error_code(
        "SECRET_UNAVAILABLE",
        Category.SYSTEM,
        "The environment of the organization cannot be opened.",
        "Check the master keys of the hub; what waits goes on by itself.",
    ),
    error_code(
        "BUSY",
        Category.SYSTEM,
        "No process was free to evaluate expressions.",
        "Have the run go on once less is going on.",
    ),
]
