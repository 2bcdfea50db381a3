"""SpooledFiles: the files of an attempt, each read once, when the first request needs it, and kept on disk since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hub import clock
from hub.json_types import JSONObject
from proxies.file_proxy.long_texts import LongText, LongTexts
from proxies.file_proxy.upload_rules import UploadLimits
from proxies.uploading.failures import UploadFailed
from proxies.uploading.orders import FileToSend

TOO_LARGE: Final = "FILE_TOO_LARGE"
READING_S: Final = 120.0
"""For all files of an attempt: the lease of its delivery must not end before it does."""


class SpooledFiles:
    """Each file has a handle from the beginning, which stands for its base64 in what expressions see."""

    def __init__(self, files: Sequence[FileToSend], limits: UploadLimits, texts: LongTexts) -> None:
        self._files = files
        self._limits = limits
        self._texts = [texts.new(is_binary=True) for _ in files]
        self._read: set[int] = set()
        self.seconds = 0.0
        """How long reading took."""

    def check_sizes(self) -> None:
        """Before a byte is fetched. Raises UploadFailed for a file that is too large, or all of them together."""
        for file in self._files:
            self._check(file.size, file)
        total, most = sum(file.size for file in self._files), self._limits.max_total_bytes
        if total > most:
            raise UploadFailed(TOO_LARGE, f"The files have {total} bytes in all; the recipe takes {most} at once.")

    def facts(self) -> list[JSONObject]:
        """What templates see."""
        return [file.facts for file in self._files]

    def seen(self) -> list[JSONObject]:
        """What expressions see: the handle of its contents beside the facts of each."""
        return [file.facts | {"base64": text.handle} for file, text in zip(self._files, self._texts, strict=True)]

    def all(self) -> list[tuple[FileToSend, LongText]]:
        """Every file with its contents. Raises what reading them raises, and UploadFailed for what grew."""
        for text in self._texts:
            self.fetch(text)
        return [*zip(self._files, self._texts, strict=True)]

    def fetch(self, text: LongText) -> None:
        """Read the contents, where it is a file that was not read yet."""
        number = self._texts.index(text) if text in self._texts else None
        if number is not None and number not in self._read:
            self._fetch(self._files[number], text)
            self._read.add(number)

    def _fetch(self, file: FileToSend, text: LongText) -> None:
        text.empty()
        began = clock.monotonic()
        try:
            for piece in file.pieces():
                text.append(piece)
                self._check(text.size, file)
                self._check_read()
                if self.seconds + clock.monotonic() - began > READING_S:
                    raise UploadFailed("TIMEOUT", f"{file.name} takes too long to be read.", is_transient=True)
        finally:
            self.seconds += clock.monotonic() - began

    def _check_read(self) -> None:
        """Of linked files nobody knows the size beforehand."""
        most = self._limits.max_total_bytes
        if sum(text.size for text in self._texts) > most:
            raise UploadFailed(TOO_LARGE, f"The files have more than the {most} bytes that the recipe takes at once.")

    def _check(self, size: int, file: FileToSend) -> None:
        most = self._limits.max_file_bytes
        if size > most:
            raise UploadFailed(TOO_LARGE, f"{file.name} has more than the {most} bytes that the recipe takes.")
