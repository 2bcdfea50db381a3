"""Measured: bytes on their way into the storage, counted and hashed, and stopped at the limit."""

from __future__ import annotations

import hashlib

from django.http.request import UnreadablePostError

from hub.entities.files.storage import Readable
from hub.errors import HubError, Invalid


class FileTooLarge(HubError):
    """The file has more bytes than the hub keeps."""

    code = "FILE_TOO_LARGE"
    status = 413

    def __init__(self, most_bytes: int) -> None:
        super().__init__(
            f"The file is larger than {most_bytes} bytes, which is what the hub keeps. Send a smaller one, or store its"
            " address in custom_download_url."
        )


class Incomplete(Invalid):
    """The body ended before the file did."""

    code = "FILE_INCOMPLETE"


class Measured:
    """Reads on from source; size_bytes and sha256 tell of what was read so far.

    Raises FileTooLarge with the first byte beyond most_bytes, and Incomplete where source ends before declared bytes
    (None: nobody said how many).
    """

    def __init__(self, source: Readable, *, most_bytes: int, declared: int | None = None) -> None:
        self._source = source
        self._most_bytes = most_bytes
        self._declared = declared
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        try:
            piece = self._source.read(size)
        except UnreadablePostError as error:
            raise self._cut_off() from error
        self.size_bytes += len(piece)
        if self.size_bytes > self._most_bytes:
            raise FileTooLarge(self._most_bytes)
        if not piece and self._declared is not None and self.size_bytes != self._declared:
            raise self._cut_off()
        self._digest.update(piece)
        return piece

    def _cut_off(self) -> Incomplete:
        of = "" if self._declared is None else f" of {self._declared}"
        return Incomplete(f"{self.size_bytes}{of} bytes arrived; nothing was stored. Send it again.")

    @property
    def sha256(self) -> str:
        """In lower-case hexadecimal."""
        return self._digest.hexdigest()
