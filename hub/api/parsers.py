"""StrictJSONParser: size first, then the strict decoder; never a server error whatever is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http.request import UnreadablePostError
from rest_framework.parsers import BaseParser

from hub import strict_json
from hub.errors import HubError, Invalid
from hub.json_types import JSONValue

if TYPE_CHECKING:
    from rest_framework.request import Request

READ_BYTES = 64 * 1024
JSON = "application/json"


class BodyTooLarge(HubError):
    """More bytes than the route takes."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


class EncodingRefused(HubError):
    """A compressed body."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class LengthRequired(HubError):
    """A body without a length, of a kind that looks whole wherever it breaks off.

    The web server ends a body in chunks the same way whether its last chunk came, a chunk was malformed, or the
    connection broke.
    """

    code = "LENGTH_REQUIRED"
    status = 411

    def __init__(self) -> None:
        super().__init__("Send Content-Length: in chunks alone the hub cannot tell whether all of the body arrived.")


class StrictJSONParser(BaseParser):
    """Reads ``application/json`` of up to HUB_REQUEST_MAX_BYTES, or up to the view's max_body_bytes if that is less."""

    media_type = JSON

    def parse(  # type: ignore[override]  # any JSON document, where the framework's stubs expect an object
        self,
        stream: IO[Any] | None,  # Any: the framework's own signature
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> JSONValue:
        """The document of the body; raises BodyTooLarge, EncodingRefused or MalformedJSON."""
        context = parser_context or {}
        request: Request = context["request"]
        refuse_encoding(request.META)
        most: int = settings.HUB_REQUEST_MAX_BYTES
        limit = min(most, getattr(context["view"], "max_body_bytes", None) or most)
        return self.decode(read_body(stream, limit, request.META))

    def decode(self, body: bytes) -> JSONValue:
        """The document in the bytes. Raises MalformedJSON."""
        return strict_json.parse(body)


def refuse_encoding(meta: Mapping[str, Any]) -> None:
    """Raise EncodingRefused for a body that says it is compressed, Invalid for one with two lengths."""
    if meta.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in {"", "identity"}:
        raise EncodingRefused("Send the body without Content-Encoding.")
    if meta.get("HTTP_TRANSFER_ENCODING") and meta.get("CONTENT_LENGTH"):
        raise Invalid("Send either Content-Length or Transfer-Encoding, not both.")


def read_body(stream: IO[bytes] | None, limit: int, meta: Mapping[str, Any]) -> bytes:
    """All bytes of the stream; raises BodyTooLarge as soon as the announced or the counted length passes limit.

    Raises Invalid for fewer bytes than announced: what came is the beginning of something, however whole it looks; and
    LengthRequired for chunks of anything but JSON, which does not parse where it is cut.

    meta is the WSGI environment: a body sent in chunks, without a length, is read from the server's own stream.
    """
    if is_chunked(meta):
        if _media_type(meta) not in {"", JSON}:
            raise LengthRequired
        stream = meta["wsgi.input"]
    announced = _announced(meta)
    if announced > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    missing = limit + 1
    while stream is not None and missing > 0 and (chunk := _read(stream, min(READ_BYTES, missing))):
        chunks.append(chunk)
        missing -= len(chunk)
    if missing <= 0:
        raise _too_large(limit)
    body = b"".join(chunks)
    if len(body) < announced:
        raise _cut_off()
    return body


def _media_type(meta: Mapping[str, Any]) -> str:
    return str(meta.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()


def _announced(meta: Mapping[str, Any]) -> int:
    text = str(meta.get("CONTENT_LENGTH") or "0")
    return int(text[:20]) if text.isascii() and text.isdigit() else 0


def is_chunked(meta: Mapping[str, Any]) -> bool:
    """True for a body without an announced length, which Django takes for an empty one."""
    return "chunked" in meta.get("HTTP_TRANSFER_ENCODING", "").lower() and not meta.get("CONTENT_LENGTH")


def _read(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except UnreadablePostError as error:
        raise _cut_off() from error


def _cut_off() -> Invalid:
    return Invalid("The body ended before its announced length.")


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body is larger than {limit} bytes.")
