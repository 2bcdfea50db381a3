"""Codes of files that events name and deliveries carry (outbound.md 7.4 and 10)."""

from __future__ import annotations

from monitoring.codes.code import Category, Code, Level, error_code

_SETUP = Category.CONFIGURATION

ATTACHMENT_CODES = [
    Code(
        "NO_FILE_ATTACHMENTS",
        Level.INFO,
        "The event names no file, or the webhook picks none of them, so there was nothing to send.",
        "Nothing to do if such events occur. Otherwise look at event_attachments of the event, and at fileSource.",
    ),
    error_code(
        "ATTACHMENT_NOT_FOUND",
        _SETUP,
        "The event names a file whose bytes are not stored in the hub.",
        "Upload the file to the entity that the event names, then have the delivery made anew.",
    ),
    error_code(
        "TOO_MANY_ATTACHMENTS",
        _SETUP,
        "The event names more files than are uploaded of one event, so none of them was.",
        "Have whatever makes the event name at most 500 files at once, and the others in further events.",
    ),
    error_code(
        "TOO_MANY_FILES",
        _SETUP,
        "More than one file was picked, and the receiver takes one.",
        "Have fileSource pick one of them, or set fileFieldStrategy to multi, then have the delivery made anew.",
    ),
    error_code(
        "FILE_STORAGE_UNAVAILABLE",
        Category.SYSTEM,
        "The storage of files did not answer, or does not have the file as it was stored.",
        "Tell whoever runs the hub: the storage has to be reachable. Then resend the delivery.",
    ),
]
