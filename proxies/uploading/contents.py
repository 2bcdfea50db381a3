"""SpooledFiles: the files of an attempt, each read once, when the first request needs it, and kept on disk since."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Final

from hub.json_types import JSONObject
from proxies.file_proxy.long_texts import LongText, LongTexts
from proxies.file_proxy.reading import ReadingTime
from proxies.file_proxy.upload_rules import UploadLimits
from proxies.uploading.failures import UploadFailed
from proxies.uploading.orders import FileToSend

TOO_LARGE: Final = "FILE_TOO_LARGE"


class SpooledFiles:
    """Each file has a handle from the beginning, which stands for its base64 in what expressions see."""

    def __init__(self, files: Sequence[FileToSend], limits: UploadLimits, texts: LongTexts) -> None:
        self._files = files
        self._limits = limits
        self._texts = [texts.new(is_binary=True) for _ in files]
        self._read: set[int] = set()
        self._time = ReadingTime()

    @property
    def seconds(self) -> float:
        """How long reading took."""
        return self._time.seconds

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
        with closing(self._time.pieces(file.name, file.pieces())) as pieces:
            for piece in pieces:
                text.append(piece)
                self._check(text.size, file)
                self._check_read()

    def _check_read(self) -> None:
        """Of linked files nobody knows the size beforehand."""
        most = self._limits.max_total_bytes
        if sum(text.size for text in self._texts) > most:
            raise UploadFailed(TOO_LARGE, f"The files have more than the {most} bytes that the recipe takes at once.")

    def _check(self, size: int, file: FileToSend) -> None:
        most = self._limits.max_file_bytes
        if size > most:
            raise UploadFailed(TOO_LARGE, f"{file.name} has more than the {most} bytes that the recipe takes.")
