"""contents_of and facts_of: which file the answers of a recipe hold, and what it is called (section 6.4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings

from hub.environments.references import REFERENCE
from hub.http.streaming import Stream
from hub.json_types import JSONValue
from hub.served_files.content_types import DEFAULT_TYPE, safe_type
from hub.served_files.names import DEFAULT_NAME, safe_name
from proxies.file_proxy.base64_text import NotBase64, decoded, decoded_length, unescaped
from proxies.file_proxy.configuration import Response
from proxies.file_proxy.failures import DownloadFailed, not_extracted
from proxies.file_proxy.long_texts import LongText
from proxies.file_proxy.requests import MOST_PUT_BACK, Known
from proxies.mapping.evaluating import evaluate
from proxies.mapping.plan import Plan

Pieces = Callable[[], Iterator[bytes]]
EMPTY: Final = "FILE_PROXY_EMPTY_BODY"
UNDECODED: Final = "FILE_PROXY_DECODE_FAILED"


@dataclass(frozen=True, slots=True)
class Contents:
    """The bytes of a file, and how many there are. stream: the answer in which they come just now."""

    pieces: Pieces
    length: int
    stream: Stream | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a browser is told. warnings: why it is not what the recipe says."""

    name: str = DEFAULT_NAME
    content_type: str = DEFAULT_TYPE
    warnings: tuple[str, ...] = ()


class Extraction:
    """Evaluates the expressions of a recipe over what its steps brought."""

    def __init__(self, response: Response, known: Known, *, env: Mapping[str, str], at: datetime) -> None:
        self._response = response
        self._known = known
        self._env = env
        self._at = at
        self._document = json_text({"params": dict(known.params), "steps": known.steps})

    def contents(self, *, handle: str, stream: Stream | None) -> Contents:
        """The file; handle stands for the body of stream, the answer that is still open.

        Raises DownloadFailed, Busy and NoChild.
        """
        value = self._value("body", self._response.body)
        if value is None or value == "":
            raise not_extracted(EMPTY, "response.body yields nothing.")
        if not isinstance(value, str):
            raise not_extracted(UNDECODED, "response.body yields something else than a text.")
        if stream is not None and value == handle:
            return self._passed_on(stream)
        found = self._known.texts.find(value)
        if found is None and self._known.texts.are_in(value):
            raise not_extracted(UNDECODED, "response.body changes a long text; it can only be taken as it is.")
        return _file_in(value, found, is_base64=self._response.is_base64)

    def _passed_on(self, stream: Stream) -> Contents:
        """Piece by piece as it comes; by way of the disk where nobody knows how much is coming.

        A web server cannot tell its client that such an answer broke off: half of the file would look like all of it.
        """
        if stream.length is not None:
            return Contents(stream.pieces, stream.length, stream)
        spooled = self._known.texts.new(is_binary=True)
        for piece in stream.pieces():
            spooled.append(piece)
        return Contents(spooled.pieces, spooled.size, stream)

    def facts(self) -> Facts:
        """Its name and type, the usual ones where the recipe yields none. Raises Busy and NoChild."""
        warnings: list[str] = []
        name = self._text("filename", self._response.filename, warnings)
        content_type = self._text("content_type", self._response.content_type, warnings)
        return Facts(safe_name(name or ""), safe_type(content_type or ""), tuple(warnings))

    def _text(self, where: str, expression: str, warnings: list[str]) -> str | None:
        if not expression:
            return None
        try:
            value = self._value(where, expression)
        except DownloadFailed as failure:
            warnings.append(failure.reason)
            return None
        if isinstance(value, str) and not self._known.texts.are_in(value):
            return value
        warnings.append(f"response.{where} yields no short text; the file goes out with the usual one.")
        return None

    def _value(self, where: str, expression: str) -> JSONValue:
        """None where the expression yields nothing."""
        plan = Plan(with_env(expression, self._env), f"response.{where}")
        mapped = evaluate(plan, self._document, bindings={}, at=self._at)
        if mapped.failure is not None:
            raise not_extracted("FILE_EXTRACTION_FAILED", f"response.{where}: {mapped.failure.message}")
        value: JSONValue = json.loads(mapped.text) if mapped.text else None
        return value


def with_env(expression: str, env: Mapping[str, str]) -> str:
    """The expression with values in the place of references, which stand within its texts: escaped for either quote."""
    return REFERENCE.sub(lambda found: json.dumps(env[found.group(1)])[1:-1].replace("'", "\\u0027"), expression)


def json_text(document: JSONValue) -> bytes:
    """The document as text; numbers have all of their digits."""
    return json.dumps(document, ensure_ascii=False).encode()


def _file_in(value: str, found: LongText | None, *, is_base64: bool) -> Contents:
    if found is not None and found.is_binary:
        return Contents(found.pieces, found.size)
    if is_base64:
        return _decoded((lambda: unescaped(found.pieces())) if found is not None else partial(_one, value.encode()))
    if found is not None and found.size > MOST_PUT_BACK:
        raise DownloadFailed(413, "FILE_TOO_LARGE", f"A text that is no base64 has more than {MOST_PUT_BACK} bytes.")
    plain = (found.text() if found is not None else value).encode()
    return Contents(partial(_one, plain), len(plain))


def _decoded(written: Pieces) -> Contents:
    """Read twice: once to learn whether it can be decoded and how long it is, and then to be passed on."""
    most = int(settings.HUB_FILE_IN_JSON_MAX_BYTES)
    try:
        length = decoded_length(written())
    except NotBase64:
        raise not_extracted(UNDECODED, "What response.body yields is no base64.") from None
    if length > most:
        raise DownloadFailed(413, "FILE_TOO_LARGE", f"The decoded file has more than {most} bytes.")
    if not length:
        raise not_extracted(EMPTY, "What response.body yields is the base64 of nothing.")
    return Contents(lambda: decoded(written()), length)


def _one(content: bytes) -> Iterator[bytes]:
    yield content
