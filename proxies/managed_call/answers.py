"""document_of: the answer of another system as JSON; refused: why an answer is none that a mapping gets to see."""

from __future__ import annotations

import json
import re
from typing import Final

import orjson

from hub import strict_json
from hub.environments.masking import is_telling, mask_members
from hub.environments.redaction import MASK, redact
from hub.http.messages import Answer
from hub.json_types import JSONObject, JSONValue
from proxies.encodings import is_json_type
from proxies.managed_call.failures import EXTERNAL_ERROR, CallFailed

FIRST_FAILING_STATUS: Final = 300
"""Redirects are not followed, and are no result either."""
TOLD_CHARACTERS: Final = 16 * 1024
"""Of a body that is told to the caller."""
_ESCAPE: Final = re.compile(r"\\u00([2-7][0-9a-fA-F])")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def document_of(answer: Answer, secrets: frozenset[str]) -> bytes:
    """JSON text with every digit as it came; null for an empty body, a text for what is no JSON.

    Raises CallFailed for a status of 300 and above, and for what says that it is JSON and is none.
    """
    if answer.status >= FIRST_FAILING_STATUS:
        raise refused(answer, secrets)
    body = answer.body.removeprefix(BYTE_ORDER_MARK)
    if not body.strip():
        return b"null"
    try:
        strict_json.parse(body)
    except strict_json.MalformedJSON as failure:
        if is_json_type(answer.header("Content-Type") or ""):
            message = f"The other system answered with JSON that cannot be read. {failure.message}"
            raise CallFailed(message, code=EXTERNAL_ERROR, status=502, facts={"status": answer.status}) from failure
        return orjson.dumps(body.decode("utf-8", "replace"))
    return body


def refused(answer: Answer, secrets: frozenset[str]) -> CallFailed:
    """The other system's refusal, with its status and as much of its body as may be told."""
    facts: JSONObject = {"status": answer.status, "body": told_body(answer.body, secrets)}
    return CallFailed(f"The other system answered {answer.status}.", code=EXTERNAL_ERROR, status=502, facts=facts)


def told_body(body: bytes, secrets: frozenset[str], *, longest: int = TOLD_CHARACTERS) -> JSONValue:
    """The body without secrets, JSON where it is; of one that is longer than so many characters its beginning."""
    text = body[: 4 * longest].decode("utf-8", "replace")
    document = _document(text) if len(body) <= 4 * longest else None
    if document is None:
        return mask_members(redact(_unescaped(text), secrets))[:longest].replace("\0", "\N{REPLACEMENT CHARACTER}")
    # Written anew, as there are many ways of escaping a character, and redact knows the usual ones.
    text = redact(json.dumps(document, ensure_ascii=False), secrets)
    told = _document(text)
    if told is None or len(text) > longest:
        return mask_members(text)[:longest]
    return masked(told)


def _document(text: str) -> JSONValue:
    """None where the text is no JSON, and for null."""
    try:
        return strict_json.parse(text.encode())
    except strict_json.MalformedJSON:
        return None


def _unescaped(text: str) -> str:
    """With ASCII characters in the place of escapes that nobody needs."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def masked(document: JSONValue) -> JSONValue:
    """The document with a mask in the place of every value whose name says that it is a secret."""
    if isinstance(document, dict):
        return {name: MASK if is_secret_name(name) else masked(value) for name, value in document.items()}
    return [masked(value) for value in document] if isinstance(document, list) else document


def is_secret_name(name: str) -> bool:
    """Whether a header, a parameter or a member of that name is masked whatever its value."""
    return is_telling(name)


def headers_text(answer: Answer) -> bytes:
    """The headers as the mapping sees them: names in lower case, values of one name joined, no cookies."""
    found: dict[str, str] = {}
    for name, value in answer.headers:
        lower = name.lower()
        if lower != "set-cookie":
            found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return json.dumps(found).encode("utf-8", "replace")
