"""The picture of the README."""

from __future__ import annotations

import zlib

from tools.screenshot import MOST_BYTES, PICTURE, PNG_HEAD, chunk, smaller

PIXELS = b"\x00" + bytes(range(3)) * 40


def png(*parts: bytes) -> bytes:
    header = chunk(b"IHDR", bytes(13))
    return PNG_HEAD + header + b"".join(parts) + chunk(b"IEND", b"")


def test_a_smaller_picture_has_the_same_pixels_and_nothing_beside_them() -> None:
    deflated = zlib.compress(PIXELS, 0)
    large = png(chunk(b"tEXt", b"made by hand"), chunk(b"IDAT", deflated[:20]), chunk(b"IDAT", deflated[20:]))
    assert smaller(large) == png(chunk(b"IDAT", zlib.compress(PIXELS, 9)))


def test_the_picture_is_small_enough_for_a_page_on_the_web() -> None:
    assert PICTURE.stat().st_size <= MOST_BYTES
