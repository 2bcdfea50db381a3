"""spooled: a body that is too large for the memory, laid on disk while it is hashed."""

from __future__ import annotations

import hashlib
import tempfile
from typing import BinaryIO, cast

from django.http import HttpRequest
from django.http.request import UnreadablePostError

from hub.api.parsers import READ_BYTES, BodyTooLarge, LengthRequired, is_chunked, refuse_encoding
from hub.errors import Invalid


def body_of(request: HttpRequest) -> BinaryIO:
    """What the body is read from. Raises EncodingRefused, and LengthRequired for one in chunks, which may be cut."""
    refuse_encoding(request.META)
    if is_chunked(request.META):
        raise LengthRequired
    return cast(BinaryIO, request)


def spooled(request: HttpRequest, limit: int) -> tuple[BinaryIO, bytes]:
    """The whole body in a file without a name, at its beginning, and its SHA-256.

    Raises BodyTooLarge, EncodingRefused, LengthRequired, and Invalid where the body breaks off.
    """
    source, digest, size = body_of(request), hashlib.sha256(), 0
    spool = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 -- whoever called closes it
    try:
        while piece := _read(source):
            size += len(piece)
            if size > limit:
                raise BodyTooLarge(f"The body is larger than {limit} bytes.")
            digest.update(piece)
            spool.write(piece)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool, digest.digest()


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(READ_BYTES)
    except UnreadablePostError as error:
        raise Invalid("The body ended before its announced length.") from error
