"""Body: the bytes of an answer as they come in, decoded at most once, counted, and kept as far as wanted."""

from __future__ import annotations

import zlib
from typing import Final

from hub.http.failures import FailureKind, HttpFailure
from hub.http.messages import Budget, Headers

GZIP: Final = 16 + zlib.MAX_WBITS
CODINGS: Final = {"gzip": GZIP, "x-gzip": GZIP, "deflate": zlib.MAX_WBITS}
"""Nothing is asked for, but some send these all the same."""
PIECE_BYTES: Final = 64 * 1024
"""Decoded at once: what a few hundred bytes can become is looked at piece by piece."""


class Body:
    """Takes pieces until it has enough. Raises HttpFailure for what cannot be decoded and for too much of it."""

    def __init__(self, *, host: str, headers: Headers, budget: Budget) -> None:
        self._host = host
        self._budget = budget
        self._coding = _coding(host, headers)
        self._decoder = None if self._coding is None else zlib.decompressobj(self._coding)
        self._kept = bytearray()
        self._read = 0
        self._decoded = 0
        self.is_full = False
        """True as soon as nothing that follows would be looked at."""

    def feed(self, piece: bytes) -> None:
        """Take the next piece; is_full says whether another one is wanted."""
        room = self._budget.read_bytes - self._read
        self._read += len(piece)
        self._decode(piece[:room])
        if len(piece) > room:
            self._overflow()

    def drain(self) -> bytes:
        """What was kept so far, for whoever passes it on; it is not kept any longer."""
        kept, self._kept = bytes(self._kept), bytearray()
        return kept

    @property
    def is_compressed(self) -> bool:
        """Whether what is fed is less than what comes out."""
        return self._decoder is not None

    def finish(self) -> tuple[bytes, bool]:
        """What is kept, and whether anything of the body is missing from it."""
        if self._decoder is not None and self._read and not self._decoder.eof and not self.is_full:
            raise self._bad("is cut off within its compression")
        return bytes(self._kept), self.is_full or self._decoded > len(self._kept)

    def _decode(self, piece: bytes) -> None:
        if self._decoder is None:
            self._keep(piece)
            return
        goes_on = True
        while goes_on and not self.is_full:
            decoded = self._inflate(piece)
            piece = self._decoder.unconsumed_tail
            goes_on = bool(piece) or len(decoded) == PIECE_BYTES
            self._keep(decoded)
        if self._decoder.unused_data:
            raise self._bad("goes on after its compression has ended")

    def _inflate(self, piece: bytes) -> bytes:
        try:
            return self._decoder.decompress(piece, PIECE_BYTES) if self._decoder else piece
        except zlib.error:
            if self._coding == GZIP or self._decoded:
                raise self._bad("is not compressed in the way it says") from None
        self._coding, self._decoder = GZIP, zlib.decompressobj(-zlib.MAX_WBITS)  # deflate without its frame is common
        return self._inflate(piece)

    def _keep(self, decoded: bytes) -> None:
        room = self._budget.read_bytes - self._decoded
        self._decoded += len(decoded)
        self._kept += decoded[: max(0, self._budget.kept_bytes - len(self._kept))]
        if len(decoded) > room:
            self._overflow()

    def _overflow(self) -> None:
        self.is_full = True
        if self._budget.needs_whole_body:
            limit = self._budget.read_bytes
            raise HttpFailure(FailureKind.RESPONSE_TOO_LARGE, f"{self._host} answered with more than {limit} bytes.")

    def _bad(self, what: str) -> HttpFailure:
        return HttpFailure(FailureKind.BAD_RESPONSE, f"The answer of {self._host} {what}.")


def _coding(host: str, headers: Headers) -> int | None:
    """The window bits for zlib, or None where nothing is compressed."""
    named = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    codings = [word for word in (part.strip().lower() for part in named.split(",")) if word not in {"", "identity"}]
    if not codings:
        return None
    if len(codings) > 1 or codings[0] not in CODINGS:
        raise HttpFailure(
            FailureKind.BAD_RESPONSE,
            f"{host} answered in a compression that was not asked for. Have it answer uncompressed.",
        )
    return CODINGS[codings[0]]
