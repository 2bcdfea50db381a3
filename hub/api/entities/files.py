"""SentFile: a file as the body of a request, with what the query string says about it; or the same as one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from rest_framework.parsers import BaseParser

from hub.api.parsers import BodyTooLarge, StrictJSONParser, read_body, refuse_encoding
from hub.entities.transfer.read_rows import LARGEST_FILE, LATER
from hub.entities.transfer.reading import parse_exactly
from hub.json_types import JSONValue

if TYPE_CHECKING:
    from rest_framework.request import Request


@dataclass(frozen=True, slots=True)
class SentFile:
    """The bytes of a file, and what its Content-Type says."""

    content: bytes
    media_type: str
    charset: str


class FileParser(BaseParser):
    """Reads a file as it is, up to LARGEST_FILE; charset is taken from the Content-Type."""

    def parse(  # type: ignore[override]  # a file, where the framework's stubs expect an object
        self,
        stream: IO[Any] | None,  # Any: the framework's own signature
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> SentFile:
        """The file. Raises BodyTooLarge, EncodingRefused and LengthRequired."""
        request: Request = (parser_context or {})["request"]
        refuse_encoding(request.META)
        content = _read(stream, request)
        charset = (request._request.content_params or {}).get("charset", "utf-8")
        return SentFile(content, self.media_type or "", charset)


class CSVParser(FileParser):
    """``text/csv``."""

    media_type = "text/csv"


class JSONLinesParser(FileParser):
    """``application/x-ndjson``."""

    media_type = "application/x-ndjson"


class ObjectOrFileParser(StrictJSONParser):
    """``application/json``: a file, if the query string names its schema; else an object of ordinary size."""

    def parse(  # type: ignore[override]  # as in the class above
        self,
        stream: IO[Any] | None,  # Any: the framework's own signature
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> JSONValue:
        """The document of the body. Raises BodyTooLarge, EncodingRefused and MalformedJSON."""
        request: Request = (parser_context or {})["request"]
        if "schema" not in request.query_params:
            return super().parse(stream, media_type, parser_context)
        refuse_encoding(request.META)
        return self.decode(_read(stream, request))

    def decode(self, body: bytes) -> JSONValue:
        """The document with every digit of its numbers. Raises MalformedJSON."""
        return parse_exactly(body)


def sent_file(request: Request) -> JSONValue | SentFile:
    """The body as its parser reads it; a file without any bytes, which the framework gives to no parser, is a file."""
    media_type = request._request.content_type or ""
    if not request.data and media_type in (CSVParser.media_type, JSONLinesParser.media_type):
        return SentFile(b"", media_type, "utf-8")
    body: JSONValue | SentFile = request.data
    return body


def _read(stream: IO[Any] | None, request: Request) -> bytes:  # Any: the framework's own signature
    try:
        return read_body(stream, LARGEST_FILE, request.META)
    except BodyTooLarge as error:
        raise BodyTooLarge(f"The file is larger than {LARGEST_FILE} bytes. {LATER}.") from error
