"""The body of a step, sent piece by piece: JSON with files in base64, a file as it is, or several as a form."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from hub.http.messages import Pieces
from proxies.file_proxy.long_texts import LongText
from proxies.uploading.orders import FileToSend

JSON_TYPE: Final = "application/json"
FORM_FIELD: Final = "file"
"""Name of every file where several go out as they are."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\]')


@dataclass(frozen=True, slots=True)
class Body:
    """Parts, one after the other."""

    parts: Sequence[bytes | LongText | Encoded]
    content_type: str

    def contents(self) -> Pieces:
        """What is sent."""
        return Pieces(sum(len(part) if isinstance(part, bytes) else part.size for part in self.parts), self._read)

    def _read(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part.pieces()


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
    return Body(encoded, JSON_TYPE)


def file_body(file: FileToSend, text: LongText) -> Body:
    """The bytes of one file."""
    return Body([text], file.mime_type)


def form_body(files: Iterable[tuple[FileToSend, LongText]]) -> Body:
    """multipart/form-data with a part of the name FORM_FIELD for each file."""
    boundary = secrets.token_hex(16)
    parts: list[bytes | LongText | Encoded] = []
    for file, text in files:
        head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="{FORM_FIELD}"; {_filename(file.name)}\r\n'
            f"Content-Type: {file.mime_type}\r\n\r\n"
        )
        parts += [head.encode(), text, b"\r\n"]
    return Body([*parts, f"--{boundary}--\r\n".encode()], f"multipart/form-data; boundary={boundary}")


def _filename(name: str) -> str:
    """As browsers write it, and in a second form where it is not ASCII."""
    plain = _UNSAFE.sub("_", name)
    ascii_name = plain.encode("ascii", "replace").decode().replace("?", "_")
    return f'filename="{ascii_name}"' + ("" if plain.isascii() else f"; filename*=UTF-8''{quote(plain, safe='')}")
