"""ProxyRequest: what a caller of a secure proxy wants to have sent; nothing in it is a reference or a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hub.http.headers import find_fault, is_reserved
from hub.http.messages import Headers
from hub.http.url import Url, UrlRefused, parse
from hub.json_encoding import encode
from hub.json_types import ROOT, JSONObject, JSONValue
from integrations.findings import Findings, refusal

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
RESPONSE_TYPES: Final = ("json", "binary")
LONGEST_URL: Final = 8192
MOST_HEADERS: Final = 64


@dataclass(frozen=True, slots=True)
class ProxyRequest:
    """Whom it goes through, and what is sent. slug is empty where only the id was given."""

    integration_id: UUID
    use_case_id: UUID | None
    slug: str
    method: str
    url: Url
    headers: Headers = field(repr=False)
    body: bytes | None = field(repr=False)
    is_binary: bool = False

    @classmethod
    def parse(cls, raw: JSONObject) -> ProxyRequest:
        """Raises Invalid with every finding, or UrlRefused."""
        findings = Findings()
        integration_id = findings.identifier(raw.get("integration_id"), ROOT.key("integration_id"))
        sent_id = raw.get("use_case_id")
        use_case_id = None if sent_id is None else findings.identifier(sent_id, ROOT.key("use_case_id"))
        slug = raw.get("use_case_slug")
        slug_text = "" if slug is None else findings.slug(slug, ROOT.key("use_case_slug"))
        if sent_id is None and slug is None:
            findings.error(ROOT.key("use_case_id"), "or use_case_slug is required")
        method = findings.word(raw.get("method"), ROOT.key("method"), METHODS)
        url = findings.text(raw.get("url"), ROOT.key("url"), longest=LONGEST_URL)
        headers = _headers(raw.get("headers"), findings)
        response_type = findings.optional_word(
            raw.get("response_type"), ROOT.key("response_type"), RESPONSE_TYPES, default=RESPONSE_TYPES[0]
        )
        findings.raise_if_any()
        body, all_headers = _body(raw.get("body"), method, headers)
        return cls(
            integration_id=integration_id or UUID(int=0),
            use_case_id=use_case_id,
            slug=slug_text,
            method=method,
            url=_url(url),
            headers=all_headers,
            body=body,
            is_binary=response_type == "binary",
        )


def _url(text: str) -> Url:
    try:
        return parse(text)
    except UrlRefused as error:
        raise refusal(ROOT.key("url"), error.message) from error


def _headers(raw: JSONValue, findings: Findings) -> Headers:
    """Those that are sent: what belongs to the connection or to intermediaries is left out. Never repeats a value."""
    if raw is None:
        return ()
    texts: Mapping[str, str] = findings.text_map(raw, ROOT.key("headers"))
    kept = [(name, value) for name, value in texts.items() if not is_reserved(name)]
    if len(kept) > MOST_HEADERS:
        findings.error(ROOT.key("headers"), f"may have at most {MOST_HEADERS} entries")
    for name, value in kept:
        fault = find_fault(name, value)
        if fault is not None:
            findings.error(ROOT.key("headers"), fault)
    return tuple(kept)


def _body(raw: JSONValue, method: str, headers: Headers) -> tuple[bytes | None, Headers]:
    """A text as it is, anything else as JSON, which is said where the caller names no type. GET has none."""
    if raw is None or method == "GET":
        return None, headers
    if isinstance(raw, str):
        return raw.encode(), headers
    is_typed = any(name.lower() == "content-type" for name, _ in headers)
    return encode(raw), headers if is_typed else (*headers, ("Content-Type", "application/json"))
