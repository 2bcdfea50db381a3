"""LongTexts: a JSON document without its long texts, which lie in temporary files and are known by handles.

A file in base64 is one long text of the answer that brings it. It is never in memory as a whole, and never gets into
the child that evaluates expressions: there its handle stands for it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

from hub.handles import Handles
from hub.http.failures import FailureKind, HttpFailure
from hub.json_types import JSONValue

SHORT_BYTES: Final = 64 * 1024
"""As written in JSON. Longer ones are taken out."""
LONGEST_REST: Final = 10 * 1024 * 1024
"""Bytes of a document once its long texts are taken out."""
MEMORY_BYTES: Final = 1024 * 1024
"""Of one text; beyond that it goes to disk."""
PIECE_BYTES: Final = 64 * 1024


class LongText:
    """A text of a document, as it is written there between its quotes; or the bytes of a file, which is_binary."""

    def __init__(self, beginning: bytes, *, handle: str, is_binary: bool) -> None:
        self.handle = handle
        self.is_binary = is_binary
        self._file = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 -- closed by LongTexts.close
        self.size = 0
        self.append(beginning)

    def append(self, piece: bytes) -> None:
        """The next bytes of it."""
        self._file.write(piece)
        self.size += len(piece)

    def empty(self) -> None:
        """As if nothing had been appended."""
        self._file.seek(0)
        self._file.truncate()
        self.size = 0

    def pieces(self) -> Iterator[bytes]:
        """All of it, from the beginning."""
        self._file.seek(0)
        while piece := self._file.read(PIECE_BYTES):
            yield piece

    def text(self) -> str:
        """The text that it stands for, whole; of a file in base64. Raises ValueError for what is none."""
        if self.is_binary:
            return base64.b64encode(b"".join(self.pieces())).decode()
        return str(json.loads(b'"' + b"".join(self.pieces()) + b'"'))

    def close(self) -> None:
        """Nothing is left of it."""
        self._file.close()


class LongTexts:
    """All of a download. close when it is over."""

    def __init__(self) -> None:
        self._handles = Handles()
        self._by_handle: dict[str, LongText] = {}

    def take_out(self, document: Iterable[bytes], *, host: str) -> bytes:
        """The document with a handle in the place of each long text. Raises HttpFailure for too much that is left."""
        reading = _Reading(self, host)
        for piece in document:
            reading.feed(piece)
        return reading.rest()

    def new(self, beginning: bytes = b"", *, is_binary: bool = False) -> LongText:
        """One that begins so, under a handle that nobody can guess."""
        text = LongText(beginning, handle=self._handles.handle(len(self._by_handle)), is_binary=is_binary)
        self._by_handle[text.handle] = text
        return text

    def find(self, handle: JSONValue) -> LongText | None:
        """The text that a value is the handle of, or None."""
        return self._by_handle.get(handle) if isinstance(handle, str) else None

    def are_in(self, text: str) -> bool:
        """Whether a handle stands somewhere in it, where it would be told to somebody."""
        return self._handles.are_in(text)

    def split(self, text: str) -> Iterator[bytes | LongText]:
        """The text in UTF-8, with the long text in the place of each handle, also where that stands within something
        else. Raises ValueError for a handle that was cut or changed, and for one that was never given out."""
        known = [*self._by_handle.values()]
        for part in self._handles.split(text.encode(errors="surrogatepass"), len(known)):
            yield part if isinstance(part, bytes) else known[part]

    def put_back(self, value: JSONValue, *, most_bytes: int) -> JSONValue:
        """A copy of the value with those texts in it that have at most so many bytes; others keep their handles."""
        if isinstance(value, dict):
            return {name: self.put_back(member, most_bytes=most_bytes) for name, member in value.items()}
        if isinstance(value, list):
            return [self.put_back(member, most_bytes=most_bytes) for member in value]
        found = self.find(value)
        return value if found is None or found.size > most_bytes else found.text()

    def close(self) -> None:
        """Nothing is left of any."""
        for text in self._by_handle.values():
            text.close()


class _Reading:
    """One document, of which only its quotes and what they enclose are understood; whether it is JSON shows later."""

    def __init__(self, texts: LongTexts, host: str) -> None:
        self._texts = texts
        self._host = host
        self._rest = bytearray()
        self._text = bytearray()
        self._long: LongText | None = None
        self._is_inside = False
        self._is_escaped = False

    def feed(self, piece: bytes) -> None:
        start = 0
        while start < len(piece):
            start = self._read_text(piece, start) if self._is_inside else self._read_rest(piece, start)
        if len(self._rest) > LONGEST_REST:
            message = f"{self._host} answered with more than {LONGEST_REST} bytes beside its long texts."
            raise HttpFailure(FailureKind.RESPONSE_TOO_LARGE, message)

    def rest(self) -> bytes:
        return bytes(self._rest + self._text)

    def _read_rest(self, piece: bytes, start: int) -> int:
        """Up to the next quote, which begins a text."""
        end = piece.find(b'"', start)
        self._is_inside = end >= 0
        stop = end + 1 if end >= 0 else len(piece)
        self._rest += piece[start:stop]
        return stop

    def _read_text(self, piece: bytes, start: int) -> int:
        """Up to the quote that ends the text, or to the end of the piece."""
        at = start
        if self._is_escaped:
            self._is_escaped, at = False, start + 1
        quote, backslash = piece.find(b'"', at), piece.find(b"\\", at)
        while backslash >= 0 and not 0 <= quote < backslash:
            at = backslash + 2
            quote = piece.find(b'"', at) if 0 <= quote < at else quote
            backslash = piece.find(b"\\", at)
        if quote >= 0:
            self._append(piece[start:quote])
            self._end()
            return quote + 1
        self._is_escaped = at > len(piece)
        self._append(piece[start:])
        return len(piece)

    def _append(self, written: bytes) -> None:
        if self._long is not None:
            self._long.append(written)
            return
        self._text += written
        if len(self._text) > SHORT_BYTES:
            self._long, self._text = self._texts.new(bytes(self._text)), bytearray()

    def _end(self) -> None:
        text = self._text if self._long is None else self._long.handle.encode()
        self._rest += text + b'"'
        self._is_inside, self._long, self._text = False, None, bytearray()
