"""Unsuitable: a file that cannot be sent, however often it is tried, and the codes of what is wrong with files."""

from __future__ import annotations

from typing import Final

NO_ATTACHMENTS: Final = "NO_FILE_ATTACHMENTS"
TOO_LARGE: Final = "FILE_TOO_LARGE"
NOT_FOUND: Final = "ATTACHMENT_NOT_FOUND"


class Unsuitable(Exception):
    """A file that cannot be sent, however often it is tried. code: of monitoring; message: a sentence; is_data: of an
    expression that failed because of the event."""

    def __init__(self, code: str, message: str, *, is_data: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.is_data = is_data
