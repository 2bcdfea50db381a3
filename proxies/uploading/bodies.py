"""The body of a step, sent piece by piece: JSON with files in base64, a file as it is, or several as a form."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from hub.http.forms import Part, form_of, form_type, new_boundary
from hub.http.messages import Pieces
from proxies.file_proxy.long_texts import LongText
from proxies.uploading.orders import FileToSend

JSON_TYPE: Final = "application/json"
FORM_FIELD: Final = "file"
"""Name of every file where several go out as they are."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, and what it is."""

    contents: Pieces = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file in base64."""

    text: LongText

    @property
    def size(self) -> int:
        """Characters, padding included."""
        return (self.text.size + 2) // 3 * 4

    def pieces(self) -> Iterator[bytes]:
        """Without line ends."""
        rest = b""
        for piece in self.text.pieces():
            whole = rest + piece
            cut = len(whole) // 3 * 3
            rest = whole[cut:]
            yield base64.b64encode(whole[:cut])
        if rest:
            yield base64.b64encode(rest)


def json_body(parts: Iterable[bytes | LongText]) -> Body:
    """A document in which files stand in base64, and texts as the JSON that they came in."""
    encoded = [Encoded(part) if isinstance(part, LongText) and part.is_binary else part for part in parts]
    return Body(_joined(encoded), JSON_TYPE)


def file_body(file: FileToSend, text: LongText) -> Body:
    """The bytes of one file."""
    return Body(_pieces_of(text), file.mime_type)


def form_body(files: Iterable[tuple[FileToSend, LongText]]) -> Body:
    """multipart/form-data with a part of the name FORM_FIELD for each file."""
    boundary = new_boundary()
    parts = [Part(FORM_FIELD, _pieces_of(text), file.name, file.mime_type) for file, text in files]
    return Body(form_of(parts, boundary), form_type(boundary))


def _pieces_of(text: LongText) -> Pieces:
    return Pieces(text.size, text.pieces)


def _joined(parts: Sequence[bytes | LongText | Encoded]) -> Pieces:
    """Parts, one after the other."""

    def read() -> Iterator[bytes]:
        for part in parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part.pieces()

    return Pieces(sum(len(part) if isinstance(part, bytes) else part.size for part in parts), read)
