"""decoded: base64 as other systems write it, piece by piece (proxies-and-security.md 6.4); pure."""

from __future__ import annotations

import binascii
import re
import string
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST_PREFIX: Final = 1024
"""Bytes of ``data:application/pdf;base64,``."""

_BLANKS: Final = b" \t\r\n\f\v"
_ALPHABET: Final = (string.ascii_letters + string.digits + "+/").encode()
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_PREFIX = re.compile(rb"\s*data:[^,]*;base64\s*,", re.IGNORECASE)
_ESCAPE = re.compile(rb"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED: Final = {b"/": b"/", b"n": b"", b"r": b"", b"t": b"", b"f": b"", b"b": b""}
_ESCAPE_BYTES: Final = 6


class NotBase64(Exception):
    """What was to be decoded is something else."""


def decoded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes behind base64 of either alphabet, padded or not, with blanks and a data: prefix or without.

    Raises NotBase64.
    """
    for characters in _characters(pieces):
        yield binascii.a2b_base64(characters)


def decoded_length(pieces: Iterable[bytes]) -> int:
    """How many bytes decoded would yield, for less than it takes to decode them. Raises NotBase64."""
    return sum(len(characters.rstrip(b"=")) * 3 // 4 for characters in _characters(pieces))


def _characters(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The characters of base64 in the usual alphabet, in pieces that can be decoded one by one."""
    kept, has_ended = b"", False
    for piece in _without_prefix(pieces):
        characters = piece.translate(_STANDARD, _BLANKS)
        plain = characters.rstrip(b"=")
        if (has_ended and plain) or plain.translate(None, _ALPHABET):
            raise NotBase64
        has_ended = has_ended or len(plain) < len(characters)
        plain = kept + plain
        whole = len(plain) - len(plain) % 4
        kept = plain[whole:]
        if whole:
            yield plain[:whole]
    if len(kept) == 1:
        raise NotBase64
    if kept:
        yield kept + b"=" * (4 - len(kept))


def unescaped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A text as it is written in JSON, without its escapes: those that base64 can have. Raises NotBase64 for others."""
    kept = b""
    for piece in pieces:
        text = kept + piece
        last = text.rfind(b"\\", max(0, len(text) - _ESCAPE_BYTES))
        cut = last if last >= 0 and not _is_whole(text, last) else len(text)
        kept = text[cut:]
        whole = text[:cut]
        yield _ESCAPE.sub(_unescape, whole) if b"\\" in whole else whole
    if kept:
        raise NotBase64


def _is_whole(text: bytes, at: int) -> bool:
    """Whether the escape that begins there is complete; a second backslash is no escape that base64 can have."""
    return len(text) - at >= (_ESCAPE_BYTES if text[at + 1 : at + 2] == b"u" else 2)


def _unescape(found: re.Match[bytes]) -> bytes:
    code = found.group(1)
    if code[:1] == b"u" and len(code) > 1:
        number = int(code[1:], 16)
        if number < 128:
            return bytes([number])
    elif code in _ESCAPED:
        return _ESCAPED[code]
    raise NotBase64


def _without_prefix(pieces: Iterable[bytes]) -> Iterator[bytes]:
    beginning, is_past = b"", False
    for piece in pieces:
        if is_past:
            yield piece
            continue
        beginning += piece
        if len(beginning) >= LONGEST_PREFIX:
            is_past = True
            yield _PREFIX.sub(b"", beginning, count=1) if _PREFIX.match(beginning) else beginning
    if not is_past:
        yield _PREFIX.sub(b"", beginning, count=1) if _PREFIX.match(beginning) else beginning
