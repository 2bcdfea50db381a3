"""Unsuitable: a file that cannot be sent, however often it is tried, and the codes of what is wrong with files."""

from __future__ import annotations

from typing import Final

NO_ATTACHMENTS: Final = "NO_FILE_ATTACHMENTS"
TOO_LARGE: Final = "FILE_TOO_LARGE"
NOT_FOUND: Final = "ATTACHMENT_NOT_FOUND"


class Unsuitable(Exception):
    """A file that cannot be sent, however often it is tried. code: of monitoring; message: a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
